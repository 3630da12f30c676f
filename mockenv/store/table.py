"""One kind's documents of one sandbox, indexed, with undo; knows neither files nor threads."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from mockenv.store.base import Document, Index, IndexValue, Kind


class Row(NamedTuple):
    """A document at rest: its JSON bytes (immutable, so nobody's copy can change it) and where it is found."""

    seq: int
    raw: bytes
    found_under: tuple[tuple[IndexValue, ...], ...]


class Table:
    """Rows by id and by index value. Order is the sequence number of the first put."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: dict[str, Row] = {}
        self._next_seq = 1
        self._all: list[int] = []
        self._id_of: dict[int, str] = {}
        self._fields: tuple[str, ...] = tuple(kind.indexes)
        self._indexes: tuple[Index, ...] = tuple(kind.indexes.values())
        self._under: tuple[dict[IndexValue, list[int]], ...] = tuple({} for _ in self._fields)

    def put(self, id: str, document: Document) -> Row | None:
        """Insert or replace; the row that was there before."""
        raw = at_rest(document)
        before = self.rows.get(id)
        found_under = tuple(tuple(index(document)) for index in self._indexes)
        hash(found_under)  # a TypeError must come before anything is touched
        self.restore(id, Row(before.seq if before else self._next_seq, raw, found_under))
        return before

    def restore(self, id: str, row: Row | None) -> None:
        """Make the row of `id` exactly this, or nothing: serves a put, a delete, an undo and a load."""
        before = self.rows.get(id)
        if before and (not row or row.found_under != before.found_under):
            self._unlink(before)
        if row is None:
            if before:
                del self.rows[id], self._id_of[before.seq]
                _remove(self._all, before.seq)
            return
        self.rows[id] = row
        if not before:
            self._id_of[row.seq] = id
            _add(self._all, row.seq)
            self._next_seq = max(self._next_seq, row.seq + 1)
        if not before or row.found_under != before.found_under:
            self._link(row)

    def load(self, id: str, seq: int, document: Document) -> None:
        """A row from a file: indexes are worked out anew."""
        found_under = tuple(tuple(index(document)) for index in self._indexes)
        self.restore(id, Row(seq, at_rest(document), found_under))

    def matches(self, where: Mapping[str, Sequence[IndexValue]]) -> Sequence[int]:
        """Sequence numbers, ascending, found under every value of every index named."""
        lists = [self._under[self._fields.index(field)].get(value, []) for field, values in where.items() for value in values]
        if not lists:
            return self._all
        smallest, *others = sorted(lists, key=len)
        return [seq for seq in smallest if all(_has(other, seq) for other in others)] if others else smallest

    def id_at(self, seq: int) -> str:
        return self._id_of[seq]

    def copy(self) -> Table:
        """A table with the same rows; rows are immutable and are shared."""
        twin = Table(self.kind)
        twin.rows = dict(self.rows)
        twin._next_seq = self._next_seq
        twin._all = list(self._all)
        twin._id_of = dict(self._id_of)
        twin._under = tuple({value: list(seqs) for value, seqs in under.items()} for under in self._under)
        return twin

    def _link(self, row: Row) -> None:
        for under, values in zip(self._under, row.found_under, strict=True):
            for value in values:
                _add(under.setdefault(value, []), row.seq)

    def _unlink(self, row: Row) -> None:
        for under, values in zip(self._under, row.found_under, strict=True):
            for value in values:
                seqs = under[value]
                _remove(seqs, row.seq)
                if not seqs:
                    del under[value]


def at_rest(document: Any) -> bytes:
    """JSON in a block of its own size: what orjson returns holds on to its whole working buffer."""
    return bytes(memoryview(orjson.dumps(document)))


def _add(seqs: list[int], seq: int) -> None:
    if not seqs or seq > seqs[-1]:
        seqs.append(seq)
    else:
        insort(seqs, seq)


def _remove(seqs: list[int], seq: int) -> None:
    del seqs[bisect_left(seqs, seq)]


def _has(seqs: list[int], seq: int) -> bool:
    at = bisect_left(seqs, seq)
    return at < len(seqs) and seqs[at] == seq
