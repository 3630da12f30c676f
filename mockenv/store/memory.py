"""The store in memory: the working set of every mockenv, with or without a file behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock, RLock, get_ident
from typing import Any, NamedTuple

import orjson
from mypy_extensions import mypyc_attr

from mockenv.store.alike import Alike
from mockenv.store.base import Document, IndexValue, Kind, Store, Stored, Transaction
from mockenv.store.table import Row, Table, text_of

Change = tuple[str, str, Row | None]
"""(kind, id, the row that is there now)."""


FEW = 8


class Part(NamedTuple):
    """Documents that nobody has looked for yet: how many of each kind, and who puts them."""

    numbers: Mapping[str, int]
    put: Callable[[Transaction], None]


class Shelf:
    """One sandbox's tables and the lock that makes its writers queue."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.late: dict[str, Part] = {}
        """Kind → the part that it comes with."""
        self.lock = RLock()
        self.writer: int | None = None


class MemoryTransaction(Transaction):
    """Writes go straight into the tables; what was there is remembered for the undo."""

    __deletable__ = ("_shelf",)  # its compiled form has to be told

    def __init__(self, store: MemoryStore, sandbox: str, shelf: Shelf) -> None:
        self._store, self._sandbox, self._shelf = store, sandbox, shelf
        self._undo: list[tuple[Table, str, Row | None]] = []
        self._parts: list[Part] = []

    def get(self, kind: str, id: str) -> Document | None:
        table = self._there(kind)
        row = table.rows.get(id) if table else None
        return orjson.loads(text_of(row)) if row else None

    def put(self, kind: str, id: str, document: Document) -> None:
        table = self._shelf.tables.get(kind) or self._begin(kind)
        self._undo.append((table, id, table.put(id, document)))

    def delete(self, kind: str, id: str) -> bool:
        table = self._table(kind)
        before = table.rows.get(id)
        if before:
            table.restore(id, None)
            self._undo.append((table, id, before))
        return before is not None

    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        table = self._table(kind)
        return table.ids_at(table.matches(where.items())) if table.rows else ()

    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        rows, total = self._slice(kind, where, offset, limit, newest_first)
        return [orjson.loads(text_of(row)) for row in rows], total

    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        rows, total = self._slice(kind, where, offset, limit, newest_first)
        return [Stored(text_of(row)) for row in rows], total

    def _slice(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, newest_first: bool
    ) -> tuple[list[Row], int]:
        table = self._table(kind)
        seqs = table.matches([(field, value) for field, values in where.items() for value in values])
        total = len(seqs)
        if newest_first:
            start = max(total - offset, 0)
            chosen = seqs[max(start - limit, 0) : start][::-1]
        else:
            chosen = seqs[offset : offset + limit]
        return list(map(table.rows.__getitem__, table.ids_at(chosen))), total

    def count(self, kind: str, **where: IndexValue) -> int:
        return len(self._table(kind).matches(where.items()))

    def has(self, kind: str) -> bool:
        table = self._there(kind)
        return bool(table and table.rows)

    def kinds(self) -> Sequence[str]:
        for kind in tuple(self._shelf.late):
            self._put_late(kind)
        return sorted(name for name, table in self._shelf.tables.items() if table.rows)

    def number(self, kind: str) -> int:
        return self._table(kind).number

    def ids_after(self, kind: str, number: int) -> Sequence[str]:
        late = self._shelf.late.get(kind)
        return () if late and late.numbers[kind] <= number else self._table(kind).ids_after(number)

    def reserve(self, kind: str, number: int) -> None:
        if kind not in self._shelf.late:  # what is to come has numbers of its own
            table = self._shelf.tables.get(kind) or self._begin(kind)
            table.number = max(table.number, number)

    def fill(self, numbers: Mapping[str, int], put: Callable[[Transaction], None]) -> None:
        if self._store.is_kept:
            put(self)
            return
        part = Part(numbers, put)
        self._parts.append(part)
        self._shelf.late.update(dict.fromkeys(numbers, part))

    def has_changed(self) -> bool:
        return bool(self._undo or self._parts)

    def commit(self) -> Sequence[tuple[str, str]]:
        touched = self.keep()
        self._end()
        return touched

    def keep(self) -> Sequence[tuple[str, str]]:
        if not self._undo:  # most only read
            self._parts.clear()
            return ()
        touched = _each_once([(table.kind.name, id) for table, id, _ in self._undo])
        if self._store.is_kept:
            tables = self._shelf.tables
            self._store.committed(self._sandbox, [(kind, id, tables[kind].rows.get(id)) for kind, id in touched])
        self._undo.clear()
        self._parts.clear()
        return touched

    def undo(self) -> None:
        for table, id, row in reversed(self._undo):
            table.restore(id, row)
        self._undo.clear()
        for kind in (kind for part in self._parts for kind in part.numbers):
            self._shelf.late.pop(kind, None)
            self._shelf.tables.pop(kind, None)
        self._parts.clear()

    def rollback(self) -> None:
        self.undo()
        self._end()

    def _there(self, kind: str) -> Table | None:
        shelf = self._shelf
        return shelf.tables.get(kind) or (self._put_late(kind) if shelf.late else None)

    def _table(self, kind: str) -> Table:
        """For reading: who only asks makes none, or each sandbox would have one for all that is ever asked for."""
        return self._there(kind) or self._store.blank(kind)

    def _begin(self, kind: str) -> Table:
        table = self._shelf.tables[kind] = self._put_late(kind) or self._store.table(kind)
        return table

    def _put_late(self, kind: str) -> Table | None:
        """The table of a kind that was put off until now; aside first, since it is no change of this transaction's."""
        part = self._shelf.late.get(kind)
        if part is None:
            return None
        aside = Shelf()
        part.put(MemoryTransaction(self._store, self._sandbox, aside))
        made = {name: table for name, table in aside.tables.items() if name in part.numbers}
        if {name: table.number for name, table in made.items()} != part.numbers:
            raise RuntimeError(f"{self._sandbox}: {', '.join(part.numbers)} came in other numbers than were told")
        for name in part.numbers:
            del self._shelf.late[name]
        self._shelf.tables |= made
        return made[kind]

    def _end(self) -> None:
        shelf = self._shelf
        del self._shelf  # an ended transaction holds no lock, so it must not be able to write
        shelf.writer = None
        shelf.lock.release()


def _each_once(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """In the order of their first places. Most are few, and looking at few takes less than hashing them."""
    if len(pairs) > FEW:
        return list(dict.fromkeys(pairs))
    found: list[tuple[str, str]] = []
    for pair in pairs:
        if pair not in found:
            found.append(pair)
    return found


@mypyc_attr(allow_interpreted_subclasses=True)
class MemoryStore(Store):
    """Everything in memory, indexed; gone when the process ends."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.is_kept = type(self).committed is not MemoryStore.committed
        """Whether somebody hears of what is `committed`, as a subclass that has it does: then nothing is put late."""
        self._kinds = {kind.name: kind for kind in kinds}
        self._alike = {name: Alike(*kind.alike) for name, kind in self._kinds.items() if kind.alike}
        self._shelves: dict[str, Shelf] = {}
        self._blanks: dict[str, Table] = {}
        self._lock = Lock()

    def kind(self, name: str) -> Kind:
        """The kind declared under this name; a plain one for a name that nobody declared."""
        return self._kinds.get(name) or Kind(name)

    def table(self, kind: str) -> Table:
        """A new one."""
        return Table(self.kind(kind), self._alike.get(kind))

    def blank(self, kind: str) -> Table:
        """What everybody reads who has no document of this kind; nobody writes into it."""
        return self._blanks.get(kind) or self._blanks.setdefault(kind, self.table(kind))

    def names(self) -> Sequence[str]:
        return list(self._shelves)

    def create(self, sandbox: str) -> None:
        with self._lock:
            if sandbox in self._shelves:
                raise KeyError(sandbox)
            self._shelves[sandbox] = Shelf()

    def drop(self, sandbox: str) -> None:
        with self._lock:
            shelf = self._shelves[sandbox]
            with shelf.lock:
                del self._shelves[sandbox]
                self.committed(sandbox, (), emptied=True)

    def copy(self, source: str, target: str) -> None:
        with self._lock:
            origin = self._shelves[source]
            shelf = self._shelves.setdefault(target, Shelf())
        first, second = (origin, shelf) if source < target else (shelf, origin)  # or two copies wait for each other
        with first.lock, second.lock:
            shelf.tables, shelf.late = {name: table.copy() for name, table in origin.tables.items()}, dict(origin.late)
            self._replaced(target, shelf)

    def adopt(self, sandbox: str, other: MemoryStore) -> int:
        """Make `sandbox` (created, or emptied first) what it is in another store; how many documents it has."""
        with self._lock:
            shelf = self._shelves.setdefault(sandbox, Shelf())
        with shelf.lock, other._shelves[sandbox].lock:
            shelf.tables = {name: table.copy() for name, table in other._shelves[sandbox].tables.items()}
            return self._replaced(sandbox, shelf)

    def _replaced(self, sandbox: str, shelf: Shelf) -> int:
        rows = [(name, id, row) for name, table in shelf.tables.items() for id, row in table.rows.items()]
        self.committed(sandbox, rows, emptied=True)
        return len(rows)

    def begin(self, sandbox: str) -> Transaction:
        shelf = self._shelves[sandbox]
        shelf.lock.acquire()
        if shelf.writer is not None:
            shelf.lock.release()
            raise RuntimeError(f"a transaction of {sandbox!r} is open in this thread already")
        if self._shelves.get(sandbox) is not shelf:
            shelf.lock.release()
            raise KeyError(sandbox)
        shelf.writer = get_ident()
        return MemoryTransaction(self, sandbox, shelf)

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        """A hook for a store that keeps more than memory: called under the sandbox's lock, in order of commits.

        `emptied`: whatever was in the sandbox before is gone.
        """

    def flush(self) -> None:
        """Memory is as safe as it gets."""

    def is_synced(self) -> bool:
        return True

    def sync(self) -> None:
        """It promises nothing."""

    def close(self) -> None:
        self._shelves.clear()

    def load(self, sandbox: str, kind: str, id: str, seq: int, document: dict[str, Any]) -> None:
        """Put a row that was read from a file; no commit, no hook."""
        shelf = self._shelves.setdefault(sandbox, Shelf())
        if kind not in shelf.tables:
            shelf.tables[kind] = self.table(kind)
        shelf.tables[kind].load(id, seq, document)
