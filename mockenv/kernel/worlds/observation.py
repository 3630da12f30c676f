"""What the server counts about itself: requests and departures from the documents; knows nobody who asks."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from mockenv.kernel.worlds.unmatched import Unmatched

VIOLATIONS_KEPT = 1_000


@dataclass(frozen=True)
class Violation:
    """A reply that was not what its document says."""

    provider: str
    operation: str
    status: int
    problem: str


class Observations:
    """Counters of one server; the control plane reads them and is not in them. Both rings say how much fell out."""

    def __init__(self, unmatched: Unmatched) -> None:
        self.unmatched = unmatched
        self.violated = 0
        self.requests: Counter[tuple[str, str | None, int]] = Counter()
        self._violations: deque[Violation] = deque(maxlen=VIOLATIONS_KEPT)

    def request(self, provider: str, operation: str | None, status: int) -> None:
        self.requests[provider, operation, status] += 1

    def violation(self, provider: str, operation: str, status: int, problem: str) -> None:
        self.violated += 1
        self._violations.append(Violation(provider, operation, status, problem))

    def violations(self) -> list[dict[str, Any]]:
        return [asdict(violation) for violation in self._violations]
