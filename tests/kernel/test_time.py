"""Law 5: time has an effect in one place, so it does not matter in how many strides it passes, or who asks in between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mockenv.edge.exchange import Request
from mockenv.edge.parking import Later
from mockenv.errors import BadInput
from mockenv.kernel.lifecycles.holds import HOLD, release
from mockenv.kernel.time.clock import MANUAL_START, Clock, check_forward, start_clock
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.values.instant import LATEST, SECOND
from mockenv.kernel.worlds.advance import Advance, Advanced, advance_by, advance_until
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.settle import SLICE
from mockenv.store.testing import run_threads
from tests.kernel.conftest import House, documents, every_byte

STEPS = ["creating_infrastructure", "configuring_database", "deploying_application", "configuring_cdn", "finalizing"]
SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

spans = st.floats(0, 20).map(lambda seconds: f"{seconds:.6f}s")
delays = st.one_of(
    spans,
    st.tuples(st.floats(0, 4), st.floats(0, 9)).map(lambda pair: {"uniform": [pair[0], pair[0] + pair[1]]}),
    st.tuples(st.floats(0.1, 6), st.floats(0, 1.5)).map(lambda pair: {"lognormal": {"median": pair[0], "sigma": pair[1]}}),
)
effects = st.one_of(
    st.just({"fail": "no"}),
    st.just({"stall": True}),
    spans.map(lambda span: {"slow": span}),
    spans.map(lambda span: {"slow": span, "fail": "late and wrong"}),
)
faults = st.fixed_dictionaries(
    {"effect": effects},
    optional={
        "resource": st.sampled_from(["environment", "site", "vector/environment"]),
        "step": st.sampled_from(STEPS[:3]),
        "times": st.integers(1, 3),
        "after": st.integers(0, 3),
        "every": st.integers(1, 3),
        "probability": st.floats(0, 1),
        "expires": st.floats(0, 40),
    },
).filter(lambda rule: rule.get("resource") != "site" or "step" not in rule)
worlds = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 9),
        "delays": st.fixed_dictionaries(
            {}, optional={"vector": st.fixed_dictionaries({}, optional={"site": delays, "environment": st.dictionaries(st.sampled_from(STEPS), delays)})}
        ),
        "faults": st.lists(faults, max_size=3),
        "holds": st.lists(st.sampled_from(STEPS), unique=True, max_size=2),
    }
)  # fmt: skip
strides = st.lists(st.integers(1, 20 * SECOND - 1), max_size=12, unique=True).map(sorted)


def begin(house: House, world: dict[str, Any], productions: list[bool], **clock: Any) -> Sandbox:
    sandbox = house.sandbox(**world, **clock)
    house("POST", "sites", {"partner_customer_id": "c", "dev_php_version": "8.2"})
    for number, production in enumerate(productions):
        house.make(name=f"e{number}", is_production=production)
    return sandbox


def in_between(house: House, sandbox: Sandbox, holds: list[str]) -> None:
    """What a client and a test do half-way: demote, delete, make another, open the gates."""
    house("PUT", "sites/12345/environments/e0", {"is_production": True})
    house("DELETE", "sites/12345/environments/e0")
    house.make(name="late", is_production=True)
    with sandbox.unit() as work:
        for step in holds:
            release(work, step)
    sandbox.settle()


def walk(sandbox: Sandbox, cuts: list[int], total: int = 20 * SECOND) -> None:
    for start, end in zip([0, *cuts], [*cuts, total], strict=True):
        advance_by(sandbox, end - start)


@SLOW
@given(worlds, st.lists(st.booleans(), min_size=1, max_size=4), strides, strides)
def test_a_jump_is_a_walk_in_every_byte(
    house: House, world: dict[str, Any], productions: list[bool], first: list[int], second: list[int]
) -> None:
    ends = []
    seconds = [number * SECOND for number in range(1, 20)]
    for cuts, more_cuts in (([], []), (seconds, seconds), ([17 * SECOND], [3 * SECOND]), (first, second)):
        sandbox = begin(house, world, productions)
        walk(sandbox, cuts)
        in_between(house, sandbox, world["holds"])
        walk(sandbox, more_cuts)
        ends.append(every_byte(sandbox))
    assert ends[0] == ends[1] == ends[2] == ends[3]


def test_forty_seconds_at_once_by_ones_and_in_two_parts_are_the_same(house: House) -> None:
    ends = []
    for parts in ([40], [1] * 40, [17, 23], [40 / 1000] * 1000):
        sandbox = begin(house, {"seed": 3, "delays": {"vector": {"environment": {"uniform": ["2s", "9s"]}}}}, [True, False, True])
        for part in parts:
            advance_by(sandbox, round(part * SECOND))
        ends.append(every_byte(sandbox))
    assert len(set(ends)) == 1
    assert b'"status": "active"' in ends[0]


@SLOW
@given(worlds, st.lists(st.booleans(), min_size=1, max_size=3), strides, st.sampled_from([1.0, 0.5, 60.0]))
def test_a_running_clock_ends_in_the_same_bytes_however_seldom_somebody_looks(
    house: House, world: dict[str, Any], productions: list[bool], cuts: list[int], speed: float
) -> None:
    ends = []
    start = house.wall.moment
    for looks in ([], cuts):
        house.wall.moment = start
        sandbox = begin(house, world, productions, clock={"mode": "real", "speed": speed})
        for moment in [*looks, 20 * SECOND]:
            house.wall.moment = start + moment
            sandbox.settle()
        in_between(house, sandbox, world["holds"])
        house.wall.moment += 30 * SECOND
        house("GET", "sites")
        ends.append(every_byte(sandbox))
    house.wall.moment = start
    assert ends[0] == ends[1]


@SLOW
@given(worlds, st.lists(st.booleans(), min_size=1, max_size=3))
def test_what_happens_is_the_same_on_a_running_and_on_a_standing_clock(
    house: House, world: dict[str, Any], productions: list[bool]
) -> None:
    assume("expires" not in str(world))
    start = house.wall.moment
    manual = begin(house, world, productions, clock={"mode": "manual", "now": "2027-01-01T00:00:00Z"})
    advance_by(manual, 60 * SECOND)
    stood = documents(manual)
    real = begin(house, world, productions, clock={"mode": "real", "now": "2027-01-01T00:00:00Z"})
    house.wall.go_on(60)
    real.settle()
    ran = documents(real)
    house.wall.moment = start
    for kind in ("kernel/clock", "kernel/sandbox"):
        assert stood.pop(kind) != ran.pop(kind)
    assert stood == ran


def test_entries_run_in_order_of_their_due_times_each_at_its_own(house: House) -> None:
    sandbox = house.sandbox(delays={"vector": {"environment": {"creating_infrastructure": "3s", "configuring_database": "2s"}}})
    house.make(name="first")
    advance_by(sandbox, SECOND)
    house.make(name="second")
    fired = advance_by(sandbox, 100 * SECOND).fired
    assert [one.at for one in fired] == sorted(one.at for one in fired)
    assert [(one.at - MANUAL_START) / SECOND for one in fired] == [3, 4, 5, 6, 6, 7, 7, 8]
    same_moment = [one.resource for one in fired if one.at == MANUAL_START + 6 * SECOND]
    assert same_moment == ["vector/environment/67891", "vector/environment/67890"]  # in the order in which they were planned


@SLOW
@given(st.lists(st.integers(0, 30), max_size=30), st.integers(0, 30))
def test_whatever_order_entries_were_planned_in_they_run_by_due_time_then_number(house: House, dues: list[int], until: int) -> None:
    sandbox = house.sandbox()
    with sandbox.unit() as work:
        for number, due in enumerate(dues):
            entry = {"lifecycle_kind": "vector/environment", "lifecycle": "provision", "step": "finalizing", "done": []}
            resource = f"vector/environment/{number}"  # of which there is none: the entry runs and finds it gone
            agenda.schedule(work, MANUAL_START + due * SECOND, {"does": "step", "resource": resource, **entry})
    ran = [
        ((one.at - MANUAL_START) // SECOND, int(one.resource.rpartition("/")[2]))
        for one in advance_by(sandbox, until * SECOND).fired
    ]
    assert ran == sorted((due, number) for number, due in enumerate(dues) if due <= until)


def test_what_is_due_exactly_at_the_target_runs_and_a_microsecond_later_does_not(house: House) -> None:
    sandbox = house.sandbox()
    house.make(name="a")
    assert advance_by(sandbox, SECOND - 1).fired == []
    assert len(advance_by(sandbox, 1).fired) == 1
    assert advance_by(sandbox, 0).fired == []


def test_a_cancelled_entry_does_not_run(house: House) -> None:
    sandbox = house.sandbox()
    id = house.make(name="a")
    with sandbox.unit() as work:
        agenda.cancel(work, f"vector/environment/{id}")
    assert (sandbox.next_due(), advance_by(sandbox, 99 * SECOND).fired) == (None, [])


def test_a_moved_entry_runs_once_at_its_new_time(house: House) -> None:
    sandbox = house.sandbox(faults=[{"step": "creating_infrastructure", "effect": {"slow": "5s"}}])
    house.make(name="a")
    assert [(one.at - MANUAL_START, one.detail.split(": ")[1]) for one in advance_by(sandbox, 6 * SECOND).fired] == [
        (SECOND, "slowed"),
        (6 * SECOND, "done"),
    ]


def test_a_step_that_is_slow_and_then_fails_does_both_and_counts_once(house: House) -> None:
    for rules in (
        [{"step": "creating_infrastructure", "effect": {"slow": "5s", "fail": "no"}, "times": 1}],
        [
            {"step": "creating_infrastructure", "effect": {"slow": "5s"}, "times": 1},
            {"step": "creating_infrastructure", "effect": {"fail": "no"}, "times": 1},
        ],
    ):
        sandbox = house.sandbox(faults=rules)
        id = house.make(name="a")
        fired = advance_by(sandbox, 99 * SECOND).fired
        assert [(one.at - MANUAL_START, one.detail.split(": ")[1]) for one in fired] == [(SECOND, "slowed"), (6 * SECOND, "failed")]
        assert documents(sandbox)["vector/environment"][id]["status"] == "failed"
        assert [rule["hits"] for rule in documents(sandbox)["kernel/fault"].values()] == [1] * len(rules)


def test_an_entry_that_was_rolled_back_never_runs_and_its_number_is_used_again(house: House) -> None:
    sandbox = house.sandbox()
    for due in (5, 1):  # the stale node is earlier once, later once
        with pytest.raises(KeyError), sandbox.unit() as work:  # noqa: PT012  # the second statement is what undoes the first
            agenda.schedule(work, work.now + due * SECOND, {"does": "step", "resource": "vector/environment/9", "step": "x"})
            work.option("nobody", "nothing")
        assert sandbox.next_due() is None
    house.make(name="a")
    assert list(documents(sandbox)[AGENDA]) == ["1"]
    fired = advance_by(sandbox, 99 * SECOND).fired
    assert [(one.at - MANUAL_START) // SECOND for one in fired] == [1, 2, 3, 4]


def test_a_step_that_crashes_is_dropped_and_time_goes_on(house: House, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = house.sandbox()
    with sandbox.unit() as work:
        entry = {"does": "step", "resource": "vector/environment/9", "step": "x", "lifecycle_kind": "nobody", "lifecycle": "no"}
        agenda.schedule(work, work.now + SECOND, entry)
    house.make(name="a")
    assert [one.detail for one in advance_by(sandbox, SECOND).fired] == ["x: crashed", "creating_infrastructure: done"]
    assert "was dropped" in caplog.text


def test_threads_that_settle_together_run_every_entry_once(house: House) -> None:
    sandbox = house.sandbox()
    for number in range(60):
        house.make(name=f"e{number}")
    run_threads(*[lambda: sandbox.settle(MANUAL_START + 60 * SECOND)] * 6)
    found = documents(sandbox)
    assert {one["status"] for one in found["vector/environment"].values()} == {"active"}
    assert len([one for one in found["kernel/event"].values() if one["type"] == "vector.environment.created"]) == 60
    assert AGENDA not in found


# Advancing until something is so


def test_until_next_until_idle_and_until_a_limit(house: House) -> None:
    sandbox = house.sandbox(holds=["finalizing"])
    house.make(name="a")
    step = Advance(sandbox, LATEST, lambda: False, entries=1).go()
    assert step is not None
    assert (step.now - MANUAL_START, len(step.fired)) == (SECOND, 1)
    idle = advance_until(sandbox, lambda: sandbox.next_due() is None, LATEST)
    assert (idle.reached, idle.now - MANUAL_START, idle.fired[-1].detail) == (True, 4 * SECOND, "finalizing: held")
    with sandbox.unit() as work:
        assert work.get(HOLD, "finalizing") == {"step": "finalizing"}
        assert release(work, "finalizing") == 1
        assert release(work, "finalizing") == 0
    house.make(name="b")
    limited = advance_until(sandbox, lambda: False, 3 * SECOND)
    assert (limited.reached, limited.now - MANUAL_START) == (False, 7 * SECOND)


def test_time_does_not_go_beyond_the_last_date_that_can_be_written(house: House) -> None:
    sandbox = house.sandbox(clock={"mode": "manual", "now": "9999-12-31T23:59:50Z"})
    house.make(name="a")
    assert advance_by(sandbox, LATEST).now == LATEST
    assert house("GET", "sites").headers["Date"] == "Fri, 31 Dec 9999 23:59:59 GMT"


# Clocks


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.floats(0.001, 1e6))
def test_a_running_clock_never_goes_back(start: int, passed: int, speed: float) -> None:
    clock = Clock("real", speed, MANUAL_START, start)
    assert MANUAL_START <= clock.read(start + passed) <= clock.read(start + passed + 1) <= LATEST
    assert clock.read(start - 1) == MANUAL_START


@given(st.integers(0, 10**12), st.floats(0.01, 1e6))
def test_waiting_as_long_as_it_says_is_long_enough(ahead: int, speed: float) -> None:
    clock = Clock("real", speed, 0, 0)
    wait = clock.wait_until(ahead, 0)
    assert wait is not None
    assert clock.read(round(wait * SECOND) + 1) >= ahead - speed
    for mode in ("manual", "auto"):
        standing = start_clock(mode, 1.0, 0)
        assert standing.wait_until(standing.now + 1 + ahead, 0) is None  # that moment does not come by itself
        assert standing.wait_until(standing.now, 0) == 0


def test_clocks_that_stand_stand(house: House) -> None:
    for mode, start in (("manual", MANUAL_START), ("auto", house.wall.moment)):
        sandbox = house.sandbox(clock={"mode": mode})
        house.wall.go_on(1000)
        assert sandbox.now() == start
        house.wall.go_on(-1000)


def test_a_poll_moves_an_auto_clock_to_the_next_entry(house: House) -> None:
    sandbox = house.sandbox(clock={"mode": "auto", "now": "2026-01-24T10:30:00Z"})
    id = house.make(name="a")
    seen = [house("GET", f"sites/12345/environments/{id}").get_json()["data"]["provisioning_step"] for _ in range(5)]
    assert seen == ["configuring_database", "deploying_application", "finalizing", None, None]
    assert sandbox.now() == MANUAL_START + 4 * SECOND


def test_a_clock_is_only_set_forward(house: House) -> None:
    house.sandbox()
    path = "/_mockenv/sandboxes/a/clock"
    assert house("PUT", path, {"now": "2026-01-24T10:29:59Z"}).status_code == 422
    id = house.make(name="a")
    assert house("PUT", path, {"now": "2026-01-24T10:30:02Z"}).get_json()["now"] == "2026-01-24T10:30:02Z"
    assert house("GET", f"sites/12345/environments/{id}").get_json()["data"]["provisioning_step"] == "deploying_application"
    with pytest.raises(BadInput):
        check_forward(1, 0)
    with pytest.raises(BadInput):
        check_forward(0, LATEST + 1)


# Long ways


def a_long_way(house: House, environments: int = 3 * SLICE // 5) -> Sandbox:
    """A sandbox in which 2.4 slices of steps lie ahead."""
    sandbox = house.sandbox()
    for number in range(environments):
        house.make(name=f"env-{number}")
    return sandbox


def finish(advance: Advance) -> tuple[Advanced, int]:
    """What it comes to, and in how many goes."""
    for goes in range(1, 99):
        if advanced := advance.go():
            return advanced, goes
        assert advance.is_busy
    raise AssertionError("it does not end")


@pytest.mark.parametrize("aim", ["limit", "idle"])
def test_a_long_way_is_gone_in_slices_and_comes_to_the_same(house: House, aim: str) -> None:
    plain = advance_by(a_long_way(house), 60 * SECOND)
    stood = documents(house.server.sandboxes.get("a"))
    sandbox = a_long_way(house)
    is_so = (lambda: sandbox.next_due() is None) if aim == "idle" else None
    advanced, goes = finish(Advance(sandbox, 60 * SECOND, is_so))
    assert (goes, advanced.fired, advanced.reached) == (3, plain.fired, True)
    assert not sandbox.is_between_slices
    if aim == "limit":
        assert documents(sandbox) == stood


def test_between_its_slices_only_the_advance_runs_what_is_due(house: House) -> None:
    sandbox = a_long_way(house)
    advance = Advance(sandbox, 60 * SECOND)
    assert advance.go() is None
    assert house("GET", "sites/12345/environments/67890").status_code == 200
    assert sandbox.settle() == []
    assert len(finish(advance)[0].fired) == 12 * SLICE // 5


def test_the_next_moment_is_the_whole_moment_however_much_is_due_then(house: House) -> None:
    sandbox = a_long_way(house, SLICE + 1)
    advanced, goes = finish(Advance(sandbox, 60 * SECOND, lambda: False, entries=1))
    assert (goes, len(advanced.fired)) == (2, SLICE + 1)


def test_an_advance_that_is_left_between_its_slices_leaves_a_world_that_goes_on(house: House) -> None:
    sandbox = a_long_way(house)
    advance = Advance(sandbox, 60 * SECOND)
    assert advance.go() is None
    advance.leave()
    assert not sandbox.is_between_slices
    assert len(advance_by(sandbox, 60 * SECOND).fired) == 12 * SLICE // 5 - SLICE


def test_a_running_clock_is_never_behind_what_an_advance_has_run(house: House) -> None:
    sandbox = house.sandbox(clock={"mode": "real"}, delays={"vector": {"environment": "50m"}})
    for number in range(SLICE + 1):
        house.make(name=f"env-{number}")
    advance = Advance(sandbox, 3600 * SECOND)
    begun = sandbox.now()
    assert advance.go() is None
    assert sandbox.now() == begun + 3000 * SECOND
    advance.leave()
    assert house("GET", "sites/12345/environments/67890").status_code == 200
    assert sandbox.now() == begun + 3000 * SECOND


def test_an_advance_ends_with_the_world_that_it_began_in(house: House) -> None:
    sandbox = a_long_way(house)
    advance = Advance(sandbox, 60 * SECOND)
    assert advance.go() is None
    house.server.sandboxes.reset("a")
    advanced, _ = finish(advance)
    assert (advanced.reached, advanced.now) == (False, MANUAL_START)


def test_others_have_their_turn_between_the_slices(house: House) -> None:
    sandbox, seen = a_long_way(house), []
    headers = {"content-type": "application/json", "host": "localhost"}
    request = Request("POST", "/_mockenv/sandboxes/a/clock/advance", "", headers, b'{"until": "idle"}', "http://localhost")

    async def go() -> None:
        later = house.server.dispatcher.answer(request)
        assert isinstance(later, Later)
        advance = asyncio.create_task(later.answer())

        def look() -> None:  # once in every turn of the loop
            seen.append(sandbox.now() - MANUAL_START)
            if not advance.done():
                asyncio.get_running_loop().call_soon(look)

        look()
        await advance

    asyncio.run(go())
    assert {2 * SECOND, 4 * SECOND} <= {*seen}
