"""Which entry is due next, without a walk: a heap over the agenda's documents, which stay the truth."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from mockenv.kernel.instant import Instant


class Agenda:
    """Due times in order (due, then sequence).

    The heap may hold nodes of entries that were cancelled, moved or rolled back: whoever takes a node looks the entry up
    and drops the node if the entry is gone or due at another time.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int]] = []

    def push(self, due: Instant, number: int) -> None:
        heappush(self._heap, (due, number))

    def first(self) -> tuple[Instant, int] | None:
        """The earliest node, which may be stale."""
        return self._heap[0] if self._heap else None

    def take(self, until: Instant) -> tuple[Instant, int] | None:
        """The earliest node, out of the heap, if it is due by `until`."""
        return heappop(self._heap) if self._heap and self._heap[0][0] <= until else None

    def rebuild(self, nodes: Iterable[tuple[Instant, int]]) -> None:
        self._heap = list(nodes)
        heapify(self._heap)
