"""The one place where time has an effect: what is due runs, in order, each entry in a unit of work at its own due time.

What an entry does is looked up, not known: neither steps nor deliveries are named here.
"""

from __future__ import annotations

import logging
from typing import NamedTuple, Protocol

from mockenv.kernel.time.clock import Clock, Wall
from mockenv.kernel.time.order import Node
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
        with sandbox.lock:
            taken = sandbox.order.take(stop)  # which may be none: another thread may have run that one by now
            ran = _run(sandbox, taken) if taken else None
        if ran:
            one, is_followed = ran
            fired.append(one)
            if pause and is_followed and sandbox.sending():
                stop = one.at
    return fired


def _run(sandbox: Timed, node: Node) -> tuple[Fired, bool] | None:
    """One entry, and whether something follows it; None for a node whose entry is no longer due then."""
    clock, due = sandbox.clock, node.due
    if clock.mode != "real" and due > clock.now:
        clock = clock.set_to(due, sandbox.wall.now())
    try:
        with sandbox.unit(now=due) as work:
            found = _entry(work, sandbox, node, clock)
            if found is None:
                return None
            entry, act = found
            done = act(work, entry)
    except Exception:
        # A defect of ours must not stop the sandbox's time: the entry is dropped, loudly.
        log.exception("sandbox %s: agenda entry %s failed and was dropped", sandbox.name, node.number)
        with sandbox.unit(now=due) as work:
            found = _entry(work, sandbox, node, clock)
            entry, done = found[0] if found else UNKNOWN, Done("crashed")
            agenda.drop(work, node.number)
    sandbox.clock = clock
    if done.then:
        done.then()
    does, resource, step = entry["does"], entry["resource"], entry["step"]
    fired = Fired(node.planned, due, does, resource, step, entry.get("attempt", 1), done.outcome, done.undone)
    sandbox.fired.add([fired])
    return fired, done.then is not None


def _entry(work: Work, sandbox: Timed, node: Node, clock: Clock) -> tuple[Document, Act] | None:
    """What is to run and who runs it, with the clock moved; whoever runs it has it go on, be put aside or go."""
    entry = agenda.entry_at(work, node)
    act = sandbox.act(entry["does"]) if entry else None
    if entry is None or act is None:
        return None
    if clock is not sandbox.clock:
        work.put(CLOCK, "clock", clock.dump())
    return entry, act
