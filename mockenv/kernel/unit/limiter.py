"""Rate limits on the sandbox's own time; which limits there are, and what a refusal looks like, is the provider's affair."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mockenv.errors import BadInput
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds, parse_duration

LIMIT = "kernel/limit"
_RATE = re.compile(r"(\d{1,9})/(\w+)")
_SPANS = {"second": SECOND, "minute": 60 * SECOND, "hour": 3_600 * SECOND, "day": 86_400 * SECOND}


@dataclass(frozen=True)
class Limit:
    """At most `count` in any `window`, for everything counted under `key` (an account, a route)."""

    key: str
    count: int
    window: Microseconds


class Verdict(NamedTuple):
    """What a limit says now: how many are left, and when the oldest counted one leaves the window."""

    limit: Limit
    allowed: bool
    remaining: int
    free_at: Instant


def parse_rate(text: str, where: str = "", key: str = "rate_limits") -> tuple[int, Microseconds]:
    """`100/minute` → (100, a minute); `100/10s` likewise. Raises BadInput."""
    found = _RATE.fullmatch(text)
    if not found:
        raise BadInput(where, key, f"{text!r} is not a rate such as 100/minute or 100/10s")
    return int(found[1]), _SPANS.get(found[2]) or parse_duration(found[2], where, key)


def rate_or(*words: str) -> Callable[[str, str, str], None]:
    """An option's check: one of these words, or a rate. Raises BadInput."""

    def check(text: str, where: str, key: str) -> None:
        if text not in words:
            parse_rate(text, where, key)

    return check


def seconds_until_free(verdict: Verdict, now: Instant) -> int:
    """For Retry-After: whole seconds, rounded up."""
    return -(-(verdict.free_at - now) // SECOND)


def take(work: Work, limits: Sequence[Limit]) -> list[Verdict]:
    """Ask all limits; count the request in each if all allow it. A refused request is not counted.

    The count is kept whatever becomes of the request (a checkpoint): a 403 uses up the budget like a 200.
    """
    verdicts = [_ask(work, limit) for limit in limits]
    if all(verdict.allowed for verdict in verdicts):
        for limit in limits:
            work.put(LIMIT, limit.key, {"at": [*_counted(work, limit), work.now]})
        work.checkpoint()
    else:
        work.has_come(max(verdict.free_at for verdict in verdicts if not verdict.allowed))
    return verdicts


def _ask(work: Work, limit: Limit) -> Verdict:
    counted = _counted(work, limit)
    allowed = len(counted) < limit.count
    oldest = counted[-limit.count] if not allowed and limit.count else counted[0] if counted else work.now
    return Verdict(limit, allowed, max(0, limit.count - len(counted) - 1) if allowed else 0, oldest + limit.window)


def _counted(work: Work, limit: Limit) -> list[Instant]:
    record = work.get(LIMIT, limit.key) or {"at": []}
    return [at for at in record["at"] if at > work.now - limit.window]
