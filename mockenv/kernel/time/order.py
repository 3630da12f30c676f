"""Which entry is due next, without a walk: a heap over the agenda's documents, which stay the truth."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document

PLANNED, DUE = 64, 128
FIELD = (1 << 64) - 1
"""Where a node's parts lie in it, and how wide they are: the year 9999 takes 58 bits."""

Node = int
"""An entry's place in the order: what is due together runs as it was planned; of what was planned in one moment too, what
began first. All three in one number: a third of the room that they would take, and compared in one go."""


def node_of(entry: Document) -> Node:
    return make_node(entry["due"], entry["planned"], entry["id"])


def make_node(due: Instant, planned: Instant, number: int) -> Node:
    return due << DUE | planned << PLANNED | number


def due_of(node: Node) -> Instant:
    return node >> DUE


def planned_of(node: Node) -> Instant:
    return node >> PLANNED & FIELD


def number_of(node: Node) -> int:
    return node & FIELD


class Order:
    """All that is pending, in order.

    The heap may hold nodes of entries that were cancelled, moved or rolled back: whoever takes a node looks the entry up
    and drops the node if the entry is gone or stands elsewhere now.
    """

    def __init__(self) -> None:
        self._heap: list[Node] = []

    def push(self, due: Instant, planned: Instant, number: int) -> None:
        """Have an entry be a node."""
        heappush(self._heap, make_node(due, planned, number))

    def first(self) -> Node | None:
        """The earliest node, which may be stale."""
        return self._heap[0] if self._heap else None

    def due(self) -> Instant | None:
        """When that is due: asked at every request."""
        return due_of(self._heap[0]) if self._heap else None

    def take(self, until: Instant) -> Node | None:
        """The earliest node, out of the heap, if it is due by `until`."""
        if not self._heap or due_of(self._heap[0]) > until:
            return None
        return heappop(self._heap)

    def rebuild(self, nodes: Iterable[Node]) -> None:
        self._heap = list(nodes)
        heapify(self._heap)
