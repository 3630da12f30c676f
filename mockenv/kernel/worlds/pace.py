"""Whether a clock that runs keeps up with what falls due in its world, and how far it has come where it does not; runs nothing.

A world in which more falls due than can be run would stall its clients: each request would first run all that fell due while the one
before did the same, and find more each time. There the clock falls behind the machine's instead: a request runs a few entries, and it
is as late in the world as they are. Nobody sees a moment at which something that was due has not happened.
"""

from __future__ import annotations

from mockenv.kernel.values.instant import Instant

SHARE = 6
"""Entries that run before a request in a world that is behind: more than one request plans, so that it catches up."""
WINDOW = 0.5
"""Real seconds that are looked back on."""
STRAINED = 0.5
"""The part of them that may go into what falls due."""


class Pace:
    """One world's. Times `at` are a stopwatch's seconds."""

    def __init__(self) -> None:
        self.is_behind = False
        self._spent = self._at = 0.0
        self._is_more = False
        self._floor: Instant = 0

    def is_strained(self, at: float) -> bool:
        """Whether most of the time goes into what falls due."""
        return self._left(at) > WINDOW * STRAINED

    def begin(self, at: float) -> None:
        """Something is due. A strain that has passed leaves nothing behind."""
        if not (self._is_more or self.is_strained(at)):
            self.is_behind = False

    def end(self, began: float, ended: float, until: Instant, *, is_more: bool) -> None:
        """What was due by `until` has run, or some of it. Only who has caught up can begin to fall behind: time never goes back."""
        self._spent, self._at = min(self._left(ended) + ended - began, WINDOW), ended
        if not is_more:
            self.is_behind = self.is_strained(ended)
            self._floor = until
        self._is_more = is_more

    def keeps_up(self) -> None:
        """Nothing is due."""
        self.is_behind = self._is_more = False

    def held(self, now: Instant, due: Instant | None) -> Instant:
        """What time it is where it would be `now`, and the next entry is due then."""
        if due is not None and due <= now:
            now = max(self._floor, due - 1)
        self._floor = now
        return now

    def _left(self, at: float) -> float:
        return self._spent * max(0.0, 1 - (at - self._at) / WINDOW)
