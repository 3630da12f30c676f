"""Rate limits, off unless asked for: which there are and the headers that tell of them; counting is the kernel's."""

from __future__ import annotations

from collections.abc import Sequence

from mockenv.kernel.unit.limiter import Limit, Verdict, parse_rate, take
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND, SECOND, Instant
from mockenv.provider import Call, Refused
from mockenv.providers.launchdarkly.errors import failure

OFF, PUBLISHED = "off", "published"
SDK = "sdk"
"""SDKs are not limited by the API's rates."""
WINDOW = 10 * SECOND
GLOBAL, ROUTE = 100, 20
"""Guesses: only the window of ten seconds and the headers are published. Somebody saw a 429 after ten PATCHes in a row."""


def enforce(call: Call, work: Work) -> None:
    """Count the call, tell what is left in `X-Ratelimit-…` headers, refuse it (429) where nothing is."""
    operation, rate = call.match.operation, work.option("launchdarkly", "rate_limits")
    if rate == OFF or operation is None or not operation.secured or call.caller.role == SDK:
        return
    count, window = (GLOBAL, WINDOW) if rate == PUBLISHED else parse_rate(rate)
    limits = [Limit("launchdarkly/Global", count, window)]
    if rate == PUBLISHED and operation.method != "GET":
        limits.append(Limit(f"launchdarkly/Route/{operation.id}", ROUTE, window))
    verdicts = take(work, limits)
    call.reply_headers |= _headers(work, verdicts)
    if not all(verdict.allowed for verdict in verdicts):
        raise Refused(failure(call, 429))


def _headers(work: Work, verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Both families share one reset, in milliseconds since 1970."""
    headers = {}
    for verdict in verdicts:
        family = verdict.limit.key.split("/")[1]
        headers[f"X-Ratelimit-{family}-Limit"] = str(verdict.limit.count)
        headers[f"X-Ratelimit-{family}-Remaining"] = str(verdict.remaining)
    deciding = [verdict for verdict in verdicts if not verdict.allowed] or verdicts
    until = max(verdict.free_at for verdict in deciding)
    return {**headers, "X-Ratelimit-Reset": as_reset(work.as_told(until))}


def as_reset(moment: Instant) -> str:
    """Milliseconds since 1970, rounded up."""
    return str(-(-moment // MILLISECOND))
