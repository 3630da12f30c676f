"""Moving a sandbox's clock on purpose: by a span, to the next entry, until idle or until something is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockenv.kernel.events.deliveries import DELIVERY, DOES
from mockenv.kernel.values.instant import Instant, Microseconds, later
from mockenv.kernel.worlds.sandbox import ATTEMPTS, Sandbox
from mockenv.kernel.worlds.settle import SLICE, Fired


class Advanced(NamedTuple):
    """Where the clock is now, whether the aim was reached, and what ran on the way, in order."""

    now: Instant
    reached: bool
    fired: list[Fired]


class Advance:
    """One way through time. Where a delivery is attempted it stops until the outcome is known, so that jump = walk.

    `limit` is how far at most. Without `is_so` the aim is the limit itself; with it, whatever moment `is_so` first says yes.
    """

    def __init__(
        self, sandbox: Sandbox, limit: Microseconds, is_so: Callable[[], bool] | None = None, *, entries: int | None = None
    ) -> None:
        self.sandbox, self._is_so, self._entries = sandbox, is_so, entries
        self._generation = sandbox.generation
        self._span = limit
        self._target: Instant | None = None
        self._stop: Instant | None = None
        """The moment up to which it is running things, if it is not at its end."""
        self._fired: list[Fired] = []
        self.is_busy = False
        """Whether it could go on at once, and only lets others have their turn: a long way takes seconds."""
        sandbox.advances.append(self)

    def go(self) -> Advanced | None:
        """Go on as far as possible; None while attempts are being made, an earlier advance is not at its end, or `is_busy`."""
        if self.sandbox.advances[0] is not self:
            return None
        try:
            with self.sandbox.lock:
                return self._go() if self.sandbox.generation == self._generation else self._end(reached=False)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Let the next one go, at the end or because nobody waits for this one any more."""
        if self in self.sandbox.advances:
            self.sandbox.advances.remove(self)
            self.sandbox.watches.notify({ATTEMPTS})

    def _go(self) -> Advanced | None:
        if self._target is None:
            self._target = later(self.sandbox.now(), self._span)
        room = SLICE
        while not self.sandbox.sending():
            if self._stop is None:
                if self._is_so is not None and self._is_so():
                    return self._end(reached=True)
                self._stop = self._target if self._is_so is None else self._next_stop(self._target)
            if self._stop is None:
                return self._end(reached=False)
            room -= self._run_until(self._stop, room)
            if self.is_busy or self.sandbox.sending():
                return None
            _move(self.sandbox, self._stop)
            self._stop = None
            if self._is_so is None:
                return self._end(reached=True)
        return None

    def _run_until(self, stop: Instant, room: int) -> int:
        """Run what is due, as much as there is room for; how much that was."""
        ran = self.sandbox.settle(stop, pause=True, at_most=room)
        self._fired += ran
        if ran:
            _move(self.sandbox, ran[-1].at)  # a clock that runs, too: others look on in between, and its client may leave
        self.is_busy = len(ran) == room and not self.sandbox.sending()
        return len(ran)

    def _next_stop(self, target: Instant) -> Instant | None:
        """The next due time; None at the end of the way."""
        due = self.sandbox.next_due()
        if due is None or self._entries == 0:
            return None
        if due > target:
            _move(self.sandbox, target)
            return None
        self._entries = None if self._entries is None else self._entries - 1
        return due

    def _end(self, *, reached: bool) -> Advanced:
        self.leave()
        return Advanced(
            self.sandbox.now(), reached, [one if one.kind != DOES else _with_outcome(self.sandbox, one) for one in self._fired]
        )


def advance_by(sandbox: Sandbox, span: Microseconds) -> Advanced:
    """At once, not waiting for attempts: for worlds that nobody sends for."""
    target = later(sandbox.now(), span)
    fired = sandbox.settle(target)
    _move(sandbox, target)
    return Advanced(sandbox.now(), True, fired)


def advance_until(sandbox: Sandbox, is_so: Callable[[], bool], limit: Microseconds) -> Advanced:
    """At once, not waiting for attempts: for clocks that go on without their outcome."""
    start, fired = sandbox.now(), sandbox.settle()
    reached = is_so()
    while not reached and (due := sandbox.next_due()) is not None and due <= later(start, limit):
        fired += sandbox.settle(due)
        _move(sandbox, due)
        reached = is_so()
    return Advanced(sandbox.now(), reached, fired)


def _move(sandbox: Sandbox, target: Instant) -> None:
    if target > sandbox.now():
        sandbox.set_clock(sandbox.clock.set_to(target, sandbox.wall.now()))


def _with_outcome(sandbox: Sandbox, fired: Fired) -> Fired:
    """What became of an attempt is known only now."""
    with sandbox.unit(now=0) as work:
        delivery = work.get(DELIVERY, fired.resource.removeprefix(f"{DELIVERY}/")) or {"attempts": []}
    made = next((one for one in delivery["attempts"] if one["at"] == fired.at), None)
    return fired._replace(outcome=f"{fired.outcome}: {made['status'] or made['error']}") if made else fired
