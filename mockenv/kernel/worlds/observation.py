"""What the server counts about itself: requests and departures from the documents; knows nobody who asks."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

VIOLATIONS_KEPT = 1_000


@dataclass(frozen=True)
class Violation:
    """A reply that was not what its document says."""

    provider: str
    operation: str
    status: int
    problem: str


class Observations:
    """Counters of one server; the control plane reads them and is not in them."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str | None, int]] = Counter()
        self._violations: deque[Violation] = deque(maxlen=VIOLATIONS_KEPT)

    def request(self, provider: str, operation: str | None, status: int) -> None:
        self.requests[provider, operation, status] += 1

    def violation(self, provider: str, operation: str, status: int, problem: str) -> None:
        self._violations.append(Violation(provider, operation, status, problem))

    def violations(self) -> list[dict[str, Any]]:
        return [asdict(violation) for violation in self._violations]
