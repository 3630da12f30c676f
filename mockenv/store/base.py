"""What a store is: the interface and its duties; knows nothing of how documents are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import methodcaller
from typing import Any

import orjson
from mypy_extensions import mypyc_attr

from mockenv.errors import StateError

Document = dict[str, Any]
"""JSON with string keys: what survives a round trip through a file."""

Stored = orjson.Fragment
"""A document as the JSON text that it rests in: for a reply that shows it as it is, without reading it."""

IndexValue = str | int | bool | None
Place = IndexValue | tuple[IndexValue, ...]
"""What a document is found under in one index: a value by itself (most are), or none or several."""
Index = Callable[[Document], Place]
"""Reads from a document the value under which it is found; several for a list such as tags."""


def values_in(place: Place) -> tuple[IndexValue, ...]:
    """As they are asked for: one by one."""
    return place if isinstance(place, tuple) else (place,)


def by(name: str) -> Index:
    """An index on one member of the document."""
    return methodcaller("get", name)  # as a lambda would, in half the time


def by_each(name: str) -> Index:
    """An index on every element of a list member."""
    return lambda document: tuple(dict.fromkeys(document.get(name) or ()))


@dataclass(frozen=True)
class Kind:
    """A sort of document (`provider/kind`), and what it can be found by without a walk."""

    name: str
    indexes: Mapping[str, Index] = field(default_factory=dict)
    internal: bool = False
    """Bookkeeping, not a resource: not listed, not a leak."""
    alike: tuple[str, str] | None = None
    """Where that begins, and what comes after it, which many of its documents have the same: it is kept once."""
    is_record: bool = False
    """What the service writes down and no client can delete: listed, but not a leak."""


class Transaction(ABC):
    """One writer's view of one sandbox, from `begin` to `commit` or `rollback`.

    Duties of every implementation:

    - What is handed in is copied, what is handed out is the caller's own.
    - What was put is found at once by this transaction, through every index.
    - `rollback` leaves no trace; `commit` makes all of it visible to the next transaction, together.
    - The order of a kind is the order in which its documents were first put; they are numbered in it, from 1, and no number comes back.
    - The cost of a call does not grow with what is stored (but `ids` is as long as its answer).
    """

    @abstractmethod
    def get(self, kind: str, id: str) -> Document | None:
        """The document, or None."""

    @abstractmethod
    def put(self, kind: str, id: str, document: Document) -> None:
        """Insert or replace. Raises TypeError for what is not JSON."""

    @abstractmethod
    def delete(self, kind: str, id: str) -> bool:
        """Remove; whether it was there."""

    @abstractmethod
    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        """Ids in order of creation, of the documents found under all the index values in `where`."""

    @abstractmethod
    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        """A slice of the matching documents, and how many match in all; several values of an index must all match."""

    @abstractmethod
    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        """The same, each document as it rests."""

    @abstractmethod
    def count(self, kind: str, **where: IndexValue) -> int:
        """How many documents are found under all the index values in `where`."""

    @abstractmethod
    def has(self, kind: str) -> bool:
        """Whether there is any document of this kind."""

    @abstractmethod
    def kinds(self) -> Sequence[str]:
        """The kinds that hold at least one document, by name."""

    @abstractmethod
    def number(self, kind: str) -> int:
        """The number of the newest document that a kind ever had."""

    @abstractmethod
    def ids_after(self, kind: str, number: int) -> Sequence[str]:
        """Ids in order of creation, of the documents with higher numbers than this."""

    @abstractmethod
    def reserve(self, kind: str, number: int) -> None:
        """Have nothing get a number up to this any more: a file tells only of those that are still there."""

    @abstractmethod
    def fill(self, numbers: Mapping[str, int], put: Callable[[Transaction], None]) -> None:
        """Have `put` put documents of kinds that have none, and of each as many as is told: at once, or when somebody looks for one."""

    @abstractmethod
    def has_changed(self) -> bool:
        """Whether there is anything to commit."""

    @abstractmethod
    def commit(self) -> Sequence[tuple[str, str]]:
        """End the transaction and keep it; the (kind, id) pairs that were touched."""

    @abstractmethod
    def keep(self) -> Sequence[tuple[str, str]]:
        """The same, and stay open: what follows is a transaction of its own."""

    @abstractmethod
    def undo(self) -> None:
        """Forget what was done since the beginning or the last `keep`, and stay open."""

    @abstractmethod
    def rollback(self) -> None:
        """End the transaction and forget it."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Store(ABC):
    """Sandboxes and their documents. Threads may share a store: one writer at a time per sandbox."""

    written_at: int = 0
    """What the clock said when that was written which this store found on file; 0 where it found nothing."""

    is_shared: bool = False
    """Whether another server may go on where this one ends: then every answer waits for `sync`."""
    trouble: StateError | None = None
    """What keeps a shared one from promising anything at this moment."""

    @abstractmethod
    def names(self) -> Sequence[str]:
        """The sandboxes there are."""

    def takes(self, sandbox: str) -> bool:
        """Whether one of this name would be kept here, and not by another server on what is shared."""
        return True

    def take_luggage(self, sandbox: str) -> bytes | None:
        """What another server had of it in memory alone and has sent along: once."""
        return None

    @abstractmethod
    def create(self, sandbox: str) -> None:
        """An empty sandbox. Raises KeyError if the name is taken."""

    @abstractmethod
    def drop(self, sandbox: str) -> None:
        """Forget a sandbox and all in it. Raises KeyError if there is none."""

    @abstractmethod
    def copy(self, source: str, target: str) -> None:
        """Make `target` (created, or emptied first) equal to `source`, at a price that is small per document."""

    @abstractmethod
    def begin(self, sandbox: str) -> Transaction:
        """Start the one transaction of a sandbox; waits for another thread's. Raises KeyError if there is none."""

    @abstractmethod
    def flush(self) -> None:
        """Return when all that was committed is as safe as this store makes it."""

    @abstractmethod
    def is_synced(self) -> bool:
        """Whether `sync` would have nothing to do. Asked before every answer, so it costs next to nothing."""

    @abstractmethod
    def sync(self) -> None:
        """Return when nothing that is committed by now will be lost by a kill or a power cut, if this store is one to promise that.

        Many threads may call at once and are served together. Raises StateError where it cannot be promised.
        """

    @abstractmethod
    def close(self) -> None:
        """Flush and let go of everything."""
