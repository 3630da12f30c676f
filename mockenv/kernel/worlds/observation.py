"""What the server counts about itself: requests and departures from the documents; knows nobody who asks."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any, NamedTuple

from mockenv.kernel.worlds.unmatched import Unmatched

VIOLATIONS_KEPT = 1_000
REPLY, IGNORED = "reply", "ignored member"


class Violation(NamedTuple):
    """A reply that was not what its document says, or a member of a request that the document does not have."""

    provider: str
    operation: str
    status: int
    problem: str
    kind: str = REPLY


class Observations:
    """Counters of one server; the control plane reads them and is not in them. Both rings say how much fell out."""

    def __init__(self, unmatched: Unmatched) -> None:
        self.unmatched = unmatched
        self.violated = 0
        """Replies that departed from their documents."""
        self.noted = 0
        """All that was put into the ring of violations."""
        self.requests: Counter[tuple[str, str | None, int]] = Counter()
        self._violations: deque[Violation] = deque(maxlen=VIOLATIONS_KEPT)

    def request(self, provider: str, operation: str | None, status: int) -> None:
        self.requests[provider, operation, status] += 1

    def violation(self, provider: str, operation: str, status: int, problem: str) -> None:
        self.violated += 1
        self.noted += 1
        self._violations.append(Violation(provider, operation, status, problem))

    def ignored(self, provider: str, operation: str, status: int, member: str) -> bool:
        """A member that a service takes and overlooks. Once for each that is still kept: whether this is its first time."""
        found = Violation(provider, operation, status, f"{IGNORED}: {member}", IGNORED)
        if found in self._violations:
            return False
        self.noted += 1
        self._violations.append(found)
        return True

    def violations(self) -> list[dict[str, Any]]:
        return [violation._asdict() for violation in self._violations]
