"""docs/tables/*.yaml: what was seen, read and written; and what is another since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "docs" / "tables"
HEAD = "# measured by `make tables`; drawn into docs/{name}.md by `make docs`\n"
Row = dict[str, Any]
"""`program`, `version`, `date`, `seen`, and what else a table says of a program."""


def read(name: str) -> list[Row]:
    path = FOLDER / f"{name}.yaml"
    return list(yaml.safe_load(path.read_text())) if path.exists() else []


def write(name: str, rows: Sequence[Row]) -> None:
    FOLDER.mkdir(exist_ok=True)
    text = yaml.safe_dump(list(rows), sort_keys=False, allow_unicode=True, width=180, default_flow_style=None)
    (FOLDER / f"{name}.yaml").write_text(HEAD.format(name=name) + text)


def merge(old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """The rows that were measured now in the place of the old ones; programs that are not here keep theirs."""
    fresh = {row["program"]: row for row in new}
    known = {row["program"] for row in old}
    return [fresh.get(row["program"], row) for row in old] + [row for row in new if row["program"] not in known]


def changes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[str]:
    """What a run sees otherwise than the last: a line each."""
    before = {row["program"]: row for row in old}
    for row in new:
        was = before.get(row["program"])
        if was is None:
            yield f"{row['program']} {row['version']}: new"
            continue
        if was["version"] != row["version"]:
            yield f"{row['program']}: {was['version']} → {row['version']}"
        for key in {**was["seen"], **row["seen"]}:
            if was["seen"].get(key) != row["seen"].get(key):
                yield f"{row['program']} {row['version']}, {key}: {was['seen'].get(key)} → {row['seen'].get(key)}"
