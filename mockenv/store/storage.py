"""TinyDB's storage as we want it: its own JSON layout, written in pieces, replaced whole; knows no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import orjson
from tinydb.storages import Storage

from mockenv.store.whole import replace_whole

ROWS_AT_ONCE = 100
"""So many rows become JSON in about 0.1 ms, and as long do requests wait for it."""


class Rows(Protocol):
    """Rows by TinyDB's number; a dict is one."""

    def items(self) -> Iterable[tuple[str, Any]]: ...


class AtomicStorage(Storage):
    """TinyDB's own JSON layout, but a file is only ever replaced whole: a reader sees the old one or the new one."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def read(self) -> dict[str, dict[str, Any]] | None:
        if not self._path.exists():
            return None
        content: dict[str, dict[str, Any]] = orjson.loads(self._path.read_bytes())
        return content

    def write(self, data: Mapping[str, Rows]) -> None:
        replace_whole(self._path, _pieces(data))


def _pieces(data: Mapping[str, Rows]) -> Iterator[bytes]:
    """JSON, a few rows at a time."""
    before = b"{"
    for name, table in data.items():
        yield before + orjson.dumps(name) + b":"
        rows, before = iter(table.items()), b"{"
        while some := dict(islice(rows, ROWS_AT_ONCE)):
            yield before + orjson.dumps(some)[1:-1]
            before = b","
        yield b"{}" if before == b"{" else b"}"
        before = b","
    yield b"}"
