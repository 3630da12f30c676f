"""The one place where time has an effect: what is due runs, in order, each entry in a unit of work at its own due time.

What an entry does is looked up, not known: neither steps nor deliveries are named here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple, Protocol

from mockenv.kernel.time.clock import Clock, Wall
from mockenv.kernel.time.order import Node, due_of, number_of, planned_of
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.acts import Act, Done
from mockenv.kernel.unit.frame import Unit
from mockenv.kernel.unit.work import Work
from mockenv.kernel.unit.world import World
from mockenv.kernel.values.instant import Instant
from mockenv.kernel.worlds.changes import Ring
from mockenv.kernel.worlds.kinds import CLOCK
from mockenv.store.base import Document

log = logging.getLogger("mockenv.sandbox")

UNKNOWN: Document = {"does": "step", "resource": "", "step": ""}
SLICE = 200
"""Entries that run in one go where others are waiting: some ten milliseconds."""


class Fired(NamedTuple):
    """One agenda entry that ran: since when it was planned, when it was due, what it was, what came of it."""

    begun: Instant
    at: Instant
    kind: str
    resource: str
    step: str
    attempt: int
    outcome: str
    undone: tuple[str, ...] = ()
    """Steps that were taken back."""

    @property
    def detail(self) -> str:
        return f"{self.step}: {self.outcome}"


class Timed(World, Protocol):
    """A world in which time passes."""

    wall: Wall
    fired: Ring[Fired]
    """What ran."""

    def unit(self, now: Instant | None = None) -> Unit: ...

    def act(self, does: str) -> Act | None:
        """Who runs entries of this sort here; None where nobody does (yet): they wait."""

    def sending(self) -> int:
        """How many attempts are being made."""


def settle(sandbox: Timed, until: Instant, *, pause: bool, at_most: int | None = None) -> list[Fired]:
    """Run all that is due by `until`, or the first `at_most`. With `pause`, stop before time passes over an attempt under way.

    A clock that stands is moved along with what runs, in the same unit of work, so what is kept is never ahead of its time.
    """
    fired: list[Fired] = []
    stop = until
    while (due := sandbox.order.due()) is not None and due <= stop and len(fired) != at_most:
        ran, then = _run_some(sandbox, stop, SLICE if at_most is None else min(SLICE, at_most - len(fired)))
        fired += ran
        if then:
            then()
            if pause and sandbox.sending():
                stop = ran[-1].at
    return fired


def _run_some(sandbox: Timed, until: Instant, at_most: int) -> tuple[list[Fired], Callable[[], None] | None]:
    """The next entries, up to one that something follows; and what that is. Each is kept, or dropped, by itself."""
    ran: list[Fired] = []
    then: Callable[[], None] | None = None
    try:
        with sandbox.unit(now=0) as work:
            while then is None and len(ran) < at_most and (node := sandbox.order.take(until)) is not None:
                one, then = _run(sandbox, work, node)
                if one:
                    ran.append(one)
    finally:
        sandbox.fired.add(ran)
    return ran, then


def _run(sandbox: Timed, work: Work, node: Node) -> tuple[Fired | None, Callable[[], None] | None]:
    """One entry, and what follows it; nothing for a node whose entry is no longer due then."""
    clock, due = sandbox.clock, due_of(node)
    if clock.mode != "real" and due > clock.now:
        clock = clock.set_to(due, sandbox.wall.now())
    work.go_on_at(due)
    try:
        found = _entry(work, sandbox, node, clock)
        if found is None:
            return None, None
        entry, act = found
        done = act(work, entry)
        work.checkpoint()
    except Exception:
        # A defect of ours must not stop the sandbox's time: the entry is dropped, loudly.
        log.exception("sandbox %s: agenda entry %s failed and was dropped", sandbox.name, number_of(node))
        work.undo()
        found = _entry(work, sandbox, node, clock)
        entry, done = found[0] if found else UNKNOWN, Done("crashed")
        agenda.drop(work, number_of(node))
        work.checkpoint()
    sandbox.clock = clock
    does, resource, step = entry["does"], entry["resource"], entry["step"]
    return Fired(planned_of(node), due, does, resource, step, entry.get("attempt", 1), done.outcome, done.undone), done.then


def _entry(work: Work, sandbox: Timed, node: Node, clock: Clock) -> tuple[Document, Act] | None:
    """What is to run and who runs it, with the clock moved; whoever runs it has it go on, be put aside or go."""
    entry = agenda.entry_at(work, node)
    act = sandbox.act(entry["does"]) if entry else None
    if entry is None or act is None:
        return None
    if clock is not sandbox.clock:
        work.put(CLOCK, "clock", clock.dump())
    return entry, act
