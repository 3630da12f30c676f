"""The exact arithmetic of when a rule acts on requests: what holds of steps holds here, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser

SITES = "/api/v1/vector/sites"
OCCASIONS = 24
SETTINGS = settings(max_examples=20)


@contextmanager
def world(server: Mockenv, seed: int = 1) -> Iterator[tuple[Sandbox, Browser]]:
    with server.sandbox(clock="manual", seed=seed) as sandbox:
        yield sandbox, Browser(sandbox, sandbox.headers("vector"))


def acting(server: Mockenv, seed: int = 1, **rule: Any) -> list[int]:
    """On which of so many matching requests (1, 2, 3 …) a rule acts; its hits are as many."""
    with world(server, seed) as (sandbox, vector):
        sandbox.fault({"status": 599}, operation="listSites", **rule)
        acted = []
        for number in range(1, OCCASIONS + 1):
            if vector("GET", SITES).status_code == 599:
                acted.append(number)
            assert vector("GET", f"{SITES}/12345").status_code == 200  # no occasion, and counted as none
        assert [one["hits"] for one in sandbox.faults()] == [len(acted)]
        return acted


@SETTINGS
@given(st.integers(0, 12), st.integers(1, 6), st.integers(1, 10), st.sampled_from(["before", "after"]))
def test_after_lets_pass_then_every_nth_counts_then_times_is_the_end(
    mockenv_server: Mockenv, after: int, every: int, times: int, phase: str
) -> None:
    expected = list(range(after + every, OCCASIONS + 1, every))[:times]
    assert acting(mockenv_server, after=after, every=every, times=times, phase=phase) == expected


@SETTINGS
@given(st.floats(0, 1), st.integers(0, 8), st.integers(1, 4), st.integers(1, 9), st.integers(0, 99))
def test_probability_chooses_among_those_and_only_by_the_seed(
    mockenv_server: Mockenv, probability: float, after: int, every: int, times: int, seed: int
) -> None:
    rule: dict[str, Any] = {"probability": probability, "after": after, "every": every}
    chosen = acting(mockenv_server, seed, **rule)
    assert set(chosen) <= set(range(after + every, OCCASIONS + 1, every))
    assert acting(mockenv_server, seed, **rule, times=times) == chosen[:times]


@pytest.mark.parametrize(("probability", "expected"), [(0, []), (1, list(range(1, OCCASIONS + 1)))])
def test_never_is_never_and_always_is_always(mockenv_server: Mockenv, probability: int, expected: list[int]) -> None:
    assert acting(mockenv_server, probability=probability) == expected


@SETTINGS
@given(st.integers(1, 20), st.sampled_from(["duration", "moment"]))
def test_nothing_acts_from_the_expiry_on_which_is_the_sandboxs_time(mockenv_server: Mockenv, seconds: int, spelling: str) -> None:
    expires = f"{seconds}s" if spelling == "duration" else f"2026-01-24T10:30:{seconds:02d}Z"
    with world(mockenv_server) as (sandbox, vector):
        sandbox.fault({"status": 599}, expires=expires)
        acted = []
        for second in range(22):
            if vector("GET", SITES).status_code == 599:
                acted.append(second)
            sandbox.advance("1s")
        assert acted == list(range(seconds))


@SETTINGS
@given(st.lists(st.sampled_from(["GET", "POST"]), max_size=20), st.integers(1, 4))
def test_two_rules_count_each_for_itself(mockenv_server: Mockenv, methods: list[str], every: int) -> None:
    with world(mockenv_server) as (sandbox, vector):
        sandbox.fault({"status": 598}, method="GET", every=every)
        sandbox.fault({"status": 599}, every=every + 1)
        got = [vector(method, SITES, {} if method == "POST" else None).status_code for method in methods]
        reads = 0
        for number, (method, status) in enumerate(zip(methods, got, strict=True), 1):
            reads += method == "GET"
            if number % (every + 1) == 0:
                assert status == 599  # the later rule wins
            elif method == "GET" and reads % every == 0:
                assert status == 598
            else:
                assert status not in (598, 599)


def test_what_is_refused_at_the_door_is_no_occasion(mockenv: Sandbox) -> None:
    mockenv.fault({"status": 599})
    mockenv.fault({"status": 598}, phase="after")
    nobody, vector = Browser(mockenv, {}), Browser(mockenv, mockenv.headers("vector"))
    assert nobody("GET", SITES).status_code == 401
    assert vector("GET", f"{SITES}/1/nothing").status_code == 404
    assert vector("POST", SITES, data=b" " * 2_000_000, headers={"Content-Type": "application/json"}).status_code == 413
    assert [one["hits"] for one in mockenv.faults()] == [0, 0]


def test_what_a_before_has_answered_is_no_occasion_for_an_after_and_a_refusal_is_one(mockenv: Sandbox) -> None:
    vector = Browser(mockenv, mockenv.headers("vector"))
    mockenv.fault({"status": 599}, phase="before", times=1)
    mockenv.fault({"status": 598}, phase="after")
    assert [vector("GET", f"{SITES}/1").status_code for _ in range(2)] == [599, 598]
    assert [one["hits"] for one in mockenv.faults()] == [1, 1]


def test_a_rate_limit_beats_a_status_and_a_message_alone_says_nothing(mockenv: Sandbox) -> None:
    vector = Browser(mockenv, mockenv.headers("vector"))
    mockenv.fault({"message": "unheard", "headers": {"X-Seen": "1"}}, operation="getSite")
    heard = vector("GET", f"{SITES}/12345")
    assert (heard.status_code, heard.headers["X-Seen"], "unheard" in heard.text) == (200, "1", False)
    mockenv.fault({"status": 503, "rate_limit": True, "message": "slowly"}, operation="listSites")
    limited = vector("GET", SITES)
    assert (limited.status_code, limited.headers["Retry-After"], limited.json()["message"]) == (429, "1", "slowly")
