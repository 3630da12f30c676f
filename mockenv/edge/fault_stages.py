"""The two stages where a request goes wrong on purpose: before it behaves, and after it is committed."""

from __future__ import annotations

from typing import Any

from mockenv.edge.exchange import Exchange, sandbox_of
from mockenv.edge.polling import keep_out
from mockenv.edge.requested_faults import BY_HEADER, FAULT_HEADER, MARK, PREFER, Wish, make_trouble, wishes
from mockenv.edge.wire_faults import Wire
from mockenv.errors import BadInput
from mockenv.kernel.faults import Asked, Trouble, claim_request, wants_fresh
from mockenv.provider import Reply

NO_REPLY = 0
"""The status in journal and metrics of a request that was given no answer at all."""
SILENT = ("reset", "empty", "garbage", "hang")
"""What becomes of the wire where nothing is answered."""
EDGE_ONLY = "mockenv: this fault needs mockenv's own server."


def may_go_wrong(x: Exchange) -> bool:
    """Whether anybody wishes a request's trouble: itself, or a rule."""
    return _asks(x) or sandbox_of(x).has_request_faults()


def _asks(x: Exchange) -> bool:
    return FAULT_HEADER in x.call.headers or PREFER in x.call.headers or MARK in x.call.raw


def fault(x: Exchange, phase: str) -> None:
    """Find out what is to go wrong in this phase, and have it so."""
    if not may_go_wrong(x):
        return
    try:
        trouble = _trouble(x, phase, wishes(x.call.headers, x.call.raw, by_name=not x.call.strict) if _asks(x) else [])
    except BadInput as error:
        x.reply = x.provider.error(x.call, 400, str(error))
        return
    if trouble.rules:
        _apply(x, trouble, phase)


def _trouble(x: Exchange, phase: str, wished: list[Wish]) -> Trouble:
    _check_wishes(x, wished)
    with sandbox_of(x).unit() as work:
        x.call.named = x.provider.names(x.call, work)
        asked = Asked(x.provider.name, x.call.named, x.call.method, x.call.path, _params(x), x.call.headers, _turn(x))
        x.request.connection.is_last |= wants_fresh(work)
        with work.watched() as seen:
            trouble = claim_request(work, asked, phase)
        if phase == "before" and _keeps_out(x, trouble):
            keep_out(x, seen.until, tuple(trouble.rules))
    own = make_trouble(wished, phase)
    trouble.effect.update(own.effect)
    trouble.rules += own.rules
    trouble.delay += own.delay
    return trouble


def _apply(x: Exchange, trouble: Trouble, phase: str) -> None:
    effect = dict(trouble.effect)
    if not _replaces(x, effect):
        effect.pop("status", None)
    x.faults = (*x.faults, *trouble.rules)
    x.pause += trouble.delay
    x.wire = Wire(trouble.wire, effect.get("drip", 0.0)) if trouble.wire else x.wire
    if "rate_limit" in effect or "status" in effect:
        x.reply = _spoken(x, effect)
    elif trouble.wire in SILENT and phase == "before":
        x.reply = Reply(NO_REPLY)  # it never behaves, and nobody is told
    if x.reply and effect.get("headers"):
        x.reply.headers.update(effect["headers"])
    elif effect.get("headers"):
        x.call.reply_headers.update(effect["headers"])


def _keeps_out(x: Exchange, trouble: Trouble) -> bool:
    """Whether it is answered, or left without an answer, instead of the operation."""
    has_status = "status" in trouble.effect and _replaces(x, trouble.effect)
    return has_status or "rate_limit" in trouble.effect or trouble.wire in SILENT


def _params(x: Exchange) -> dict[str, str]:
    """The path's parameters and the query's; of several of one name the last."""
    return {**{name: values[-1] for name, values in x.call.raw_query.items()}, **x.call.params}


def _turn(x: Exchange) -> str:
    return "fresh" if x.request.connection.is_fresh else "reused"


def _replaces(x: Exchange, effect: dict[str, Any]) -> bool:
    """Whether a status stands for the reply. A success that the operation has anyway is what it will answer by itself."""
    operation = x.call.match.operation
    return effect.get("status", 500) >= 400 or operation is None or str(effect["status"]) not in operation.responses


def _spoken(x: Exchange, effect: dict[str, Any]) -> Reply:
    """A status in the provider's own words; 204 and 304 have none."""
    status, message = effect.get("status", 429), effect.get("message")
    if "rate_limit" in effect or status == 429:
        now = sandbox_of(x).now()
        throttled = x.provider.throttled(x.call, effect.get("rate_limit", 1), now + sandbox_of(x).shift(now))
        return throttled if message is None else Reply(429, x.provider.error(x.call, 429, message).body, throttled.headers)
    return Reply(status) if status in (204, 304) else x.provider.error(x.call, status, message)


def _check_wishes(x: Exchange, wished: list[Wish]) -> None:
    """What a rule may not have without force, a request may not ask for. Raises BadInput."""
    operation = x.call.match.operation
    for who, _, effect in wished:
        status = effect.get("status", 500)
        if status < 400 and who == BY_HEADER and operation and str(status) not in operation.responses:
            raise BadInput(
                "", "status", f'{status} is not documented for {operation.id}; a rule with "force": true sends it all the same'
            )
