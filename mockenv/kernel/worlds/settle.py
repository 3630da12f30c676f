"""The one place where time has an effect: what is due runs, in order, each entry in a unit of work at its own due time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from mockenv.kernel.events import webhooks
from mockenv.kernel.lifecycles.lifecycle import finish_step
from mockenv.kernel.time.agenda import Node
from mockenv.kernel.time.clock import Clock
from mockenv.kernel.unit.work import CLOCK, Work
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document

if TYPE_CHECKING:
    from mockenv.kernel.worlds.sandbox import Sandbox

log = logging.getLogger("mockenv.sandbox")

SLICE = 500
"""Entries that run in one go where others are waiting: some ten milliseconds."""


class Fired(NamedTuple):
    """One agenda entry that ran: when it was due, what it was, what came of it."""

    at: Instant
    kind: str
    resource: str
    detail: str


def settle(sandbox: Sandbox, until: Instant, *, pause: bool, at_most: int | None = None) -> list[Fired]:
    """Run all that is due by `until`, or the first `at_most`. With `pause`, stop before time passes over an attempt under way.

    A clock that stands is moved along with what runs, in the same unit of work, so what is kept is never ahead of its time.
    """
    fired: list[Fired] = []
    stop = until
    while (node := sandbox.agenda.first()) and node.due <= stop and len(fired) != at_most:
        with sandbox.lock:
            taken = sandbox.agenda.take(stop)  # not `node`: another thread may have run that one by now
            ran = _run(sandbox, taken) if taken else None
        if ran:
            fired.append(ran)
            if pause and ran.kind == webhooks.DOES and sandbox.sending():  # not if it was put off or dropped: nobody would wake us
                stop = ran.at
    return fired


def _run(sandbox: Sandbox, node: Node) -> Fired | None:
    """One entry; None for a node whose entry is no longer due then."""
    clock, due = sandbox.clock, node.due
    if clock.mode != "real" and due > clock.now:
        clock = clock.set_to(due, sandbox.wall.now())
    attempt = None
    try:
        with sandbox.unit(now=due) as work:
            entry = _entry(work, node, clock)
            if entry is None:
                return None
            if entry["does"] == webhooks.DOES:
                attempt = webhooks.begin_attempt(work, entry)
                outcome = f"attempt {entry['attempt']}" if attempt else webhooks.why_not(work, entry)
            else:
                outcome = finish_step(work, entry)
    except Exception:
        # A defect of ours must not stop the sandbox's time: the entry is dropped, loudly.
        log.exception("sandbox %s: agenda entry %s failed and was dropped", sandbox.name, node.number)
        with sandbox.unit(now=due) as work:
            entry = _entry(work, node, clock) or {"does": "step", "resource": "", "step": ""}
            work.drop_entry(node.number)
            outcome = "crashed"
    sandbox.clock = clock
    if attempt and sandbox.watches.on_attempt:
        sandbox.watches.on_attempt(sandbox, attempt)
    return Fired(due, entry["does"], entry["resource"], f"{entry['step']}: {outcome}")


def _entry(work: Work, node: Node, clock: Clock) -> Document | None:
    """What is to run, with the clock moved; whoever runs it has it go on, be put aside or go."""
    entry = work.entry_at(node)
    if entry is None:
        return None
    if entry["does"] == webhooks.DOES and work.sandbox.watches.on_attempt is None:
        return None  # nobody sends here: it waits, and is found again at the next start
    if clock is not work.sandbox.clock:
        work.put(CLOCK, "clock", clock.dump())
    return entry
