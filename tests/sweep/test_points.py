"""At which points a run can fail: found in what happened, and each rule makes exactly that happen otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockenv.client import Mockenv, Sandbox
from mockenv.sweep.points import Point, nth, points_of
from mockenv.sweep.verdict import BAD, FAILED, HUNG, LEAKED, MISSED, PASSED, WRONG, Ran, judge
from mockenv.sweep.worlds import World, Yardstick, look, measure
from tests.runtime.receiver import receiving

SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"
NEW = {"name": "staging", "php_version": "8.3"}
GRAPHQL = {"query": '{ project(id: "master-project-id") { id } }'}


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None, provider: str = "vector", **more: Any) -> int:
    """The status; 0 where there was no answer."""
    headers = more or sandbox.headers(provider)
    try:
        return requests.request(method, f"{sandbox.url}{path}", json=body, headers=headers, timeout=20).status_code
    except requests.ConnectionError:
        return 0


def ids(points: list[Point]) -> list[str]:
    return [point.id for point in points]


def test_every_request_can_fail_before_and_after_the_most_valuable_first(mockenv: Sandbox) -> None:
    ask(mockenv, "GET", SITES)
    for name in ("one", "two"):
        ask(mockenv, "POST", ENVIRONMENTS, {**NEW, "name": name})
    assert ids(points_of(mockenv)) == [
        "vector/createEnvironment/1/after",
        "vector/createEnvironment/1/before",
        "vector/listSites/1/before",
        "vector/listSites/1/after",
        "vector/createEnvironment/2/after",
        "vector/createEnvironment/2/before",
    ]


def test_what_is_not_let_in_is_no_point_and_what_is_refused_has_changed_nothing(mockenv: Sandbox) -> None:
    ask(mockenv, "GET", SITES, accept="text/html")
    ask(mockenv, "POST", ENVIRONMENTS, {"name": ""})
    assert [(point.id, point.sort) for point in points_of(mockenv)] == [
        ("vector/createEnvironment/1/before", "refused-change"),
        ("vector/createEnvironment/1/after", "lost-look"),
    ]


def test_steps_and_deliveries_are_points(mockenv: Sandbox) -> None:
    with receiving() as receiver:
        ask(mockenv, "POST", "/api/v1/vector/webhooks", {"url": receiver.url, "events": ["vector.environment.*"]})
        ask(mockenv, "POST", ENVIRONMENTS, NEW)
        mockenv.advance_until_idle()
    found = ids(points_of(mockenv))
    assert "vector/environment/finalizing/1/fail" in found
    events = [one["event"] for one in mockenv.deliveries()]
    assert {f"{event}/1/{way}" for event in events for way in ("drop", "twice")} <= set(found)


def test_fields_of_graphql_are_points_and_a_query_is_a_look(mockenv: Sandbox) -> None:
    ask(mockenv, "POST", "/graphql", {"query": '{ environmentTree(projectId: "x") { success } }'}, "archie")
    ask(mockenv, "POST", "/graphql", {"query": "no such thing"}, "archie")
    found = [(point.id, point.sort) for point in points_of(mockenv)]
    assert found == [("archie/environmentTree/1/before", "refused-look"), ("archie/environmentTree/1/after", "lost-look")]


WAYS = {
    "list": ("GET", SITES, None),
    "one": ("GET", f"{SITES}/12345", None),
    "none": ("GET", f"{SITES}/999", None),
    "create": ("POST", SITES, {"partner_customer_id": "cust_1", "dev_php_version": "8.3"}),
    "bad": ("POST", SITES, {"dev_php_version": "4"}),
    "rename": ("PUT", f"{SITES}/12345", {"partner_customer_id": "cust_2"}),
}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.lists(st.sampled_from([*WAYS, "stranger"]), min_size=1, max_size=8), at=st.integers(0, 1_000))
def test_a_points_rule_strikes_one_request_and_no_other(mockenv_server: Mockenv, ways: list[str], at: int) -> None:
    def run(sandbox: Sandbox) -> list[int]:
        told = []
        for way in ways:
            method, path, body = WAYS.get(way, WAYS["list"])
            told.append(ask(sandbox, method, path, body, **({"accept": "*/*"} if way == "stranger" else {})))
        return told

    with mockenv_server.sandbox(clock="manual") as clean, mockenv_server.sandbox(clock="manual") as struck:
        expected, points = run(clean), points_of(clean)
        if not points:
            assert set(ways) == {"stranger"}
            return
        point = points[at % len(points)]
        rule = struck.add_fault(point.rule)["id"]
        got = run(struck)
        assert [one["hits"] for one in struck.faults()] == [1]
        [hit] = [one["number"] for one in struck.journal() if rule in one["faults"]]
        assert got[hit - 1] == (503 if point.id.endswith("before") else 0)
        if point.sort in ("refused-look", "lost-look", "lost-change"):
            assert (got[: hit - 1], got[hit:]) == (expected[: hit - 1], expected[hit:])


def test_ordinals_are_told_in_words() -> None:
    assert [nth(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th")
    ]


def left(server: Mockenv, seed: int, *names: str, now: str = "2026-01-24T10:30:00Z") -> World:
    """What a world comes to in which these environments are made; a name with a dash before it is taken away again."""
    sandbox = server.sandbox(clock={"mode": "manual", "now": now}, seed=seed)
    furniture = {one["name"] for one in sandbox.resources()}
    for name in names:
        ask(sandbox, "POST", ENVIRONMENTS, {**NEW, "name": name.lstrip("-")})
        sandbox.advance_until_idle()
        if name.startswith("-"):
            newest = sandbox.resources(provider="vector", kind="environment")[-1]["id"]
            ask(sandbox, "DELETE", f"{ENVIRONMENTS}/{newest}")
            sandbox.advance_until_idle()
    return look(sandbox, furniture)


@pytest.fixture(scope="module")
def yardstick(mockenv_server: Mockenv) -> Yardstick:
    found = measure(left(mockenv_server, 1, "a"), left(mockenv_server, 2, "a", now="2026-08-01T00:00:00Z"))
    assert found
    return found


@pytest.mark.parametrize(
    ("names", "exit", "outcome", "detail"),
    [
        (("a",), 0, PASSED, ""),
        (("-a", "a"), 0, PASSED, ""),
        (("a", "b"), 0, LEAKED, "left behind: vector/environment b"),
        (("a", "b"), 3, LEAKED, "left behind: vector/environment b; exit code 3"),
        (("b",), 0, WRONG, "vector/environment a: name is 'b', not 'a'"),
        ((), 0, WRONG, "no vector/environment a"),
        (("b",), 1, FAILED, "exit code 1"),
        ((), -9, FAILED, "ended by signal 9"),
        ((), None, HUNG, "stopped at the time limit"),
    ],
)
def test_what_is_left_is_judged_by_what_the_client_did_not_by_numbers_moments_and_chance(
    mockenv_server: Mockenv, yardstick: Yardstick, names: tuple[str, ...], exit: int | None, outcome: str, detail: str
) -> None:
    world = left(mockenv_server, 1, *names)
    assert judge(Ran(exit, world), yardstick) == (outcome, detail)
    assert (outcome in BAD) == (outcome in (HUNG, LEAKED, WRONG))


def test_a_run_that_never_came_to_its_point_says_nothing(mockenv_server: Mockenv, yardstick: Yardstick) -> None:
    assert judge(Ran(0, left(mockenv_server, 1, "a", "b"), was_reached=False), yardstick) == (MISSED, "")


def test_worlds_with_other_numbers_of_things_are_no_measure(mockenv_server: Mockenv) -> None:
    assert measure(left(mockenv_server, 1, "a"), left(mockenv_server, 2, "a", "b")) is None
