"""The clock in the user's hand: advancing, waiting, auto, the agenda."""

from __future__ import annotations

import threading
from email.utils import parsedate_to_datetime

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.control.conftest import ENVIRONMENTS, SITES, Maker


def test_advance_answers_with_what_ran_in_order(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    moved = mockenv.advance("2s")
    assert moved.now == "2026-01-24T10:30:02Z"
    assert moved.fired == [
        {"at": "2026-01-24T10:30:01Z", "kind": "step", "resource": resource, "detail": "creating_infrastructure: done"},
        {"at": "2026-01-24T10:30:02Z", "kind": "step", "resource": resource, "detail": "configuring_database: done"},
    ]
    assert mockenv.advance("999ms").fired == []
    assert len(mockenv.advance("1ms").fired) == 1


@pytest.mark.parametrize("by", [1, 1.0, "1s", "1000ms", "1"])
def test_durations_are_seconds_or_texts_with_units(mockenv: Sandbox, by: str | float) -> None:
    assert mockenv.advance(by).now == "2026-01-24T10:30:01Z"


@pytest.mark.parametrize("by", ["soon", "-1s", -1, "1y", True, "1e400", 1e400])
def test_what_is_no_duration_is_refused(mockenv: Sandbox, by: str | float) -> None:
    with pytest.raises((MockenvError, ValueError)) as refused:
        mockenv.advance(by)
    assert getattr(refused.value, "status", 422) in (400, 422)


def test_advance_wants_one_aim(mockenv: Sandbox) -> None:
    for body in ({}, {"by": 1, "until": "idle"}):
        with pytest.raises(MockenvError, match="wants either"):
            mockenv.server.call("POST", f"sandboxes/{mockenv.name}/clock/advance", body)


def test_until_next_single_steps(mockenv: Sandbox, make: Maker) -> None:
    resource, steps = make(), []
    while (moved := mockenv.advance_to_next()).reached:
        steps += [one["detail"] for one in moved.fired]
    assert len(steps) == 4
    assert moved.fired == []
    assert make.show(resource)["status"] == "active"


def test_until_a_status_stops_there_and_max_stops_before(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    short = mockenv.advance_until(resource, "active", max="2s")
    assert (short.reached, short.now, len(short.fired)) == (False, "2026-01-24T10:30:02Z", 2)
    there = mockenv.advance_until(resource, "active")
    assert (there.reached, there.now) == (True, "2026-01-24T10:30:04Z")
    again = mockenv.advance_until(resource, "active")
    assert (again.reached, again.fired) == (True, [])


def test_until_a_status_that_never_comes_ends_when_nothing_is_left(mockenv: Sandbox, make: Maker) -> None:
    moved = mockenv.advance_until(make(), "failed")
    assert (moved.reached, moved.now) == (False, "2026-01-24T10:30:04Z")


def test_waiting_for_an_unknown_kind_is_refused(mockenv: Sandbox) -> None:
    with pytest.raises(MockenvError, match="did you mean 'vector/environment'"):
        mockenv.advance_until("vector/enviroment/1", "active")


def test_the_clock_only_moves_forward(mockenv: Sandbox) -> None:
    assert mockenv.set_clock(now="2026-02-01T00:00:00Z")["now"] == "2026-02-01T00:00:00Z"
    with pytest.raises(MockenvError, match="only moves forward"):
        mockenv.set_clock(now="2026-01-31T00:00:00Z")
    with pytest.raises(MockenvError, match="no time zone"):
        mockenv.set_clock(now="2027-01-31T00:00:00")


def test_putting_the_clock_forward_runs_what_falls_due(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    mockenv.set_clock(now="2026-01-24T11:00:00Z")
    assert make.show(resource)["status"] == "active"
    assert mockenv.events()[-1]["at"] == "2026-01-24T10:30:04Z"


def test_jumping_and_walking_give_the_same_bytes(mockenv_server: Mockenv) -> None:
    worlds = []
    for steps in ([40], [1] * 40, [17, 23]):
        with mockenv_server.sandbox(seed=3, clock="manual", delays={"vector": {"uniform": ["1s", "9s"]}}) as sandbox:
            make = Maker(sandbox)
            for at in range(5):
                make(f"e{at}", is_production=at == 0)
            for step in steps:
                sandbox.advance(step)
            worlds.append((sandbox.resources(), sandbox.events(), sandbox.agenda(), make.http("GET", ENVIRONMENTS).json()["data"]))
    assert worlds[0] == worlds[1] == worlds[2]


@DATED_BY_THE_SANDBOX
def test_the_date_header_is_the_sandboxs(mockenv: Sandbox, make: Maker) -> None:
    mockenv.advance("1d")
    date = parsedate_to_datetime(make.http("GET", SITES).headers["Date"])
    assert date.isoformat() == "2026-01-25T10:30:00+00:00"


def test_the_agenda_tells_what_is_pending_and_when(mockenv: Sandbox, make: Maker) -> None:
    first, second = make("a"), make("b")
    mockenv.hold("creating_infrastructure", resource=first)
    mockenv.advance("1s")
    assert [(one["resource"], one["step"], one["state"], one["due"]) for one in mockenv.agenda()] == [
        (second, "configuring_database", "pending", "2026-01-24T10:30:02Z"),
        (first, "creating_infrastructure", "held", "2026-01-24T10:30:01Z"),
    ]


def test_wait_answers_with_the_commit_that_makes_it_so(mockenv: Sandbox, make: Maker) -> None:
    resource, answers = make(), []
    waiting = threading.Thread(target=lambda: answers.append(mockenv.wait(resource, "active", timeout=20)))
    waiting.start()
    while mockenv.advance_to_next().reached:
        pass
    waiting.join(20)
    assert answers == [True]


def test_wait_gives_up_after_its_time(mockenv: Sandbox, make: Maker) -> None:
    assert mockenv.wait(make(), "active", timeout=0.05) is False


def test_wait_for_gone_sees_the_end(mockenv: Sandbox, make: Maker) -> None:
    assert mockenv.wait("vector/environment/1", "gone", timeout=1)
    make()


def test_a_real_clock_moves_by_itself_and_wakes_who_waits(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock={"mode": "real", "speed": 200}) as sandbox:
        assert sandbox.wait(Maker(sandbox)(), "active", timeout=20)


def test_a_real_clock_can_be_advanced_too(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock={"mode": "real", "now": "2030-01-01T00:00:00Z"}) as sandbox:
        make = Maker(sandbox)
        resource = make()
        assert len(sandbox.advance("1h").fired) == 4
        assert make.show(resource)["status"] == "active"
        assert sandbox.clock()["now"] >= "2030-01-01T01:00:00"


def test_on_an_auto_clock_polling_moves_time_until_it_is_settled(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="auto") as sandbox:
        make = Maker(sandbox)
        resource = make()
        seen = []
        while (now := make.show(resource))["status"] == "pending":
            seen.append(now["provisioning_step"])
        assert seen == ["configuring_database", "deploying_application", "finalizing"]
        settled = sandbox.clock()["now"]
        assert make.show(resource)["status"] == "active"
        assert sandbox.clock()["now"] == settled


def test_on_an_auto_clock_a_wait_moves_time_to_its_end(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="auto") as sandbox:
        make = Maker(sandbox)
        resource = make()
        assert sandbox.wait(resource, "active", timeout=5)
        assert sandbox.wait(resource, "failed", timeout=5) is False


def test_delays_are_settable_at_every_level(mockenv_server: Mockenv) -> None:
    delays = {"vector": {"site": "5s", "environment": {"finalizing": "1h"}}}
    with mockenv_server.sandbox(clock="manual", delays=delays) as sandbox:
        make = Maker(sandbox)
        make()
        make.http("POST", SITES, {"partner_customer_id": "c", "dev_php_version": "8.3"})
        dues = {one["resource"]: one["due"] for one in sandbox.agenda()}
        assert dues == {"vector/environment/67890": "2026-01-24T10:30:01Z", "vector/site/12346": "2026-01-24T10:30:05Z"}
        assert sandbox.advance_until_idle().now == "2026-01-24T11:30:03Z"


def test_the_realistic_profile_takes_minutes(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="manual", delays="realistic") as sandbox:
        make = Maker(sandbox)
        resource = make()
        assert not sandbox.advance_until(resource, "active", max="20s").reached
        assert sandbox.advance_until(resource, "active", max="1h").reached


def test_one_sandboxs_time_is_not_anothers(mockenv_server: Mockenv, mockenv: Sandbox) -> None:
    with mockenv_server.sandbox(clock="manual") as other:
        other.advance("1h")
        assert mockenv.clock()["now"] == "2026-01-24T10:30:00Z"


def test_time_ends_with_the_year_9999_in_a_clear_line(mockenv: Sandbox, make: Maker) -> None:
    mockenv.set_clock(now="9999-12-31T23:59:58Z")
    resource = make()
    mockenv.advance("10s")
    assert make.show(resource)["status"] in ("pending", "active")
    assert Browser(mockenv, mockenv.headers("vector"))("GET", SITES).status_code == 200
