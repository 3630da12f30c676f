"""One kind's documents of one sandbox, indexed, with undo; knows neither files nor threads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import orjson
from sortedcontainers import SortedList

from mockenv.store.base import Document, Index, IndexValue, Kind, Place, values_in

Seqs = list[int] | SortedList[int]
"""Sequence numbers, ascending: a list (most are short), and something in pieces from `LONG` on."""
Found = int | Seqs
"""The same in an index, where most values are one document's: a name, the resource that something is planned for."""
LONG = 2_000

Places = tuple[Place, ...]
"""Where a document is found, for each index."""


class Row(NamedTuple):
    """A document at rest: its JSON bytes (immutable, so nobody's copy can change it) and where it is found."""

    seq: int
    raw: bytes
    found_under: Places


class Table:
    """Rows by id and by index value. Order is the sequence number of the first put."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: dict[str, Row] = {}
        self.number = 0
        """The newest row's that there ever was."""
        self._all: Seqs = []
        self._id_of: dict[int, str] = {}
        self._indexes: tuple[Index, ...] = tuple(kind.indexes.values())
        self._under: dict[str, dict[IndexValue, Found]] = {field: {} for field in kind.indexes}

    def put(self, id: str, document: Document) -> Row | None:
        """Insert or replace; the row that was there before."""
        raw, places = at_rest(document), self._places_of(document)
        hash(places)  # a TypeError must come before anything is touched
        before = self.rows.get(id)
        if before is None:
            self._enter(id, Row(self.number + 1, raw, places))
        elif before.found_under == places:  # most writes: what is found where it was need not be looked for
            self.rows[id] = Row(before.seq, raw, before.found_under)
        else:
            self._move(before.seq, before.found_under, places)
            self.rows[id] = Row(before.seq, raw, places)
        return before

    def restore(self, id: str, row: Row | None) -> None:
        """Make the row of `id` exactly this, or nothing: serves a put, a delete, an undo and a load."""
        before = self.rows.get(id)
        if row is None:
            if before:
                del self.rows[id], self._id_of[before.seq]
                _remove(self._all, before.seq)
                for under, place in zip(self._under.values(), before.found_under, strict=True):
                    _leave(under, place, before.seq)
            return
        if before is None:
            self._enter(id, row)
            return
        self.rows[id] = row
        if row.found_under != before.found_under:
            self._move(row.seq, before.found_under, row.found_under)

    def _enter(self, id: str, row: Row) -> None:
        self.rows[id] = row
        seq = row.seq
        self._id_of[seq] = id
        self._all = _add(self._all, seq)
        self.number = max(self.number, seq)
        for under, place in zip(self._under.values(), row.found_under, strict=True):
            _join(under, place, seq)

    def load(self, id: str, seq: int, document: Document) -> None:
        """A row from a file: indexes are worked out anew."""
        self.restore(id, Row(seq, at_rest(document), self._places_of(document)))

    def matches(self, where: Collection[tuple[str, IndexValue]]) -> Sequence[int]:
        """Sequence numbers, ascending, found under the value of every (index, value)."""
        if not where:
            return self._all
        if len(where) == 1:  # most questions
            [(field, value)] = where
            return _listed(self._under[field].get(value, ()))
        lists = [_listed(self._under[field].get(value, ())) for field, value in where]
        smallest, *others = sorted(lists, key=len)
        return [seq for seq in smallest if all(_has(other, seq) for other in others)]

    def ids_at(self, seqs: Sequence[int]) -> list[str]:
        id_of = self._id_of
        return [id_of[seq] for seq in seqs]

    def ids_after(self, seq: int) -> list[str]:
        return self.ids_at(self._all[bisect_right(self._all, seq) :])

    def copy(self) -> Table:
        """A table with the same rows; rows are immutable and are shared."""
        twin = Table(self.kind)
        twin.rows = dict(self.rows)
        twin.number = self.number
        twin._all = self._all.copy()
        twin._id_of = dict(self._id_of)
        twin._under = {field: {value: _copied(found) for value, found in under.items()} for field, under in self._under.items()}
        return twin

    def _places_of(self, document: Document) -> Places:
        return tuple([index(document) for index in self._indexes])

    def _move(self, seq: int, old: Places, new: Places) -> None:
        for under, left, entered in zip(self._under.values(), old, new, strict=True):
            if left != entered:
                _leave(under, left, seq)
                _join(under, entered, seq)


def _join(under: dict[IndexValue, Found], place: Place, seq: int) -> None:
    for value in values_in(place):
        there = under.get(value)
        under[value] = seq if there is None else _add([there] if isinstance(there, int) else there, seq)


def _leave(under: dict[IndexValue, Found], place: Place, seq: int) -> None:
    for value in values_in(place):
        found = under[value]
        if isinstance(found, int) or len(found) == 1:
            del under[value]
        else:
            _remove(found, seq)


def at_rest(document: Any) -> bytes:
    """JSON in a block of its own size: what orjson returns holds on to its whole working buffer."""
    return bytes(memoryview(orjson.dumps(document)))


def _listed(found: Found | tuple[()]) -> Sequence[int]:
    return (found,) if isinstance(found, int) else found


def _copied(found: Found) -> Found:
    return found if isinstance(found, int) else found.copy()


def _add(seqs: Seqs, seq: int) -> Seqs:
    """With `seq` in it: the same, or what it has become on getting long."""
    if isinstance(seqs, list) and len(seqs) >= LONG:
        seqs = SortedList(seqs)
    if not isinstance(seqs, list):
        seqs.add(seq)
    elif not seqs or seq > seqs[-1]:
        seqs.append(seq)
    else:
        insort(seqs, seq)
    return seqs


def _remove(seqs: Seqs, seq: int) -> None:
    if isinstance(seqs, list):
        del seqs[bisect_left(seqs, seq)]
    else:
        seqs.remove(seq)


def _has(seqs: Sequence[int], seq: int) -> bool:
    if not isinstance(seqs, list):
        return seq in seqs
    at = bisect_left(seqs, seq)
    return at < len(seqs) and seqs[at] == seq
