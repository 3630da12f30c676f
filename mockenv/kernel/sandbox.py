"""An isolated world: its documents, its time, its agenda. Time has an effect in `settle` alone; knows no HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from types import TracebackType
from typing import Any

from mockenv.errors import NoSuchSandbox
from mockenv.kernel.agenda import Agenda
from mockenv.kernel.clock import Clock, Mode, Wall
from mockenv.kernel.delay import Delay, parse_delay
from mockenv.kernel.instant import Instant
from mockenv.kernel.journal import Journal
from mockenv.kernel.lifecycle import Catalogue, Step, finish_step
from mockenv.kernel.work import AGENDA, META, Work
from mockenv.store.base import Document, Store, Transaction

log = logging.getLogger("mockenv.sandbox")
CLOCK = "kernel/clock"


@dataclass(frozen=True)
class Fired:
    """One agenda entry that ran: when it was due, what it was, what came of it."""

    at: Instant
    kind: str
    resource: str
    detail: str


@dataclass
class Watches:
    """Who wants to know of a sandbox's commits: the alarm (when is the next entry?) and parked replies (did it change?)."""

    on_agenda: Callable[[Sandbox], None] = lambda sandbox: None
    waiting: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def notify(self, resources: set[str]) -> None:
        for resource in resources & self.waiting.keys():
            for wake in tuple(self.waiting.get(resource, ())):
                wake()


class Unit:
    """`with sandbox.unit() as work:` commits at the end, or rolls everything back when an exception passes."""

    def __init__(self, sandbox: Sandbox, now: Instant | None) -> None:
        self._sandbox, self._now = sandbox, now

    def __enter__(self) -> Work:
        self._sandbox.lock.acquire()
        if self._sandbox.is_gone:
            self._sandbox.lock.release()
            raise NoSuchSandbox(self._sandbox.name)
        try:
            self._transaction = self._sandbox.store.begin(self._sandbox.name)
        except BaseException:
            self._sandbox.lock.release()
            raise
        self._touched: list[tuple[str, str]] = []
        now = self._sandbox.now() if self._now is None else self._now
        return Work(self._sandbox, self._transaction, now, self._checkpoint)

    def _checkpoint(self) -> Transaction:
        self._touched += self._transaction.commit()
        self._transaction = self._sandbox.store.begin(self._sandbox.name)
        return self._transaction

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is not None:
                self._transaction.rollback()
            else:
                self._touched += self._transaction.commit()
        finally:
            self._sandbox.lock.release()
        if self._touched:
            self._sandbox.after_commit(self._touched)


class Sandbox:
    """One world. Everything that lasts is in the store; here is only what can be worked out from it again."""

    def __init__(self, name: str, store: Store, catalogue: Catalogue, wall: Wall, journal: Journal) -> None:
        self.name, self.store, self.catalogue, self.wall, self.journal = name, store, catalogue, wall, journal
        self.lock = RLock()
        self.is_gone = False
        """Dropped: whoever still holds this object must not reach a namesake's documents through it."""
        self.agenda = Agenda()
        self.watches = Watches()
        self.meta: Document = {}
        self.options: Mapping[str, Mapping[str, Any]] = {}
        self.clock = Clock("manual", 1.0, 0, 0)
        self._delays: dict[tuple[str, str], Delay] = {}

    # What is worked out from the store

    def refresh(self) -> None:
        """Read again what this object keeps of the store: after a create, a restart, a reset or a restore."""
        with self.unit(now=0) as work:
            self.meta = work.get(META, "meta") or {}
            clock = work.get(CLOCK, "clock") or {}
            self.clock = Clock(clock["mode"], clock["speed"], clock["now"], clock["wall"])
            self.agenda.rebuild((entry["due"], entry["id"]) for entry in work.find(AGENDA, state="pending"))
        self._delays = {}
        self.watches.on_agenda(self)

    def delay_of(self, kind: str, step: Step) -> Delay:
        """How long a step takes here: the sandbox's own word for it, else its profile, else the table's."""
        known = self._delays.get((kind, step.name))
        if known is None:
            known = self._delays[kind, step.name] = self._work_out_delay(kind, step)
        return known

    def _work_out_delay(self, kind: str, step: Step) -> Delay:
        provider, resource = kind.split("/", 1)
        told: Any = self.meta["delays"]
        for part in (provider, resource, step.name):
            if not isinstance(told, Mapping) or part not in told:
                break
            told = told[part]
            if not isinstance(told, Mapping) or told.keys() & {"uniform", "lognormal"}:
                return parse_delay(told)
        if self.meta["delays"].get("profile") == "realistic" and step.realistic:
            return step.realistic
        return step.delay

    # Units of work

    def unit(self, now: Instant | None = None) -> Unit:
        return Unit(self, now)

    def after_commit(self, touched: Any) -> None:
        if self.watches.waiting:
            self.watches.notify({f"{kind}/{id}" for kind, id in touched})
        if any(kind == AGENDA for kind, _ in touched):
            self.watches.on_agenda(self)

    # Time

    def now(self) -> Instant:
        return self.clock.read(self.wall.now())

    def set_clock(self, clock: Clock) -> None:
        """Change mode, speed or time; does not settle."""
        with self.unit(now=clock.now) as work:
            work.put(CLOCK, "clock", clock.dump())
        self.clock = clock
        self.watches.on_agenda(self)

    def mode(self) -> Mode:
        return self.clock.mode

    def next_due(self) -> Instant | None:
        """When the earliest pending entry is due."""
        with self.lock:
            while node := self.agenda.first():
                if self._is_due(*node):
                    return node[0]
                self.agenda.take(node[0])
        return None

    def settle(self, until: Instant | None = None) -> list[Fired]:
        """Run all that is due by `until` (or now), in order, each entry in its own unit of work at its own due time.

        A clock that stands is moved along with what runs, in the same unit of work, so what is kept is never ahead of its time.
        """
        limit = self.now() if until is None else until
        fired = []
        while (node := self.agenda.first()) and node[0] <= limit:
            with self.lock:
                taken = self.agenda.take(limit)  # not `node`: another thread may have run that one by now
                outcome = self._run(*taken) if taken else None
            if outcome:
                fired.append(outcome)
        return fired

    def _run(self, due: Instant, number: int) -> Fired | None:
        """One entry in its own unit of work; None for a node whose entry is no longer due then."""
        clock = self.clock if self.clock.mode == "real" or due <= self.clock.now else self.clock.set_to(due, self.wall.now())
        try:
            with self.unit(now=due) as work:
                entry = self._take(work, due, number, clock)
                if entry is None:
                    return None
                outcome = finish_step(work, entry)
        except Exception:
            # A defect of ours must not stop the sandbox's time: the entry is dropped, loudly.
            log.exception("sandbox %s: agenda entry %s failed and was dropped", self.name, number)
            with self.unit(now=due) as work:
                entry = self._take(work, due, number, clock)
                outcome = "crashed"
        self.clock = clock
        return Fired(due, entry["does"], entry["resource"], f"{entry['step']}: {outcome}") if entry else None

    def _take(self, work: Work, due: Instant, number: int, clock: Clock) -> Document | None:
        entry = work.get(AGENDA, str(number))
        if entry is None or entry["due"] != due or entry["state"] != "pending":
            return None
        work.delete(AGENDA, str(number))
        if clock is not self.clock:
            work.put(CLOCK, "clock", clock.dump())
        return entry

    def _is_due(self, due: Instant, number: int) -> bool:
        with self.unit(now=0) as work:
            entry = work.get(AGENDA, str(number))
        return entry is not None and entry["due"] == due and entry["state"] == "pending"
