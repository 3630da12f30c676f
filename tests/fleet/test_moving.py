"""Replicas come, go, and lose their database: whoever asks meanwhile is answered, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import Any

import requests

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.fleet.conftest import Fleet, apart
from tests.postgres import Cluster, cluster
from tests.processes import PATIENCE, Served, served
from tests.runtime.conftest import subscribe
from tests.runtime.receiver import receiving
from tests.store.clients import SITE
from tests.test_fleet import replicas

WORLDS = 6


class Clients:
    """One for each sandbox and server, asking again and again over a connection that is kept."""

    def __init__(self, servers: list[Served], names: list[str]) -> None:
        self.answers: Counter[Any] = Counter()
        self._over = Event()
        self._threads = [Thread(target=self._run, args=(one, name)) for one in servers for name in names]

    def _run(self, server: Served, name: str) -> None:
        url = f"{server.url}/_sandbox/{name}{SITE}"
        with requests.Session() as session:
            while not self._over.wait(0.01):
                try:
                    self.answers[session.get(url, headers={"Authorization": "Bearer x"}, timeout=PATIENCE).status_code] += 1
                except requests.RequestException as error:
                    self.answers[repr(error)] += 1

    @contextmanager
    def asking(self) -> Iterator[None]:
        for one in self._threads:
            one.start()
        try:
            yield
        finally:
            self._over.set()
            for one in self._threads:
                one.join(PATIENCE)


@contextmanager
def three(postgres: Cluster) -> Iterator[tuple[Fleet, list[Served], list[str]]]:
    """Servers that have shared out what there is, and the names of sandboxes of them all."""
    url = postgres.database()
    with replicas(url, 3, "--clock", "manual") as servers:
        fleet = Fleet(postgres, url, servers)
        fleet.settled(22, 21, 21)
        names = apart(9)
        for name in names:
            servers[0].mockenv.sandbox(name=name)
        yield fleet, servers, names


def test_who_comes_and_who_goes_is_not_felt_by_anybody_who_asks_the_others(postgres: Cluster) -> None:
    url, names = postgres.database(), apart(WORLDS)
    with ExitStack() as stack:
        flags = ("--state", url, "--log-level", "error", "--clock", "manual")
        first = stack.enter_context(served(*flags))
        fleet = Fleet(postgres, url, [first])
        for name in names:
            first.mockenv.sandbox(name=name)
        clients = Clients([first], names)
        with clients.asking():
            second = stack.enter_context(served(*flags))
            fleet.settled(32, 32)
            third = stack.enter_context(served(*flags))
            fleet.settled(22, 21, 21)
            assert second.end()[0] == 0
            fleet.settled(32, 32)
            assert third.end()[0] == 0
            fleet.settled(64)
        assert set(clients.answers) == {200}


def test_a_webhook_is_sent_once_and_a_step_runs_once_though_their_sandbox_moves_meanwhile(postgres: Cluster) -> None:
    url, names = postgres.database(), apart(WORLDS)
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        flags = ("--state", url, "--log-level", "error", "--speed", "10")
        first = stack.enter_context(served(*flags))
        for name in names:
            sandbox = first.mockenv.sandbox(name=name)
            vector = Browser(sandbox, sandbox.headers("vector"))
            subscribe(vector, receiver.url, "vector.environment.created")
            for number in range(3):
                vector("POST", f"{SITE}/environments", {"name": f"{name}-{number}", "php_version": "8.3"})
            vector.session.close()
        stack.enter_context(served(*flags))
        Fleet(postgres, url, []).settled(32, 32)
        until(lambda: len({one.body for one in receiver.got}) == 3 * WORLDS)
        for name in names:
            fired = first.mockenv.get(name).events()
            assert Counter(one["type"] for one in fired)["vector.environment.created"] == 3
        assert len(receiver.got) == 3 * WORLDS


def test_what_waits_in_a_sandbox_that_moves_is_waited_for_and_streams_and_journals_go_on_where_they_were(postgres: Cluster) -> None:
    url = postgres.database()
    with ExitStack() as stack:
        flags = ("--state", url, "--log-level", "error", "--clock", "manual")
        first = stack.enter_context(served(*flags))
        boxes = [first.mockenv.sandbox(name=name) for name in apart(WORLDS)]
        told: list[list[str]] = [[] for _ in boxes]
        answers: list[int] = []
        threads = [Thread(target=listen, args=(box, some)) for box, some in zip(boxes, told, strict=True)]
        threads += [Thread(target=wait, args=(box, answers)) for box in boxes]
        for one in threads:
            one.start()
        until(lambda: all(told))
        second = stack.enter_context(served(*flags))
        fleet = Fleet(postgres, url, [first, second])
        fleet.settled(32, 32)
        moved = [box.name for box in boxes if fleet.home(box.name) is second]
        assert moved
        until(lambda: len(answers) == WORLDS)
        for box in boxes:
            assert requests.get(f"{box.url}{SITE}", headers=box.headers("vector"), timeout=PATIENCE).status_code == 200
        until(lambda: all(some.count("request") == 2 for some in told))
        assert [[one["number"] for one in box.journal()] for box in boxes] == [[1, 2]] * WORLDS
        assert {box.verify({"method": "GET"}, exactly=2).ok for box in boxes} == {True}
        for box in boxes:
            box.drop()
        for one in threads:
            one.join(PATIENCE)
        assert answers == [200] * WORLDS
        assert {(some[0], some[-1]) for some in told} == {("hello", "gone")}
        assert all("reset" not in some for some in told)


def listen(sandbox: Sandbox, told: list[str]) -> None:
    told += (one.event for one in sandbox.stream())


def wait(sandbox: Sandbox, answers: list[int]) -> None:
    """For an answer that a rule delays."""
    headers = {**sandbox.headers("vector"), "X-Mockenv-Fault": "delay=1s"}
    answers.append(requests.get(f"{sandbox.url}{SITE}", headers=headers, timeout=PATIENCE).status_code)


def test_one_of_three_that_is_killed_costs_its_sandboxes_two_seconds_and_the_others_nothing(postgres: Cluster) -> None:
    with three(postgres) as (fleet, servers, names):
        killed = fleet.home(names[0])
        others = [one for one in servers if one is not killed]
        kept = [name for name in names if fleet.home(name) is not killed]
        lost = [name for name in names if name not in kept]
        untouched, moved = Clients(others, kept), Clients(others, lost)
        with untouched.asking(), moved.asking():
            until(lambda: moved.answers[200] > len(lost))
            killed.process.kill()
            killed.process.wait(PATIENCE)
            times = [requests.get(f"{others[0].url}/_sandbox/{name}{SITE}", headers={"Authorization": "Bearer x"}, timeout=PATIENCE) for name in lost]  # fmt: skip
            assert {one.status_code for one in times} == {200}
            assert max(one.elapsed.total_seconds() for one in times) < 2.5
            fleet.settled(32, 32)
        assert set(untouched.answers) == {200}
        assert {code for code in moved.answers if isinstance(code, int)} == {200}  # what was under way there lost its connection


def test_a_database_that_is_restarted_is_found_again_by_all_and_each_keeps_what_it_worked_on() -> None:
    with cluster() as own, three(own) as (fleet, servers, names):
        homes = [fleet.home(name) for name in names]
        own.stop()
        for server in servers:  # what is known to be nobody else's is told until its time is over
            until(lambda: requests.get(f"{server.url}/_mockenv/sandboxes/{names[0]}", timeout=PATIENCE).status_code == 503)  # noqa: B023
        own.start()
        for name in names:
            for server in servers:
                until(lambda: requests.get(f"{server.url}/_mockenv/sandboxes/{name}", timeout=PATIENCE).status_code == 200)  # noqa: B023
        assert [fleet.home(name) for name in names] == homes
