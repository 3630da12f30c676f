"""Control calls to a server in this process: the same answers without a connection, also those that are waited for."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from mockenv.client import Mockenv, MockenvError
from mockenv.inprocess import Inside
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings

ENVIRONMENT = {"name": "staging", "php_version": "8.3"}


@pytest.fixture(scope="module")
def running() -> Iterator[ThreadedServer]:
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    yield running
    running.stop()


@pytest.fixture
def inside(running: ThreadedServer) -> Inside:
    return Inside(running)


def test_a_call_is_answered_as_over_the_port_and_opens_no_connection(running: ThreadedServer, inside: Inside) -> None:
    outside = Mockenv(running.url)
    with inside.sandbox(name="same", clock="manual") as sandbox:
        assert outside.get("same").about == sandbox.about
        assert outside.get("same").journal(path="/v1/a b*") == sandbox.journal(path="/v1/a b*")
    assert inside._kept == []
    outside.close()


def test_a_refusal_is_the_servers_own(inside: Inside) -> None:
    with pytest.raises(MockenvError, match="404: Sandbox 'nobody' does not exist"):
        inside.get("nobody")


def test_what_comes_after_a_call_that_nobody_waits_for_finds_it_done(running: ThreadedServer, inside: Inside) -> None:
    for number in range(20):
        name = inside.sandbox(name=f"sent-{number}").name
        inside.send("DELETE", f"sandboxes/{name}")
        with pytest.raises(MockenvError, match="404"):
            (inside if number % 2 else Mockenv(running.url)).get(name)


def test_what_is_waited_for_comes_when_another_thread_has_done_it(inside: Inside) -> None:
    with inside.sandbox(clock="manual") as sandbox, ThreadPoolExecutor(1) as pool:
        url = f"{sandbox.url}/api/v1/vector/sites/12345/environments"
        id = requests.post(url, json=ENVIRONMENT, headers=sandbox.headers("vector"), timeout=10).json()["data"]["id"]
        waiting = pool.submit(sandbox.wait, f"vector/environment/{id}", "active")
        sandbox.advance("1m")
        assert waiting.result(10)


def test_who_waits_longer_than_allowed_is_told_and_the_next_call_is_answered(inside: Inside) -> None:
    inside._timeout = 0.05
    with inside.sandbox(clock="manual") as sandbox:
        with pytest.raises(TimeoutError):
            inside.call("GET", f"sandboxes/{sandbox.name}/wait", query={"resource": "vector/environment/1", "status": "active"})
        assert sandbox.clock()["mode"] == "manual"


def test_in_another_process_it_goes_over_the_port(running: ThreadedServer, inside: Inside) -> None:
    sent = pickle.loads(pickle.dumps(inside))
    assert type(sent) is Mockenv
    assert sent.url == running.url
    inside._home = os.getpid() + 1  # as a fork has it
    assert inside.health()["status"] == "ok"
    assert len(inside._kept) == 1
    inside.close()


def test_a_server_that_was_stopped_answers_nobody() -> None:
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    inside = Inside(running)
    running.stop()
    with pytest.raises(ConnectionError, match="stopped"):
        inside.health()


def test_calls_of_many_threads_are_whole_and_in_each_ones_order_while_the_server_serves(inside: Inside) -> None:
    def live(number: int) -> list[str]:
        """A world of its own, asked over the port in between."""
        seen = []
        for turn in range(5):
            sandbox = inside.sandbox(name=f"own-{number}", seed=number, clock="manual")
            url, headers = f"{sandbox.url}/api/v1/vector/sites/12345/environments", sandbox.headers("vector")
            made = requests.post(url, json={**ENVIRONMENT, "name": f"turn-{turn}"}, headers=headers, timeout=10).json()["data"][
                "id"
            ]
            sandbox.advance("1m")
            seen += [one["path"] for one in sandbox.journal()]
            assert requests.get(f"{url}/{made}", headers=headers, timeout=10).json()["data"]["status"] == "active"
            inside.send("DELETE", f"sandboxes/own-{number}")
        return seen

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(live, range(8))) == [["/api/v1/vector/sites/12345/environments"] * 5] * 8
    assert not [one for one in inside.sandboxes() if one["name"].startswith("own-")]


def test_a_server_that_is_stopped_says_goodbye_to_who_is_connected() -> None:
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    with requests.Session() as session:
        assert session.get(f"{running.url}/_mockenv/health", timeout=10).status_code == 200
        assert running._running is not None
        assert len(running._running.connections) == 1
        running.stop()
        assert not running._running.connections
        with pytest.raises(requests.ConnectionError):
            session.get(f"{running.url}/_mockenv/health", timeout=10)
    running.stop()  # again, which is no matter
