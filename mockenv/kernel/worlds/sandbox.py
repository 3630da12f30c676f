"""An isolated world: its documents, its time, its agenda. Time has an effect in `settle` alone; knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any, Protocol

from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.events import attempts
from mockenv.kernel.events.attempts import Attempt, Outcome
from mockenv.kernel.events.publisher import Publishers
from mockenv.kernel.faults import FAULT, wants_fresh
from mockenv.kernel.lifecycles import walk
from mockenv.kernel.lifecycles.delays import Delays
from mockenv.kernel.time.clock import Clock, Wall
from mockenv.kernel.time.order import Node, Order, due_of, node_of
from mockenv.kernel.unit.acts import Act
from mockenv.kernel.unit.agenda import AGENDA, entry_at
from mockenv.kernel.unit.frame import Unit
from mockenv.kernel.unit.lag import History
from mockenv.kernel.unit.work import Work
from mockenv.kernel.unit.world import Part
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds
from mockenv.kernel.worlds.answers import Answers
from mockenv.kernel.worlds.changes import CHANGES_KEPT, FIRED_KEPT, Ring
from mockenv.kernel.worlds.furnishing import furniture_of
from mockenv.kernel.worlds.journal import Journal
from mockenv.kernel.worlds.kinds import CLOCK, META
from mockenv.kernel.worlds.pace import SHARE, Pace
from mockenv.kernel.worlds.settle import SLICE, Fired, settle
from mockenv.kernel.worlds.watches import Watches
from mockenv.store.base import Document, Store

NEARLY = 60 * SECOND
ATTEMPTS = "kernel/attempts"
"""What to watch for the end of attempts."""


class UnderWay(Protocol):
    """A way through time that is not at its end."""

    is_busy: bool
    """Whether it could go on at once, and only lets others have their turn."""


class Sandbox:
    """One world. Everything that lasts is in the store; here is only what can be worked out from it again."""

    def __init__(self, name: str, store: Store, catalogue: Catalogue, publishers: Publishers, wall: Wall, journal: Journal) -> None:
        self.name, self.store, self.wall, self.journal = name, store, wall, journal
        self._parts: dict[type[Any], Any] = {Catalogue: catalogue, Publishers: publishers}
        self._acts = dict(walk.acts())
        self.generation = 0
        """Which world this is: another after each reset or restore."""
        self.world = ""
        """The same, told apart from those of other runs of the server, too."""
        self.lock = RLock()
        self.is_gone = False
        """Dropped: whoever still holds this object must not reach a namesake's documents through it."""
        self.has_moved = False
        """Gone from here only: another server goes on with it."""
        self.order = Order()
        self.changes, self.fired = Ring[tuple[str, str]](CHANGES_KEPT), Ring[Fired](FIRED_KEPT)
        self.watches = Watches()
        self.meta: Document = {}
        self.furniture: Mapping[str, int] = {}
        self.options: Mapping[str, Mapping[str, Any]] = {}
        self.history = History({})
        self.clock = Clock("manual", 1.0, 0, 0)
        self._pace = Pace()
        self.answers = Answers()
        self.advances: list[UnderWay] = []
        """Those under way, the first of them moving: a second one queues."""
        self._outcomes: list[tuple[Attempt, Outcome]] = []
        self._shift: Microseconds = 0
        self._request_faults: bool | None = None
        self._is_settling = False

    def part(self, kind: type[Part]) -> Part:
        found: Part = self._parts[kind]
        return found

    def act(self, does: str) -> Act | None:
        return self._acts.get(does)

    def send_through(self, send: Callable[[Attempt], None]) -> None:
        """Have somebody make the attempts; until then they wait."""
        self._acts.update(attempts.acts(send))
        self.refresh_agenda()  # what waited for somebody to send it

    def use_meta(self, meta: Document) -> None:
        """Seed, plan and delays, as this world has them."""
        self.meta, self._parts[Delays] = meta, Delays(meta.get("delays", {}))
        self.furniture = furniture_of(meta)

    def use_options(self, options: Mapping[str, Mapping[str, Any]]) -> None:
        """The providers' switches as they are here; whatever lagged behind until now has caught up."""
        self.options, self.history = options, History(options)

    # What is worked out from the store

    def refresh(self) -> None:
        """Read again what this object keeps of the store: after a create, a restart, a reset or a restore."""
        with self.unit(now=0) as work:
            self.use_meta(work.get(META, "meta") or {})
            work.reserve(self.furniture)
            clock = work.get(CLOCK, "clock") or {}
            self.clock, self._pace = Clock(**clock), Pace()
            for entry in work.find(AGENDA, state="sending"):  # nobody knows what became of them: they are made again
                work.put(AGENDA, str(entry["id"]), {**entry, "state": "pending"})
            self._find_pending(work)
        self._outcomes, self.answers = [], Answers()
        self.generation += 1
        self.changes, self.fired = Ring(CHANGES_KEPT), Ring(FIRED_KEPT)
        self.world = f"{self.wall.now()}-{self.generation}"
        self._request_faults = None
        self.watches.on_faults()
        self.watches.on_agenda()

    def refresh_agenda(self) -> None:
        """Find again all that is pending, and have it known."""
        with self.unit(now=0) as work:
            self._find_pending(work)
        self.watches.on_agenda()

    def _find_pending(self, work: Work) -> None:
        self.order.rebuild(map(node_of, work.find(AGENDA, state="pending")))

    # Units of work

    def unit(self, now: Instant | None = None) -> Unit:
        return Unit(self, now)

    def has_request_faults(self) -> bool:
        """Whether any rule speaks of requests: asked on every request, so it is remembered."""
        if self._request_faults is None:
            with self.unit(now=0) as work:
                self._request_faults = work.count(FAULT, target="request") > 0
        return self._request_faults

    def wants_fresh(self) -> bool:
        """Whether a rule waits for the first request of a connection."""
        if not self.has_request_faults():
            return False
        with self.unit(now=self.now()) as work:
            return wants_fresh(work)

    def after_commit(self, touched: Sequence[tuple[str, str]]) -> None:
        self.changes.add(touched)
        kinds = dict(touched)
        if FAULT in kinds:
            self._request_faults = None
            self.watches.on_faults()
        if self.watches.waiting:
            self.watches.notify({*kinds, *(f"{kind}/{id}" for kind, id in touched)})
        if AGENDA in kinds and not self._is_settling:
            self.watches.on_agenda()

    # Time

    def now(self) -> Instant:
        now = self.clock.read(self.wall.now())
        return self._pace.held(now, self.order.due()) if self._pace.is_behind else now

    def shift(self, now: Instant) -> Microseconds:
        """What is added to a moment that leaves `now`, for those who have a clock of their own."""
        return 0 if self.clock.dates == "sandbox" else self.wall.now() - now

    def steady_shift(self) -> Microseconds:
        """The same, but unchanged from one reply to the next as long as it is right within a minute: a body that is read twice, or
        that shows a moment which came in, is not another for the milliseconds between."""
        exact = self.shift(self.now())
        if abs(exact - self._shift) > NEARLY:
            self._shift = exact
        return self._shift

    def set_clock(self, clock: Clock) -> None:
        """Change mode, speed or time; does not settle."""
        with self.unit(now=clock.now) as work:
            work.put(CLOCK, "clock", clock.dump())
        self.clock, self._pace = clock, Pace()
        self.watches.on_agenda()

    @property
    def is_between_slices(self) -> bool:
        """Whether an advance has more to run at this moment: it is the one to run it, and to say so."""
        return bool(self.advances) and self.advances[0].is_busy

    def next_due(self) -> Instant | None:
        """When the earliest pending entry is due."""
        with self.lock:
            while (node := self.order.first()) is not None:
                if self._stands(node):
                    return due_of(node)
                self.order.take(due_of(node))
        return None

    def is_settled_at(self, now: Instant) -> bool:
        """Whether nothing falls due until then, and nobody's asking moves the clock."""
        due = self.order.due()
        return self.clock.mode != "auto" and not self._pace.is_behind and (due is None or due > now)

    def settle(self, until: Instant | None = None, *, pause: bool = False, at_most: int | None = None) -> list[Fired]:
        """Run all that is due by `until` (or now), in order; see `worlds.settle`."""
        due = self.order.due()
        if until is None and self.is_between_slices:
            return []
        limit = self.clock.read(self.wall.now()) if until is None else until
        if due is None or due > limit:
            if until is None:
                self._pace.keeps_up()
            return []
        began = self.wall.stopwatch()
        self._is_settling = True  # who waits for the next entry is told once, when it is known
        try:
            return settle(self, limit, pause=pause, at_most=at_most)
        finally:
            self._is_settling = False
            if until is None and self.clock.mode == "real":
                due = self.order.due()
                self._pace.end(began, self.wall.stopwatch(), limit, is_more=due is not None and due <= limit)
            self.watches.on_agenda()

    def settle_for_request(self) -> None:
        """The same before somebody asks: where a clock that runs cannot keep up, some of it, and the clock waits."""
        self._pace.begin(self.wall.stopwatch())
        self.settle(at_most=SHARE if self._pace.is_behind else None)

    def settle_unasked(self) -> None:
        """The same where nobody asks, and others want their turn."""
        at = self.wall.stopwatch()
        self._pace.begin(at)
        self.settle(at_most=SHARE if self._pace.is_behind and self._pace.is_strained(at) else SLICE)

    # Deliveries under way

    def sending(self) -> int:
        """How many attempts are being made."""
        with self.unit(now=0) as work:
            return work.count(AGENDA, state="sending")

    def finish_attempt(self, attempt: Attempt, outcome: Outcome, generation: int) -> None:
        """What the courier learned; each is recorded at its attempt's own time.

        While a clock stands, outcomes are recorded together once all are there, in the attempts' order: so what follows does
        not depend on which receiver was faster. An outcome that comes after a reset or a restore is nobody's.
        """
        if generation != self.generation:
            return
        self._outcomes.append((attempt, outcome))
        if self.clock.mode != "real" and len(self._outcomes) < self.sending():
            return
        outcomes, self._outcomes = sorted(self._outcomes, key=lambda pair: pair[0].entry), []
        for done, result in outcomes:
            with self.unit(now=done.at) as work:
                attempts.record_outcome(work, done, result)
        self.watches.notify({ATTEMPTS})

    def _stands(self, node: Node) -> bool:
        with self.unit(now=0) as work:
            return entry_at(work, node) is not None
