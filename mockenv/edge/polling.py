"""How asking moves an `auto` clock: who would learn nothing new is answered as of the moment at which there is something new.

Two rules, and nothing that a provider has to declare: what an answer was made from is noted while it is made (`Seen`), and the
agenda knows what of it is on its way.

1. A look at what is on its way (a step of it is pending) sees it one step further on.
2. Whoever asks the same as the last time, changes nothing and would be told the same, is told what comes next: whatever ends
   first of all that the answer hangs on. That is how a rate limit, an old key or a lag comes to its end.

A look at something new never runs time to the end of what merely holds for a while: the lease that was just made would be over
before anybody has seen it. And what is refused is refused at least once: time moves for whoever comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

import orjson

from mockenv.kernel.values.instant import DAY, Instant
from mockenv.kernel.worlds.outlook import outlook
from mockenv.provider import Parked, Refused, Reply

if TYPE_CHECKING:
    from mockenv.edge.exchange import Exchange
    from mockenv.kernel.unit.seen import Seen
    from mockenv.kernel.unit.work import Work

FARTHEST = DAY
"""No answer is waited for longer than a day: a poll does not age a world until its tokens are over or its log is empty. What is on
its way, and what keeps somebody out, ends whenever it ends."""

Outcome = TypeVar("Outcome", bound="Reply | Parked | None")


class Again(Exception):
    """Raised in a unit of work, which is undone by it: ask once more, at this moment."""

    def __init__(self, moment: Instant, *, admission_ends: bool = False) -> None:
        self.moment, self.admission_ends = moment, admission_ends
        """Whether it is what let the caller in that ends then."""
        super().__init__(moment)


def admit(x: Exchange, work: Work, ask: Callable[[], None]) -> None:
    """Let somebody in, who may be kept out for some time. Raises Again, and what `ask` raises."""
    if not _moves(x):
        ask()
        return
    with work.watched() as seen:
        try:
            ask()
        except Refused as refused:
            if seen.until is not None:
                _wait_if_the_same(x, seen.until, _digest(refused.reply), ())
            raise
    x.admitted_until = seen.until


def answer(x: Exchange, work: Work, ask: Callable[[], Reply | Parked]) -> Reply | Parked:
    """What `ask` says, unless there is something newer to say. Raises Again, and what `ask` raises."""
    if not _moves(x):
        return ask()
    with work.watched() as seen:
        try:
            outcome, refused = ask(), None
        except Refused as one:
            outcome, refused = one.reply, one
    if isinstance(outcome, Reply) and not (seen.has_written and refused is None):
        _consider(x, work, seen, outcome)
    if refused:
        raise refused
    return outcome


def keep_out(x: Exchange, until: Instant | None, why: Hashable) -> None:
    """Of a rule that answers instead of the operation until some moment. Raises Again."""
    if until is not None and _moves(x):
        _wait_if_the_same(x, until, why, ())


def _moves(x: Exchange) -> bool:
    return x.sandbox is not None and x.sandbox.clock.mode == "auto"


def _consider(x: Exchange, work: Work, seen: Seen, reply: Reply) -> None:
    step, end = outlook(work, seen)
    if step is not None and not x.has_waited and x.provider.only_looks(x.call, work):
        raise Again(step)
    ends = [moment for moment in (end, seen.until, x.admitted_until) if moment is not None]
    nearest = [moment for moment in ends if moment <= work.now + FARTHEST or moment == step]
    if nearest:
        moment = min(nearest)
        _wait_if_the_same(x, moment, _digest(reply), x.call.raw, admission_ends=moment == x.admitted_until)


def _wait_if_the_same(x: Exchange, moment: Instant, answer: Hashable, body: Hashable, *, admission_ends: bool = False) -> None:
    """Raises Again once for a request."""
    assert x.sandbox is not None  # it is its clock that moves
    call = x.call
    question = (x.provider.credentials(call.headers), call.method, call.path, call.query_string, body)
    if x.sandbox.answers.is_same(question, answer) and not x.has_waited:
        raise Again(moment, admission_ends=admission_ends)


def _digest(reply: Reply) -> Hashable:
    body = reply.body
    return reply.status, body if isinstance(body, bytes) else orjson.dumps(body)
