"""Lists that lag behind writes: a world as it was a moment ago, for as long as one question takes; keeps nothing on file."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockenv.kernel.values.instant import Instant, Microseconds, parse_duration
from mockenv.store.base import Document

if TYPE_CHECKING:
    from mockenv.kernel.unit.work import Work

OPTION = "list_lag"
OFF = "0s"


@dataclass(frozen=True, slots=True)
class Change:
    """One write: when, of what, and what was there before."""

    at: Instant
    kind: str
    id: str
    before: Document | None


class History:
    """The last writes of a sandbox, as far back as its longest lag."""

    def __init__(self, options: Mapping[str, Mapping[str, str]]) -> None:
        told = {provider: parse_duration(some.get(OPTION, OFF)) for provider, some in options.items()}
        self.lags: Mapping[str, Microseconds] = {provider: span for provider, span in told.items() if span}
        self._longest = max(self.lags.values(), default=0)
        self._changes: deque[Change] = deque()

    def keep(self, changes: list[Change], now: Instant) -> None:
        self._changes.extend(change for change in changes if change.kind.partition("/")[0] in self.lags)
        while self._changes and self._changes[0].at < now - self._longest:
            self._changes.popleft()

    @contextmanager
    def as_of(self, work: Work, provider: str, kinds: Collection[str]) -> Iterator[None]:
        """Within, documents of these kinds are as they were a lag ago. What was deleted since stands last in its order."""
        if provider not in self.lags or not kinds:
            yield
            return
        since = work.now - self.lags[provider]
        for change in reversed(self._changes):
            if change.at > since and change.kind in kinds:
                work.restore(change.kind, change.id, change.before)
        try:
            yield
        finally:
            work.undo()
