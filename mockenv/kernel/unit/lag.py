"""Lists that lag behind writes: the last writes of a sandbox, remembered as long as the longest lag; keeps nothing on file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mockenv.kernel.unit.passing import Passing
from mockenv.kernel.values.instant import Instant, Microseconds, parse_duration
from mockenv.store.base import Document, Transaction

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
        told = {provider: parse_duration(some[OPTION]) for provider, some in options.items() if some.get(OPTION, OFF) != OFF}
        self.lags: Mapping[str, Microseconds] = {provider: span for provider, span in told.items() if span}
        self._longest = max(self.lags.values(), default=0)
        self._changes: deque[Change] = deque()

    def keep(self, changes: list[Change], now: Instant) -> None:
        self._changes.extend(change for change in changes if change.kind.partition("/")[0] in self.lags)
        while self._changes and self._changes[0].at < now - self._longest:
            self._changes.popleft()

    def since(self, moment: Instant) -> Iterator[Change]:
        """What was written after `moment`, the latest first."""
        return (change for change in reversed(self._changes) if change.at > moment)


class Remembering(Passing):
    """Another transaction whose writes are noted, with what was there before."""

    def __init__(self, plain: Transaction, now: Instant, changes: list[Change]) -> None:
        super().__init__(plain)
        self._now, self._changes = now, changes

    def put(self, kind: str, id: str, document: Document) -> None:
        self._changes.append(Change(self._now, kind, id, self.get(kind, id)))
        super().put(kind, id, document)

    def delete(self, kind: str, id: str) -> bool:
        self._changes.append(Change(self._now, kind, id, self.get(kind, id)))
        return super().delete(kind, id)
