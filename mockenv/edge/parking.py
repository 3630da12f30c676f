"""Replies that wait until something is so: in the event loop, without a thread; asks, never decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from mockenv.edge.durability import keep
from mockenv.kernel.time.clock import pause
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.values.instant import LATEST
from mockenv.kernel.worlds.advance import advance_until
from mockenv.provider import Parked, Reply, Stream

if TYPE_CHECKING:
    from mockenv.edge.durability import Keeper
    from mockenv.edge.exchange import Exchange, Rendered
    from mockenv.edge.wire_faults import Wire
    from mockenv.kernel.worlds.sandbox import Sandbox


class Line(Protocol):
    """A way of serving: the providers' pipeline, or the control plane's."""

    def guarded(self, x: Exchange, stage: Callable[[Exchange], None]) -> None: ...
    def go_on(self, x: Exchange) -> None: ...
    def finish(self, x: Exchange) -> Rendered: ...
    def left(self, x: Exchange) -> None:
        """Whoever waited has gone."""


class Later:
    """An answer that is not ready, not safe yet, or that will not go out whole: the protocol awaits it."""

    def __init__(self, x: Exchange, line: Line, keeper: Keeper | None = None) -> None:
        self._x, self._line, self._keeper = x, line, keeper

    @property
    def is_parked(self) -> bool:
        """What only waits for the disk is not: it is owed, whatever the client does meanwhile."""
        return self._x.is_parked

    @property
    def goes_on(self) -> bool:
        """Whether its reply has no end of its own."""
        return self._x.reply is not None and isinstance(self._x.reply.body, Stream)

    async def answer(self) -> tuple[Rendered, Wire | None]:
        """The answer, and what is to be done to its bytes. Cancelled when the client leaves."""
        try:
            await _come_to_a_reply(self._x, self._line)
            if self._keeper:
                await keep(self._x, self._keeper)
        except asyncio.CancelledError:
            self._line.left(self._x)
            raise
        return self._line.finish(self._x), self._x.wire


async def _come_to_a_reply(x: Exchange, line: Line) -> None:
    """Wait out pauses and parking, and go on in between, until there is a reply that nothing delays."""
    while x.reply is None or x.pause:
        if x.pause:
            seconds, x.pause = x.pause, 0.0
            await pause(seconds)
        elif x.parked:
            await settle_parked(x, line.guarded)
        line.go_on(x)


async def settle_parked(x: Exchange, guarded: Callable[[Exchange, Callable[[Exchange], None]], None]) -> None:
    """Wait until the parked reply is there. Its every question runs guarded, like a stage."""
    try:
        await _settle_parked(x, guarded)
    finally:
        if x.reply is None and x.parked is not None:
            x.parked.abandon()


async def _settle_parked(x: Exchange, guarded: Callable[[Exchange, Callable[[Exchange], None]], None]) -> None:
    while x.reply is None and x.parked is not None:
        parked, sandbox = x.parked, x.parked.sandbox or x.sandbox
        assert sandbox is not None
        await _wait(x, sandbox, parked, guarded)
        await pause(0)  # who goes on from one thing to wait for to the next lets others have their turn


def answer_at_once(x: Exchange, line: Line) -> None:
    """Where nothing can wait (plain WSGI): delays are left out, and a parked reply says what there is to say now."""
    while x.reply is None or x.pause:
        x.pause = 0.0
        if x.parked:
            line.guarded(x, answer_now)
        line.go_on(x)


def answer_now(x: Exchange) -> None:
    """What a parked reply has to say now."""
    while x.reply is None and x.parked is not None:
        parked, sandbox = x.parked, x.parked.sandbox or x.sandbox
        assert sandbox is not None
        if not _ask(x, sandbox, parked):
            _give_up(x, sandbox, parked)


async def _wait(x: Exchange, sandbox: Sandbox, parked: Parked, guarded: Callable[..., None]) -> None:
    woken = asyncio.Event()
    with sandbox.watches.waking(parked.resources, woken.set):
        guarded(x, lambda x: _look(x, sandbox, parked))
        try:
            async with asyncio.timeout(parked.seconds):
                while x.reply is None and x.parked is parked:
                    await woken.wait()
                    woken.clear()
                    guarded(x, lambda x: _look(x, sandbox, parked))
        except TimeoutError:
            guarded(x, lambda x: _give_up(x, sandbox, parked))


def _look(x: Exchange, sandbox: Sandbox, parked: Parked) -> None:
    """Whether it is so now. An `auto` clock moves to a parked reply's own end."""
    if sandbox.clock.mode == "auto" and parked.step is None:
        _hurry(x, sandbox, parked)
    else:
        _ask(x, sandbox, parked)


def _ask(x: Exchange, sandbox: Sandbox, parked: Parked) -> bool:
    _stay_in_its_world(x, parked)
    if parked.step:
        outcome: Reply | Parked | None = parked.step()
    else:
        with sandbox.unit() as work:
            outcome = parked.ready(work)
    if isinstance(outcome, Reply):
        x.reply = outcome
    elif outcome is not None:
        x.parked = outcome
    return outcome is not None


def _stay_in_its_world(x: Exchange, parked: Parked) -> None:
    if x.is_stray and (x.has_moved or not parked.outlives_world):
        parked.abandon()
        x.check_world()


def _give_up(x: Exchange, sandbox: Sandbox, parked: Parked) -> None:
    _stay_in_its_world(x, parked)
    with sandbox.unit() as work:
        x.reply = parked.give_up(work)


def _hurry(x: Exchange, sandbox: Sandbox, parked: Parked) -> None:
    """Where the end is held, it waits like on any other clock: somebody may let it go."""
    if not advance_until(sandbox, lambda: _ask(x, sandbox, parked), LATEST).reached and not _is_held(sandbox, parked):
        _give_up(x, sandbox, parked)


def _is_held(sandbox: Sandbox, parked: Parked) -> bool:
    """Whether what it waits for is still on its way; after all time has passed, that is what is held, stalled or being sent."""
    with sandbox.unit() as work:
        return any(work.count(AGENDA, resource=resource) for resource in parked.resources)
