"""What the state file is to hold, as far as the writer has come; knows no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import orjson

from mockenv.store.memory import Change
from mockenv.store.table import Row, seq_of, text_of


class Commit(NamedTuple):
    """One commit of one sandbox; all commits of a store are numbered in one order."""

    number: int
    sandbox: str
    changes: Sequence[Change]
    emptied: bool = False
    """Whatever was in the sandbox before is gone."""


Rows = dict[str, Row]


@dataclass(frozen=True)
class MirrorTable:
    """A table as TinyDB lays it out, put together row by row as it is written."""

    sandboxes: Mapping[str, Rows]

    def items(self) -> Iterator[tuple[str, Any]]:
        places = count(1)
        for sandbox, rows in self.sandboxes.items():
            for id, row in rows.items():
                yield (
                    str(next(places)),
                    {"sandbox": sandbox, "id": id, "seq": seq_of(row), "document": orjson.Fragment(text_of(row))},
                )


class Mirror:
    """The working set as it was after some commit. Its rows are the working set's own, so it costs no second copy."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, Rows]] = {}

    def apply(self, commit: Commit) -> None:
        if commit.emptied:
            for sandboxes in self._kinds.values():
                sandboxes.pop(commit.sandbox, None)
        for kind, id, row in commit.changes:
            rows = self._kinds.setdefault(kind, {}).setdefault(commit.sandbox, {})
            if row is None:
                rows.pop(id, None)
            else:
                rows[id] = row

    def tables(self) -> dict[str, Any]:
        return {kind: MirrorTable(sandboxes) for kind, sandboxes in self._kinds.items()}
