"""Moving a sandbox's clock on purpose: by a span, to the next entry, until idle or until something is so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockenv.kernel.instant import Instant, Microseconds, later
from mockenv.kernel.sandbox import Fired, Sandbox


@dataclass(frozen=True)
class Advanced:
    """Where the clock is now, whether the aim was reached, and what ran on the way, in order."""

    now: Instant
    reached: bool
    fired: list[Fired]


def advance_by(sandbox: Sandbox, span: Microseconds) -> Advanced:
    """Jump; what is due exactly at the target runs too."""
    with sandbox.lock:
        target = later(sandbox.now(), span)
        fired = sandbox.settle(target)
        _move(sandbox, target)
    return Advanced(sandbox.now(), True, fired)


def advance_until(sandbox: Sandbox, is_so: Callable[[], bool], limit: Microseconds, *, entries: int | None = None) -> Advanced:
    """Go from entry to entry until `is_so` (or `entries` due times have run); stop at `limit`, or when nothing is left."""
    with sandbox.lock:
        start = sandbox.now()
        fired = sandbox.settle(start)
        reached = is_so()
        while not reached and entries != 0:
            due = sandbox.next_due()
            if due is None:
                break
            if due > later(start, limit):
                _move(sandbox, later(start, limit))
                break
            fired += sandbox.settle(due)
            _move(sandbox, due)
            reached = is_so()
            entries = None if entries is None else entries - 1
    return Advanced(sandbox.now(), reached, fired)


def _move(sandbox: Sandbox, target: Instant) -> None:
    if target > sandbox.now():
        sandbox.set_clock(sandbox.clock.set_to(target, sandbox.wall.now()))
