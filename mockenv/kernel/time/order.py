"""Which entry is due next, without a walk: a heap over the agenda's documents, which stay the truth."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document

PLANNED, DUE = 64, 128
FIELD = (1 << 64) - 1
"""Where a node's parts lie in its number, and how wide they are: the year 9999 takes 58 bits."""


class Node(NamedTuple):
    """An entry's place in the order: what is due together runs as it was planned; of what was planned in one moment too, what
    began first."""

    due: Instant
    planned: Instant
    number: int


def node_of(entry: Document) -> Node:
    return Node(entry["due"], entry["planned"], entry["id"])


class Order:
    """All that is pending, in order.

    The heap may hold nodes of entries that were cancelled, moved or rolled back: whoever takes a node looks the entry up
    and drops the node if the entry is gone or stands elsewhere now.
    """

    def __init__(self) -> None:
        self._heap: list[int] = []
        """A node in one number: a third of the room, and compared in one go."""

    def push(self, due: Instant, planned: Instant, number: int) -> None:
        """Have an entry be a node."""
        heappush(self._heap, _packed(due, planned, number))

    def first(self) -> Node | None:
        """The earliest node, which may be stale."""
        return _unpacked(self._heap[0]) if self._heap else None

    def due(self) -> Instant | None:
        """When that is due: asked at every request."""
        return self._heap[0] >> DUE if self._heap else None

    def take(self, until: Instant) -> Node | None:
        """The earliest node, out of the heap, if it is due by `until`."""
        if not self._heap or self._heap[0] >> DUE > until:
            return None
        return _unpacked(heappop(self._heap))

    def rebuild(self, nodes: Iterable[Node]) -> None:
        self._heap = [_packed(*node) for node in nodes]
        heapify(self._heap)


def _packed(due: Instant, planned: Instant, number: int) -> int:
    return due << DUE | planned << PLANNED | number


def _unpacked(packed: int) -> Node:
    return Node(packed >> DUE, packed >> PLANNED & FIELD, packed & FIELD)
