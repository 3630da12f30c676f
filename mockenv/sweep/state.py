"""What a sweep has found so far, in a file: one that was cut off goes on there. Runs and judges nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

from mockenv.client import Json
from mockenv.errors import BadInput
from mockenv.sweep.verdict import Row


class State:
    """Rows by their keys. Without a file they are forgotten. `of` says what is swept: rows of something else are none of ours."""

    def __init__(self, path: Path | None, of: Json) -> None:
        """Raises BadInput where the file is of another sweep, or no state file."""
        self._path, self._of = path, json.loads(json.dumps(of))
        self._rows: dict[str, Row] = self._read(path) if path and path.exists() else {}

    def find(self, like: Row) -> Row | None:
        """What is known of a point: of the same one, failing in the same way."""
        known = self._rows.get(like.key)
        return known if known and known.rule == like.rule else None

    def keep(self, row: Row) -> None:
        self._rows[row.key] = row
        if self._path:
            told = {"sweep": self._of, "rows": [one.dump() for one in self._rows.values()]}
            draft = self._path.with_name(f"{self._path.name}.new")
            draft.write_text(json.dumps(told, indent=2), encoding="utf-8")
            os.replace(draft, self._path)  # noqa: PTH105  # a file that is half written is none

    def _read(self, path: Path) -> dict[str, Row]:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            rows, of = [Row.load(one) for one in told["rows"]], told["sweep"]
        except (OSError, ValueError, KeyError, TypeError):
            raise BadInput(str(path), "", "is not a sweep's state file") from None
        if of != self._of:
            raise BadInput(str(path), "", "is of another command or another world; delete it, or name another file")
        return {row.key: row for row in rows}
