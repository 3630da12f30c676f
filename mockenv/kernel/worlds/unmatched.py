"""Requests that belong to nobody: what came that no world and no route took; a server-wide ring and counters, in real time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mockenv.kernel.values.instant import Instant, iso_micros

KEPT = 1_000
LONGEST = 300
"""Of a path, and of what is told about it."""
REASONS: Mapping[str, str] = {
    "no_service": "no service here has a path that begins so",
    "no_route": "the service has no such path",
    "absent": "the service has such an operation, mockenv has not",
    "wrong_method": "the path is there, but not for this method",
    "no_sandbox": "the sandbox that it names does not exist",
    "refused": "the control plane turns it away",
    "unreadable": "what came is no HTTP request",
    "tls": "a TLS client speaks to a port without TLS: ask for http://, or start it with --tls",
    "plain": "a client without TLS speaks to a port with TLS: ask for https://",
    "handshake": "no TLS connection came about",
    "too_large": "the request is larger than can be read",
    "too_slow": "the request did not come to an end in time",
}


class Stranger(NamedTuple):
    """One such request; of one that could not be read, what can be told."""

    why: str
    """One of `REASONS`."""
    status: int
    method: str = ""
    path: str = ""
    sandbox: str | None = None
    detail: str = ""


class _Adopted(dict[str, Any]):
    """A line that was noted elsewhere."""


class Unmatched:
    """The ring. `nearest` finds the route that was probably meant; `tell` is called with each line for the log."""

    def __init__(
        self,
        now: Callable[[], Instant],
        nearest: Callable[[str, str], Mapping[str, str] | None],
        tell: Callable[[dict[str, Any]], object],
    ) -> None:
        self._now, self.nearest, self._tell = now, nearest, tell
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        """By reason, and for ever."""
        self._number = 0
        self._cleared = 0

    def note(self, stranger: Stranger) -> None:
        self._number += 1
        self.counts[stranger.why] += 1
        line = {
            "number": self._number,
            "at": iso_micros(self._now()),
            "why": stranger.why,
            "detail": (stranger.detail or REASONS[stranger.why])[:LONGEST],
            "status": stranger.status,
            "method": stranger.method[:LONGEST] or None,
            "path": stranger.path[:LONGEST] or None,
            "sandbox": stranger.sandbox,
            "nearest": self.nearest(stranger.method, stranger.path) if stranger.path and stranger.why != "absent" else None,
        }
        self._kept.append(line)
        self._tell(line)

    def adopt(self, line: Mapping[str, Any]) -> None:
        """Show what another server of the fleet has noted: it counts there."""
        self._number += 1
        self._kept.append(_Adopted({**line, "number": self._number}))

    def own(self) -> list[dict[str, Any]]:
        """What was noted here."""
        return [one for one in self._kept if not isinstance(one, _Adopted)]

    def list(self, after: int = 0, why: str | None = None) -> list[dict[str, Any]]:
        """Those behind a number, oldest first."""
        return [one for one in self._kept if one["number"] > after and why in (None, one["why"])]

    def dropped(self, after: int = 0) -> int:
        """How many fell out, of those behind a number."""
        first = self._kept[0]["number"] if self._kept else self._number + 1
        return max(0, first - 1 - max(after, self._cleared))

    def clear(self) -> int:
        """Forget them, on purpose; how many were there."""
        removed, self._cleared = len(self._kept), self._number
        self._kept.clear()
        return removed
