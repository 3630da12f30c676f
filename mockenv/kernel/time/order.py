"""Which entry is due next, without a walk: a heap over the agenda's documents, which stay the truth."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document


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
        self._heap: list[Node] = []

    def push(self, node: Node) -> None:
        heappush(self._heap, node)

    def first(self) -> Node | None:
        """The earliest node, which may be stale."""
        return self._heap[0] if self._heap else None

    def take(self, until: Instant) -> Node | None:
        """The earliest node, out of the heap, if it is due by `until`."""
        return heappop(self._heap) if self._heap and self._heap[0].due <= until else None

    def rebuild(self, nodes: Iterable[Node]) -> None:
        self._heap = list(nodes)
        heapify(self._heap)
