"""A request's way to its operation, in the service's own order; each check is elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

from mockenv.kernel.unit.limiter import Limit, parse_rate, take
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.phase.authentication import Principal, authenticate
from mockenv.providers.phase.errors import HTML, not_found_page, refusal, throttled, wrong_method
from mockenv.providers.phase.gates import GATES, pass_gate
from mockenv.providers.phase.metadata import metadata
from mockenv.providers.phase.model import NAME, PUBLISHED_RATES, plan_of
from mockenv.providers.phase.resolution import check_access, query_of, resolve

KEYS_PATH = "/secrets/tokens/"
_INDENT = re.compile(r"application/json[^,]*;\s*indent=(-?\d{1,9})\s*(?:[;,]|$)", re.IGNORECASE)
NOT_ACCEPTABLE = "Could not satisfy the request Accept header."


def admit(call: Call, work: Work) -> Principal:
    """Raises Refused, at the first check that fails."""
    if _is_preflight(call):
        raise Refused(preflight())
    if not call.match.path:
        raise Refused(not_found_page())
    if call.match.path not in GATES:
        return _anybody(call, work)
    negotiate(call)
    who = authenticate(call, work)
    app, environment = resolve(call, work)
    who = replace(who, app=app, environment=environment)
    check_access(work, who)
    limit(work, who)
    pass_gate(call, work, who)
    return who


def preflight() -> Reply:
    """The CORS middleware's own, whoever asks."""
    return Reply(200, b"", content_type=HTML)


def negotiate(call: Call) -> None:
    """`?format=` first, then `Accept`; weights are not looked at. Raises Refused (404, 406)."""
    if (query_of(call).get("format") or "json") != "json":
        raise refusal(404, "Not found.")
    accepted = call.header("accept")
    if accepted is not None and not any(_is_json(part) for part in accepted.split(",")):
        raise refusal(406, NOT_ACCEPTABLE)


def indent_of(call: Call) -> int:
    """How far the REST framework indents its JSON, asked for by `Accept: application/json; indent=4`; eight at the most."""
    found = _INDENT.search(call.header("accept") or "")
    return max(0, min(int(found[1]), 8)) if found else 0


def limit(work: Work, who: Principal) -> None:
    """Per account, over all routes. What is counted stays counted, whatever becomes of the request. Raises Refused (429)."""
    rate = rate_of(work)
    if rate is None:
        return
    count, window = parse_rate(rate)
    verdict = take(work, [Limit(f"{NAME}/{who.id}", count, window)])[0]
    if not verdict.allowed:
        raise Refused(throttled(-(-(verdict.free_at - work.now) // SECOND)))


def rate_of(work: Work) -> str | None:
    """The rate that holds here, if any; Enterprise has none that is published."""
    told = str(work.option(NAME, "rate_limits"))
    if told == "published":
        return PUBLISHED_RATES.get(plan_of(work))
    return None if told == "off" else told


def _anybody(call: Call, work: Work) -> Principal:
    """The probes ask nobody who he is; where a token's keys are given out, the operation looks at it, and limits count together."""
    anonymous = Principal("")
    if call.match.path == KEYS_PATH:
        limit(work, anonymous)
        if call.method == "OPTIONS":
            raise Refused(metadata(KEYS_PATH))
        if call.match.operation is None:
            raise Refused(wrong_method(call.method))
    if call.match.operation is None:
        raise Refused(Reply(405, b"", {"Allow": "GET"}, HTML))  # guess: the framework's own refusal, without a body
    return anonymous


def _is_preflight(call: Call) -> bool:
    """Answered for any path, before everything else."""
    return call.method == "OPTIONS" and "access-control-request-method" in call.headers and "origin" in call.headers


def _is_json(part: str) -> bool:
    main, _, sub = part.partition(";")[0].strip().lower().partition("/")
    return main in ("*", "application") and sub in ("*", "json")
