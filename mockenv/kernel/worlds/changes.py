"""What has changed in a world and what ran in it, in order and numbered: rings that say how much fell out; knows no reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Generic, TypeVar

CHANGES_KEPT = 4_096
FIRED_KEPT = 20_000

One = TypeVar("One")


class Ring(Generic[One]):
    """The newest of all that was ever added. The first one has the number 1."""

    def __init__(self, size: int) -> None:
        self._kept: deque[One] = deque(maxlen=size)
        self.last = 0
        """The number of the newest."""

    def add(self, ones: Sequence[One]) -> None:
        self._kept.extend(ones)
        self.last += len(ones)

    @property
    def dropped(self) -> int:
        """How many fell out: the numbers up to this one are gone."""
        return self.last - len(self._kept)

    def resume(self, last: int, kept: Sequence[One]) -> None:
        """Be as another was: with these, the newest of which has the number `last`."""
        self._kept.clear()
        self._kept.extend(kept)
        self.last = last

    def after(self, number: int, most: int | None = None) -> list[tuple[int, One]]:
        """Those that are still kept, of those behind a number, with theirs; the oldest so many."""
        start = max(number, self.dropped) - self.dropped
        stop = None if most is None else start + most
        return list(enumerate(islice(self._kept, start, stop), self.dropped + start + 1))
