"""What was answered last to the same question, so that an `auto` clock knows who asks again; keeps no answers, only their digests."""

from __future__ import annotations

from collections.abc import Hashable

KEPT = 10_000


class Answers:
    """Of one world, from its beginning. Bounded: who has more open questions than that has some of them taken for new ones."""

    def __init__(self) -> None:
        self._last: dict[Hashable, int] = {}

    def is_same(self, question: Hashable, answer: Hashable) -> bool:
        """Whether this question was answered so the last time; that is remembered."""
        before, digest = self._last.pop(question, None), hash(answer)
        self._last[question] = digest  # behind all others: those that nobody asks any more go first
        if len(self._last) > KEPT:
            del self._last[next(iter(self._last))]
        return before == digest
