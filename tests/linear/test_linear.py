"""Many clients of one resource at once, over sockets of their own: there is always one order that explains all answers."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.linear.history import Operation, Recorder, is_linearizable, race

THREADS, ROUNDS = 6, 12
SITE = "/api/v1/vector/sites/12345"
PROJECT = "/api/v2/projects/projectKey"

Answer = tuple[int, Any]
"""Status, and what a client learns of the resource's one value."""


class OneResource:
    """A resource that is there with a value, or not: the sequential model for both services."""

    def __init__(self, *, conflict: int, deleted: int, updated: int = 200) -> None:
        self._conflict, self._deleted, self._updated = conflict, deleted, updated

    def start(self) -> Hashable:
        return (False, None)

    def step(self, state: Any, asked: Any, answered: Any) -> Hashable | None:
        (exists, value), (verb, *told), (status, seen) = state, asked, answered
        if verb == "create":
            return (
                (True, told[0])
                if (status, exists) == (201, False)
                else state
                if (status, exists) == (self._conflict, True)
                else None
            )
        if not exists:
            return state if status == 404 else None
        if verb == "update":
            return (True, told[0]) if (status, seen) == (self._updated, told[0]) else None
        if verb == "delete":
            return (False, None) if status == self._deleted else None
        return state if (status, seen) == (200, value) else None


@contextmanager
def clients(sandbox: Sandbox, provider: str, count: int = THREADS) -> Iterator[list[Browser]]:
    """Each with a connection of its own."""
    found = [Browser(sandbox, sandbox.headers(provider)) for _ in range(count)]
    try:
        yield found
    finally:
        for one in found:
            one.session.close()


def launchdarkly(client: Browser, asked: tuple[Any, ...]) -> Answer:
    verb, path = asked[0], f"{PROJECT}/environments/raced"
    if verb == "create":
        body = {"key": "raced", "name": asked[1], "color": "ff00ff"}
        reply = client("POST", f"{PROJECT}/environments", body)
    elif verb == "update":
        reply = client("PATCH", path, [{"op": "replace", "path": "/name", "value": asked[1]}])
    else:
        reply = client("DELETE" if verb == "delete" else "GET", path)
    return reply.status_code, reply.json().get("name") if reply.status_code in (200, 201) else None


def work(recorder: Recorder, client: Browser, ask: Callable[[Browser, tuple[Any, ...]], Answer], seed: int) -> Callable[[], None]:
    """A worker that asks at random, with values that nobody else writes."""
    draw = random.Random(seed)

    def run() -> None:
        for number in range(ROUNDS):
            verb = draw.choice(("create", "update", "delete", "read", "read"))
            asked = (verb, f"{seed}-{number}") if verb in ("create", "update") else (verb,)
            recorder.call(asked, lambda asked=asked: ask(client, asked))  # type: ignore[misc]  # bound now, on purpose

    return run


@pytest.mark.parametrize("seed", range(3))
def test_a_launchdarkly_environment_is_created_changed_read_and_deleted_in_one_order(mockenv: Sandbox, seed: int) -> None:
    recorder = Recorder()
    with clients(mockenv, "launchdarkly") as racing:
        race(*[work(recorder, client, launchdarkly, seed * 100 + number) for number, client in enumerate(racing)])
    model = OneResource(conflict=409, deleted=204)
    assert len(recorder.operations) == THREADS * ROUNDS
    assert is_linearizable(recorder.operations, model)
    assert not is_linearizable(with_a_lie(recorder.operations), model)


def with_a_lie(operations: list[Operation]) -> list[Operation]:
    """The same with one more read, after all others, that saw a value which nobody wrote."""
    end = max(one.ended for one in operations)
    return [*operations, Operation(("read",), (200, "never written"), end + 1, end + 2)]


class Environment:
    """A Vector environment from active to gone, the clock being one more client: state is its name and its status."""

    def start(self) -> Hashable:
        return ("first", "active")

    def step(self, state: Any, asked: Any, answered: Any) -> Hashable | None:
        name, status = state
        if asked[0] == "advance":
            return (name, "gone") if status == "terminating" else state
        if status == "gone":
            return state if answered == (404, None) else None
        if asked[0] == "update":
            return (asked[1], status) if answered == (200, (asked[1], status)) else None
        if asked[0] == "delete":
            if status == "terminating":
                return state if answered == (422, None) else None
            return (name, "terminating") if answered == (200, (name, "terminating")) else None
        return state if answered == (200, state) else None


def make_environment(client: Browser, name: str) -> int:
    """Its status."""
    return client("POST", f"{SITE}/environments", {"name": name, "php_version": "8.3"}).status_code


def active_environment(sandbox: Sandbox) -> str:
    with clients(sandbox, "vector", 1) as [client]:
        assert make_environment(client, "first") == 201
        sandbox.advance_until_idle()
        [made] = client("GET", f"{SITE}/environments").json()["data"]
    return f"{SITE}/environments/{made['id']}"


@pytest.mark.parametrize("seed", range(3))
def test_a_vector_environment_is_changed_read_deleted_and_carried_on_in_one_order(mockenv: Sandbox, seed: int) -> None:
    path, recorder = active_environment(mockenv), Recorder()

    def ask(client: Browser, asked: tuple[Any, ...]) -> Answer:
        if asked[0] == "advance":
            mockenv.advance("1s")
            return 200, None
        method = {"update": "PUT", "delete": "DELETE", "read": "GET"}[asked[0]]
        reply = client(method, path, {"name": asked[1]} if asked[0] == "update" else None)
        data = reply.json()["data"]
        return reply.status_code, (data["name"], data["status"]) if reply.status_code == 200 else None

    def early_and_late(client: Browser, number: int) -> Callable[[], None]:
        draw = random.Random(seed * 100 + number)
        rows: list[tuple[Any, ...]] = [draw.choice((("update", f"{number}-{row}"), ("read",))) for row in range(ROUNDS)]
        rows[ROUNDS // 2 + number % 3] = ("delete",)
        rows[-2] = ("advance",)

        def run() -> None:
            for asked in rows:
                recorder.call(asked, lambda asked=asked: ask(client, asked))  # type: ignore[misc]  # bound now, on purpose

        return run

    with clients(mockenv, "vector") as racing:
        race(*[early_and_late(client, number) for number, client in enumerate(racing)])
    answers = [(one.asked[0], one.answered[0]) for one in recorder.operations]  # type: ignore[index]  # a tuple
    assert answers.count(("delete", 200)) == 1
    assert is_linearizable(recorder.operations, Environment())
    assert not is_linearizable(with_a_lie(recorder.operations), Environment())


def test_of_many_creates_of_one_name_one_wins_and_of_many_deletes_one(mockenv: Sandbox) -> None:
    statuses: list[int] = []
    with clients(mockenv, "vector", 12) as racing:
        race(*[lambda one=one: statuses.append(make_environment(one, "raced")) for one in racing])
        assert sorted(statuses) == [201] + [422] * 11
        mockenv.advance_until_idle()
        [made] = racing[0]("GET", f"{SITE}/environments").json()["data"]
        path, statuses = f"{SITE}/environments/{made['id']}", []
        race(*[lambda one=one: statuses.append(one("DELETE", path).status_code) for one in racing])
    assert sorted(statuses) == [200] + [422] * 11


def test_racing_advances_move_the_clock_one_after_the_other_and_nothing_fires_twice(mockenv: Sandbox) -> None:
    with clients(mockenv, "vector", 1) as [client]:
        assert {make_environment(client, f"e{number}") for number in range(5)} == {201}
    moved = Recorder()
    race(*[lambda: [moved.call("1s", lambda: mockenv.advance("1s")) for _ in range(3)] for _ in range(4)])
    in_order = sorted(moved.operations, key=lambda one: one.answered.now)
    assert [one.answered.now[17:19] for one in in_order] == [f"{second:02}" for second in range(1, 13)]
    assert all(earlier.began < later.ended for earlier, later in itertools.pairwise(in_order))
    fired = [(entry["resource"], entry["detail"]) for one in moved.operations for entry in one.answered.fired]
    assert len(fired) == len(set(fired)) == 20


def test_two_sandboxes_side_by_side_are_two_worlds(mockenv_server: Mockenv) -> None:
    """What one does, and even its end and beginning anew, happens to nobody else."""
    with mockenv_server.sandbox(clock="manual") as calm, clients(calm, "vector", 2) as [client, reader]:
        path = active_environment(calm)

        def work_in_peace() -> None:
            for number in range(40):
                assert client("PUT", path, {"name": f"n{number}"}).status_code == 200
                assert client("GET", path).json()["data"]["name"] == f"n{number}"

        def count() -> None:
            for _ in range(40):
                assert reader("GET", f"{SITE}/environments").json()["meta"]["total"] == 1
                assert calm.clock()["now"] == "2026-01-24T10:30:04Z"

        def live_and_die() -> None:
            for number in range(10):
                with mockenv_server.sandbox(clock="manual") as wild, clients(wild, "vector", 1) as [other]:
                    assert make_environment(other, "first") == 201
                    wild.advance("2s")
                    wild.reset()
                    assert wild.resources(provider="vector", kind="environment") == []
                    assert make_environment(other, f"n{number}") == 201

        race(work_in_peace, count, live_and_die, live_and_die)
        [left] = calm.resources(provider="vector", kind="environment")
        assert left["document"]["name"] == "n39"
