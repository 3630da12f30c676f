"""A world in which more falls due than can be run: its clock falls behind, its clients do not stall, and nobody sees half of a moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.worlds.pace import SHARE
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.settle import SLICE
from tests.kernel.conftest import House, StillWall

REQUEST, ENTRY = 0.004, 0.02
"""Seconds that each takes: what one second of creates plans takes five to run."""
STEPS = 4


class LabouredWall(StillWall):
    """Time passes with every entry that runs."""

    entry = ENTRY
    sandbox: Sandbox | None = None

    def now(self) -> Instant:
        worked = self.sandbox.fired.last if self.sandbox else 0
        return self.moment + round(worked * self.entry * SECOND)

    def stopwatch(self) -> float:
        return self.now() / SECOND


class Busy(House):
    """A world whose clock runs, and somebody who asks it without a pause."""

    def __init__(self) -> None:
        self.laboured = LabouredWall()
        super().__init__(self.laboured)
        self.world = self.laboured.sandbox = self.sandbox(clock={"mode": "real"}, delays={"vector": {"environment": "1s"}})
        self.made = 0

    def create(self) -> int:
        """How many entries ran before it."""
        self.wall.go_on(REQUEST)
        ran = self.world.fired.last
        self.made += 1
        self.make(name=f"env-{self.made}")
        return self.world.fired.last - ran

    def read(self) -> int:
        self.wall.go_on(REQUEST)
        ran = self.world.fired.last
        assert self("GET", "sites/12345/environments/67890").status_code == 200
        return self.world.fired.last - ran

    @property
    def lag(self) -> Instant:
        return self.wall.now() - self.world.now()

    def strain(self) -> None:
        """Create until the clock is behind."""
        while not self.lag:
            self.create()


@pytest.fixture
def busy() -> Iterator[Busy]:
    busy = Busy()
    yield busy
    busy.server.close()


def test_who_asks_a_world_that_is_behind_waits_for_a_few_entries_and_sees_whole_moments_in_their_order(busy: Busy) -> None:
    busy.strain()
    before = busy.world.now()
    for _ in range(200):
        assert busy.create() <= SHARE
        now, due = busy.world.now(), busy.world.next_due()
        assert before <= now
        assert due is None or due > now
        before = now
    assert busy.lag > SECOND


def test_a_world_that_is_behind_catches_up_and_every_step_ran_when_it_was_due(busy: Busy) -> None:
    busy.strain()
    for _ in range(100):
        busy.create()
    while busy.world.next_due():
        busy.read()
    assert busy.lag == 0
    began: dict[str, list[Instant]] = {}
    for _, one in busy.world.fired.after(0):
        began.setdefault(one.resource, [one.begun]).append(one.at)
    assert len(began) == busy.made
    for moments in began.values():
        assert [later - sooner for sooner, later in pairwise(moments)] == [SECOND] * STEPS


def test_what_falls_due_together_in_a_world_at_leisure_has_all_happened_for_who_asks(busy: Busy) -> None:
    for _ in range(3 * SHARE):
        busy.create()
    busy.wall.go_on(1)
    assert busy.read() == 3 * SHARE
    assert busy.lag == 0


def test_a_strain_that_has_passed_is_forgotten(busy: Busy) -> None:
    busy.strain()
    while busy.world.next_due():
        busy.read()
    for _ in range(3 * SHARE):
        busy.create()
    busy.wall.go_on(1)
    assert busy.read() == 3 * SHARE


def test_the_control_plane_waits_for_all_that_is_due(busy: Busy) -> None:
    busy.strain()
    moment = busy.wall.now()
    assert busy.world.now() < moment
    assert busy("GET", "/_mockenv/sandboxes/a/agenda").status_code == 200
    assert busy.world.now() >= moment


def test_the_alarm_leaves_a_strained_world_to_those_who_ask_and_a_forsaken_one_it_carries_on_itself(busy: Busy) -> None:
    busy.strain()
    for _ in range(50):
        busy.create()
    ran = busy.world.fired.last
    busy.world.settle_unasked()
    assert busy.world.fired.last - ran == SHARE
    busy.wall.go_on(10)
    busy.world.settle_unasked()
    assert busy.world.fired.last - ran == SHARE + SLICE


def test_a_clock_that_is_moved_or_stopped_stands_where_it_is_told(busy: Busy) -> None:
    busy.strain()
    before = busy.world.now()
    busy("POST", "/_mockenv/sandboxes/a/clock/advance", {"by": "1s"})
    assert busy.world.now() >= before + SECOND
    busy("PUT", "/_mockenv/sandboxes/a/clock", {"mode": "manual"})
    now = busy.world.now()
    busy.wall.go_on(1)
    assert busy.world.now() == now
