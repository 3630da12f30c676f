"""Faults and holds on steps, and forced statuses."""

from __future__ import annotations

import pytest

from mockenv.client import MockenvError, Sandbox
from tests.control.conftest import ENVIRONMENTS, Maker


def test_a_rule_acts_as_often_as_it_says(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"fail": "no"}, step="configuring_database", times=1)
    first, second = make("a"), make("b")
    mockenv.advance_until_idle()
    assert (make.show(first)["status"], make.show(second)["status"]) == ("failed", "active")
    assert mockenv.faults()[0]["hits"] == 1


def test_after_and_every_count_occasions(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"fail": "no"}, step="finalizing", after=1, every=2)
    made = [make(f"e{at}") for at in range(6)]
    mockenv.advance_until_idle()
    assert [make.show(one)["status"] for one in made] == ["active", "active", "failed", "active", "failed", "active"]


def test_a_stalled_step_never_finishes_and_does_not_keep_the_world_busy(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"stall": True}, resource="environment", step="deploying_application")
    resource = make()
    assert mockenv.advance_until_idle().reached
    mockenv.advance("30d")
    assert (make.show(resource)["status"], make.show(resource)["provisioning_step"]) == ("pending", "deploying_application")
    assert [one["state"] for one in mockenv.agenda()] == ["stalled"]


def test_a_slow_step_takes_longer_once(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"slow": "10m"}, step="finalizing")
    moved = mockenv.advance_until(make(), "active")
    assert moved.now == "2026-01-24T10:40:04Z"
    assert mockenv.faults()[0]["effect"] == {"slow": "10m"}


def test_an_expired_rule_acts_no_more(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"fail": "no"}, step="finalizing", expires="3s")
    resource = make()
    mockenv.advance_until_idle()
    assert make.show(resource)["status"] == "active"


def test_a_removed_rule_acts_on_nothing_later(mockenv: Sandbox, make: Maker) -> None:
    rule = mockenv.fault({"fail": "no"}, step="finalizing")
    resource = make()
    mockenv.advance("3s")
    mockenv.remove_fault(rule)
    mockenv.advance_until_idle()
    assert make.show(resource)["status"] == "active"
    with pytest.raises(MockenvError) as gone:
        mockenv.remove_fault(rule)
    assert gone.value.status == 404


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ({"step": "finalising", "effect": {"fail": "x"}}, "did you mean 'finalizing'"),
        ({"provider": "vecto", "effect": {"fail": "x"}}, "did you mean 'vector'"),
        ({"resource": "enviroment", "effect": {"fail": "x"}}, "did you mean 'environment'"),
        ({"step": "finalizing", "effect": {"fial": "x"}}, "did you mean 'fail'"),
        ({"step": "finalizing", "time": 1, "effect": {"fail": "x"}}, "did you mean 'times'"),
        ({"step": "finalizing", "times": 0, "effect": {"fail": "x"}}, "times"),
        ({"step": "finalizing", "probability": 2, "effect": {"fail": "x"}}, "probability"),
        ({"step": "finalizing"}, "effect"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_nearest_that_does(
    mockenv: Sandbox, rule: dict[str, object], hint: str
) -> None:
    with pytest.raises(MockenvError, match=hint):
        mockenv.server.call("POST", f"sandboxes/{mockenv.name}/faults", rule)
    assert mockenv.faults() == []


def test_an_attempt_is_counted_by_the_failures_before_it(mockenv: Sandbox, make: Maker) -> None:
    mockenv.fault({"fail": "first"}, step="terminating", attempt=1)
    mockenv.fault({"fail": "second"}, step="terminating", attempt=2)
    resource = make()
    mockenv.advance_until_idle()
    for reason in ("first", "second"):
        make.http("DELETE", f"{ENVIRONMENTS}/67890")
        mockenv.advance_until_idle()
        assert make.show(resource)["failure_reason"] == reason
    make.http("DELETE", f"{ENVIRONMENTS}/67890")
    assert mockenv.advance_until(resource, "gone").reached


def test_a_hold_may_speak_of_a_kind_and_not_of_a_name_that_begins_alike(mockenv: Sandbox, make: Maker) -> None:
    first = make("a")
    mockenv.hold("finalizing", resource=first[:-1])
    mockenv.advance_until_idle()
    assert make.show(first)["status"] == "active"
    mockenv.release("finalizing")
    mockenv.hold("finalizing", resource="vector/environment")
    second = make("b")
    mockenv.advance_until_idle()
    assert make.show(second)["status"] == "pending"


def test_a_hold_keeps_a_step_from_finishing_until_it_is_released(mockenv: Sandbox, make: Maker) -> None:
    mockenv.hold("configuring_database")
    resource = make()
    assert mockenv.advance_until_idle().reached
    mockenv.advance("1h")
    assert make.show(resource)["provisioning_step"] == "configuring_database"
    assert mockenv.release("configuring_database") == 1
    assert make.show(resource)["provisioning_step"] == "deploying_application"
    assert mockenv.advance_until(resource, "active").now == "2026-01-24T11:30:04Z"


def test_a_hold_may_speak_of_one_resource(mockenv: Sandbox, make: Maker) -> None:
    held, free = make("a"), make("b")
    mockenv.hold("finalizing", resource=held)
    mockenv.advance_until_idle()
    assert (make.show(held)["status"], make.show(free)["status"]) == ("pending", "active")


def test_an_unknown_step_cannot_be_held(mockenv: Sandbox) -> None:
    with pytest.raises(MockenvError, match="did you mean 'finalizing'"):
        mockenv.hold("finalising")


def test_a_forced_status_cancels_what_was_planned(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    mockenv.set_status(resource, "suspended")
    assert mockenv.agenda() == []
    assert make.show(resource)["status"] == "suspended"
    with pytest.raises(MockenvError, match="did you mean 'active'"):
        mockenv.set_status(resource, "actve")
