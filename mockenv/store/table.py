"""One kind's documents of one sandbox, indexed, with undo; knows neither files nor threads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson

from mockenv.store.alike import HERE, Alike, own_block
from mockenv.store.base import Document, Index, IndexValue, Kind, Place, values_in
from mockenv.store.numbers import Numbered, Numbers

Seqs = list[int] | Numbers
"""Sequence numbers, ascending: a list (most are short), and a bit for each from `LONG` on."""
Found = int | Seqs
"""The same in an index, where most values are one document's: a name, the resource that something is planned for."""
LONG = 2_000

Places = tuple[Place, ...]
"""Where a document is found, for each index."""
Row = tuple[Any, ...]
"""A document at rest, in one block of memory: its sequence number, the JSON bytes that are its own and those that it shares
(immutable, so nobody's copy can change it), and from there on where it is found. `seq_of`, `text_of` and `places_of` tell them apart."""
SEQ, OWN, SHARED, FOUND = 0, 1, 2, 3


def make_row(seq: int, document: Any, alike: Alike | None = None, places: Places = ()) -> Row:
    """Raises TypeError for what is not JSON."""
    text = orjson.dumps(document)
    own, shared = alike.part(text) if alike else (own_block(text), b"")
    return (seq, own, shared, *places)


def seq_of(row: Row) -> int:
    seq: int = row[SEQ]
    return seq


def text_of(row: Row) -> bytes:
    """The document's JSON."""
    text: bytes = row[OWN].replace(HERE, row[SHARED]) if row[SHARED] else row[OWN]
    return text


def places_of(row: Row) -> Places:
    return row[FOUND:]


class Table:
    """Rows by id and by index value. Order is the sequence number of the first put."""

    def __init__(self, kind: Kind, alike: Alike | None = None) -> None:
        """`alike` is for all tables of a kind, whoever's they are."""
        self.kind, self._alike = kind, alike
        self.rows: dict[str, Row] = {}
        self.number = 0
        """The newest row's that there ever was."""
        self._all: Seqs = []
        self._ids = Numbered[str]()
        self._indexes: tuple[Index, ...] = tuple(kind.indexes.values())
        self._under: dict[str, dict[IndexValue, Found]] = {field: {} for field in kind.indexes}
        self._words: dict[Place, Place] = {}
        """What more than one is found under."""

    def put(self, id: str, document: Document) -> Row | None:
        """Insert or replace; the row that was there before."""
        places = self._places_of(document)
        hash(places)  # a TypeError must come before anything is touched
        before = self.rows.get(id)
        if before is None:
            self._enter(id, make_row(self.number + 1, document, self._alike, self._known(places)))
            return None
        seq, found_under = before[SEQ], before[FOUND:]
        if found_under == places:  # most writes: what is found where it was need not be looked for
            self.rows[id] = make_row(seq, document, self._alike, found_under)
        else:
            self.rows[id] = make_row(seq, document, self._alike, self._known(places))
            self._move(seq, found_under, places)
        return before

    def restore(self, id: str, row: Row | None) -> None:
        """Make the row of `id` exactly this, or nothing: serves a put, a delete, an undo and a load."""
        before = self.rows.get(id)
        if row is None:
            if before:
                self._go(id, before)
        elif before is None:
            self._enter(id, row)
        else:
            self.rows[id] = row
            if places_of(row) != places_of(before):
                self._move(seq_of(row), places_of(before), places_of(row))

    def load(self, id: str, seq: int, document: Document) -> None:
        """A row from a file: indexes are worked out anew."""
        self.restore(id, make_row(seq, document, self._alike, self._known(self._places_of(document))))

    def _enter(self, id: str, row: Row) -> None:
        self.rows[id] = row
        seq, _, _, *places = row
        self._ids.put(seq, id)
        self._all = _add(self._all, seq)
        self.number = max(self.number, seq)
        for under, place in zip(self._under.values(), places, strict=True):
            self._join(under, place, seq)

    def _go(self, id: str, row: Row) -> None:
        seq, _, _, *places = row
        del self.rows[id]
        self._ids.remove(seq)
        _remove(self._all, seq)
        for under, place in zip(self._under.values(), places, strict=True):
            self._leave(under, place, seq)

    def matches(self, where: Collection[tuple[str, IndexValue]]) -> Sequence[int] | Numbers:
        """Sequence numbers, ascending, found under the value of every (index, value)."""
        if not where:
            return self._all
        if len(where) == 1:  # most questions
            [(field, value)] = where
            return _listed(self._under[field].get(value, ()))
        lists = [_listed(self._under[field].get(value, ())) for field, value in where]
        smallest, *others = sorted(lists, key=len)
        return [seq for seq in smallest if all(_has(other, seq) for other in others)]

    def ids_at(self, seqs: Iterable[int]) -> list[str]:
        return self._ids.at(seqs)

    def ids_after(self, seq: int) -> list[str]:
        newer = self._all.after(seq) if isinstance(self._all, Numbers) else self._all[bisect_right(self._all, seq) :]
        return self.ids_at(newer)

    def copy(self) -> Table:
        """A table with the same rows; rows are immutable and are shared."""
        twin = Table(self.kind, self._alike)
        twin.rows = dict(self.rows)
        twin.number = self.number
        twin._all = self._all.copy()
        twin._words = dict(self._words)
        twin._ids = self._ids.copy()
        twin._under = {field: {value: _copied(found) for value, found in under.items()} for field, under in self._under.items()}
        return twin

    def _places_of(self, document: Document) -> Places:
        return tuple([index(document) for index in self._indexes])

    def _known(self, places: Places) -> Places:
        """The same, each as the object that is there already: what many are found under is kept once."""
        words = self._words
        return tuple([words.get(place, place) for place in places])

    def _move(self, seq: int, old: Places, new: Places) -> None:
        for under, left, entered in zip(self._under.values(), old, new, strict=True):
            if left != entered:
                self._leave(under, left, seq)
                self._join(under, entered, seq)

    def _join(self, under: dict[IndexValue, Found], place: Place, seq: int) -> None:
        for value in values_in(place):
            there = under.get(value)
            if there is None:
                under[value] = seq
            elif isinstance(there, int):
                self._words[value] = value
                under[value] = _add([there], seq)
            else:
                under[value] = _add(there, seq)

    def _leave(self, under: dict[IndexValue, Found], place: Place, seq: int) -> None:
        for value in values_in(place):
            found = under[value]
            if isinstance(found, int) or len(found) == 1:
                del under[value]
                self._words.pop(value, None)
            else:
                _remove(found, seq)


def _listed(found: Found | tuple[()]) -> Sequence[int] | Numbers:
    return (found,) if isinstance(found, int) else found


def _copied(found: Found) -> Found:
    return found if isinstance(found, int) else found.copy()


def _add(seqs: Seqs, seq: int) -> Seqs:
    """With `seq` in it: the same, or what it has become on getting long."""
    if isinstance(seqs, list) and len(seqs) >= LONG:
        seqs = Numbers(seqs)
    if isinstance(seqs, Numbers):
        seqs.add(seq)
    elif not seqs or seq > seqs[-1]:
        seqs.append(seq)
    else:
        insort(seqs, seq)
    return seqs


def _remove(seqs: Seqs, seq: int) -> None:
    if isinstance(seqs, Numbers):
        seqs.remove(seq)
    else:
        del seqs[bisect_left(seqs, seq)]


def _has(seqs: Sequence[int] | Numbers, seq: int) -> bool:
    if isinstance(seqs, Numbers):
        return seq in seqs
    at = bisect_left(seqs, seq)
    return at < len(seqs) and seqs[at] == seq
