"""The smallest scenario that shows a bad outcome again: the world of the run and its one failure; runs nothing."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from mockenv.client import Json
from mockenv.sweep.processes import tail_of
from mockenv.sweep.verdict import Row

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 150
"""Letters of a file's name."""


def write_repro(row: Row, world: Json, output: Path | None, folder: Path) -> Path:
    """The file, and beside it what the run said."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name_of(row)}.yaml"
    path.write_text(scenario(row, world), encoding="utf-8")
    if output and output.exists():
        path.with_suffix(".txt").write_text(tail_of(output), encoding="utf-8")
    return path


def scenario(row: Row, world: Json) -> str:
    """As YAML."""
    what = f"{row.outcome}: {row.detail}. When {row.text}" + (f", in {row.test}." if row.test else ".")
    told = {"description": what, **{name: value for name, value in world.items() if name != "description"}}
    told["faults"] = [*world.get("faults", ()), row.rule]
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=120)


def name_of(row: Row) -> str:
    return UNSAFE.sub("-", row.key).strip("-.")[-LONGEST:]
