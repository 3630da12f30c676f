"""How many requests of each sort there were: counters that forget nothing, so a plain question has an exact answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

MOST_SORTS = 4_096
"""Ordinary clients make some hundred; only one that invents methods or GraphQL documents makes more."""


class Sort(NamedTuple):
    """What can be asked of every request for ever."""

    provider: str
    operation: str | None
    """Of a GraphQL request with several fields all of them, with commas between."""
    method: str
    status: int

    @property
    def operations(self) -> frozenset[str]:
        return frozenset(self.operation.split(",")) if self.operation else frozenset()


class Tally:
    """`others` are those that were counted without their sort, because there were too many sorts."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str | None, str, int], int] = {}
        """By what makes a `Sort`."""
        self.others = 0

    def add(self, sort: tuple[str, str | None, str, int]) -> None:
        known = self.counts.get(sort, 0)
        if known or len(self.counts) < MOST_SORTS:
            self.counts[sort] = known + 1
        else:
            self.others += 1

    def count(self, is_wanted: Callable[[Sort], bool]) -> int:
        """How many of the counted ones are of a wanted sort."""
        return sum(count for sort, count in self.counts.items() if is_wanted(Sort(*sort)))
