"""The exact arithmetic of when a rule acts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockenv.errors import BadInput, UnknownName
from mockenv.kernel import faults
from mockenv.kernel.time.clock import MANUAL_START
from mockenv.kernel.values.instant import SECOND
from mockenv.kernel.worlds.advance import advance_by
from mockenv.kernel.worlds.sandbox import Sandbox
from tests.kernel.conftest import House, documents, every_byte

OCCASIONS = 40
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def acting(sandbox: Sandbox, occasions: int = OCCASIONS, **selectors: Any) -> list[int]:
    """On which of so many matching occasions (1, 2, 3 …) a rule acts."""
    acted = []
    with sandbox.unit() as work:
        id = faults.add(work, {"effect": {"fail": "no"}, **selectors})["id"]
    for number in range(1, occasions + 1):
        with sandbox.unit() as work:
            rule = work.get(faults.FAULT, id)
            assert rule is not None
            if faults.claims(work, id, rule):
                acted.append(number)
    with sandbox.unit() as work:
        rule = work.get(faults.FAULT, id)
        assert rule is not None
        assert rule["hits"] == len(acted)
    return acted


@SETTINGS
@given(st.integers(0, 15), st.integers(1, 7), st.integers(1, 15))
def test_after_lets_pass_then_every_nth_counts_then_times_is_the_end(house: House, after: int, every: int, times: int) -> None:
    expected = list(range(after + every, OCCASIONS + 1, every))
    sandbox = house.sandbox()
    assert acting(sandbox) == list(range(1, OCCASIONS + 1))
    assert acting(sandbox, after=after, every=every) == expected
    assert acting(sandbox, after=after, every=every, times=times) == expected[:times]


@SETTINGS
@given(st.floats(0, 1), st.integers(0, 10), st.integers(1, 4), st.integers(1, 9), st.integers(0, 99))
def test_probability_chooses_among_those_and_only_by_the_seed(
    house: House, probability: float, after: int, every: int, times: int, seed: int
) -> None:
    selectors: dict[str, Any] = {"probability": probability, "after": after, "every": every}
    chosen = acting(house.sandbox(seed=seed), **selectors)
    assert set(chosen) <= set(range(after + every, OCCASIONS + 1, every))
    assert acting(house.sandbox("another", seed=seed), **selectors) == chosen
    assert acting(house.sandbox(seed=seed), **selectors, times=times) == chosen[:times]


def test_probability_is_kept_in_the_long_run(house: House) -> None:
    assert acting(house.sandbox(), probability=0) == []
    assert acting(house.sandbox(), probability=1) == list(range(1, OCCASIONS + 1))
    assert 240 <= len(acting(house.sandbox(seed=1), 1000, probability=0.3)) <= 360
    assert acting(house.sandbox(seed=1), probability=0.5) != acting(house.sandbox(seed=2), probability=0.5)


@SETTINGS
@given(st.integers(1, 30), st.sampled_from(["duration", "moment"]))
def test_nothing_acts_from_the_expiry_on(house: House, seconds: int, spelling: str) -> None:
    expires = f"{seconds}s" if spelling == "duration" else f"2026-01-24T10:30:{seconds:02d}Z"
    sandbox = house.sandbox(faults=[{"effect": {"fail": "no"}, "expires": expires}])
    acted = []
    for second in range(40):
        with sandbox.unit(now=MANUAL_START + second * SECOND) as work:
            rule = work.get(faults.FAULT, "fault-1")
            assert rule is not None
            if faults.claims(work, "fault-1", rule):
                acted.append(second)
    assert acted == list(range(seconds))


def test_a_rule_acts_on_the_attempt_that_it_names(house: House) -> None:
    for attempt, status in ((1, "failed"), (2, "active")):
        sandbox = house.sandbox(faults=[{"effect": {"fail": "no"}, "attempt": attempt}])
        id = house.make(name="a")
        advance_by(sandbox, 99 * SECOND)
        assert documents(sandbox)["vector/environment"][id]["status"] == status


@pytest.mark.parametrize(
    ("selector", "failed"),
    [
        ({}, [67890, 67891]),
        ({"provider": "vector"}, [67890, 67891]),
        ({"resource": "environment"}, [67890, 67891]),
        ({"resource": "vector/environment"}, [67890, 67891]),
        ({"resource": "vector/environment/67891"}, [67891]),
        ({"resource": "environment/67890"}, [67890]),
        ({"resource": "site"}, []),
        ({"step": "configuring_cdn"}, [67891]),
        ({"step": "terminating"}, []),
        ({"provider": None, "resource": None, "times": None}, [67890, 67891]),
    ],
)
def test_a_rule_speaks_of_what_it_names(house: House, selector: dict[str, Any], failed: list[int]) -> None:
    sandbox = house.sandbox(faults=[{"effect": {"fail": "no"}, **selector}])
    for production in (False, True):
        house.make(name=f"e{production}".lower(), is_production=production)
    advance_by(sandbox, 99 * SECOND)
    found = documents(sandbox)["vector/environment"].values()
    assert [one["id"] for one in found if one["status"] == "failed"] == failed


def test_a_removed_rule_acts_on_nothing_later(house: House) -> None:
    sandbox = house.sandbox()
    rule = house("POST", "/_mockenv/sandboxes/a/faults", {"effect": {"stall": True}}).get_json()
    id = house.make(name="a")
    assert house("DELETE", f"/_mockenv/sandboxes/a/faults/{rule['id']}").status_code == 200
    advance_by(sandbox, 99 * SECOND)
    assert documents(sandbox)["vector/environment"][id]["status"] == "active"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({}, "effect: wants one or more of"),
        ({"effect": {}}, "effect: wants one or more of"),
        ({"effect": {"fial": "x"}}, "did you mean 'fail'"),
        ({"effect": {"fail": ""}}, "effect.fail: is the reason"),
        ({"effect": {"fail": 5}}, "effect.fail: is the reason"),
        ({"effect": {"stall": "yes"}}, "effect.stall: is true"),
        ({"effect": {"slow": "fast"}}, "effect.slow: 'fast' is not a duration"),
        ({"effect": {"fail": "x", "rollback": "maybe"}}, "effect.rollback: 'maybe' is not known"),
        ({"effect": {"fail": "x"}, "time": 1}, "did you mean 'times'"),
        ({"effect": {"fail": "x"}, "times": 0}, "times: is a whole number from 1 up"),
        ({"effect": {"fail": "x"}, "times": True}, "times: is a whole number from 1 up"),
        ({"effect": {"fail": "x"}, "every": 1.5}, "every: is a whole number from 1 up"),
        ({"effect": {"fail": "x"}, "after": -1}, "after: is a whole number from 0 up"),
        ({"effect": {"fail": "x"}, "probability": 1.1}, "probability: is a number from 0 to 1"),
        ({"effect": {"fail": "x"}, "probability": "half"}, "probability: is a number from 0 to 1"),
        ({"effect": {"fail": "x"}, "step": "configuring_databse"}, "did you mean 'configuring_database'"),
        ({"effect": {"fail": "x"}, "step": ["finalizing"]}, "step: is a text"),
        ({"effect": {"fail": "x"}, "resource": "enviroment"}, "did you mean 'environment'"),
        ({"effect": {"fail": "x"}, "resource": {}}, "resource: is a text"),
        ({"effect": {"fail": "x"}, "resource": "site", "step": "finalizing"}, "step: 'finalizing' is not known"),
        ({"effect": {"fail": "x"}, "provider": "vektor"}, "did you mean 'vector'"),
        ({"effect": {"fail": "x"}, "provider": []}, "provider: is a text"),
        ({"effect": {"fail": "x"}, "expires": "soon"}, "expires: 'soon' is not a date"),
        ({"effect": {"fail": "x"}, "expires": "9999-12-31T23:59:59-14:00"}, "lies outside the years"),
        ({"effect": {"fail": "x"}, "expires": "0001-01-01T00:00:00+14:00"}, "lies outside the years"),
    ],
)
def test_a_rule_that_cannot_act_is_refused_with_what_to_write_instead(house: House, rule: dict[str, Any], text: str) -> None:
    sandbox = house.sandbox()
    before = every_byte(sandbox)
    reply = house("POST", "/_mockenv/sandboxes/a/faults", rule)
    assert reply.status_code == 422
    assert text in reply.get_json()["detail"]
    with pytest.raises(BadInput) as refused:
        house.server.sandboxes.create({"name": "b", "faults": [rule]})
    assert "faults.0" in str(refused.value)
    assert every_byte(sandbox) == before
    assert house.server.sandboxes.names().count("b") == 0


def test_the_refusal_carries_the_nearest_name(house: House) -> None:
    with pytest.raises(UnknownName) as refused, house.sandbox().unit() as work:
        faults.add(work, {"effect": {"fail": "x"}, "step": "finalising"})
    assert (refused.value.name, refused.value.nearest, refused.value.key) == ("finalising", "finalizing", "step")
