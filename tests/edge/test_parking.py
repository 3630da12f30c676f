"""Replies that wait: answered by somebody else's commit, given up in time, dropped without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from select import select
from threading import Event, Thread, current_thread
from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser
from tests.edge.conftest import SITE, Wire, request

Connect = Callable[[], Wire]


@pytest.fixture
def running() -> Iterator[ThreadedServer]:
    """A server of this test's own, to look into and to stop."""
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    yield running
    running.stop()


def make(sandbox: Sandbox, name: str = "a") -> str:
    vector = Browser(sandbox, sandbox.headers("vector"))
    reply = vector("POST", f"{SITE}/environments", {"name": name, "php_version": "8.3"})
    vector.session.close()
    return str(reply.json()["data"]["id"])


def wait_for(sandbox: Sandbox, resource: str, status: str = "active", timeout: str = "30s") -> bytes:
    return request(f"GET /_mockenv/sandboxes/{sandbox.name}/wait?resource={resource}&status={status}&timeout={timeout}")


def until(what: Callable[[], Any]) -> None:
    """Ask again and again: the server is another thread."""
    pause = Event()
    for _ in range(2000):
        if what():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to that")


def test_a_parked_reply_comes_with_the_commit_that_makes_it_so_while_others_are_served(mockenv: Sandbox, connect: Connect) -> None:
    id = make(mockenv)
    parked = [connect() for _ in range(3)]
    for wire in parked:
        wire.send(wait_for(mockenv, f"vector/environment/{id}"))
    other = connect()
    assert {other.ask(f"GET /_sandbox/{mockenv.name}{SITE}").status for _ in range(300)} == {200}
    other.send(*[request(f"GET /_sandbox/{mockenv.name}{SITE}")] * 300)
    assert {other.answer().status for _ in range(300)} == {200}
    mockenv.advance("3s")
    other.ask("GET /_mockenv/health")
    assert select([wire.socket for wire in parked], [], [], 0)[0] == []
    mockenv.advance("1s")
    for wire in parked:
        assert wire.answer().json == {"reached": True, "status": "active", "now": "2026-01-24T10:30:04Z"}


def test_what_is_so_already_is_answered_at_once(mockenv: Sandbox, wire: Wire) -> None:
    wire.send(wait_for(mockenv, "vector/site/12345"), wait_for(mockenv, "vector/site/1", "gone"))
    assert [wire.answer().json["status"], wire.answer().json["status"]] == ["active", "gone"]


def test_a_wait_gives_up_after_its_time_and_says_how_it_stands(mockenv: Sandbox) -> None:
    assert mockenv.wait(f"vector/environment/{make(mockenv)}", "active", timeout=0.05) is False


def test_what_is_pipelined_behind_a_parked_reply_comes_after_it(mockenv: Sandbox, wire: Wire) -> None:
    id = make(mockenv)
    site = f"/_sandbox/{mockenv.name}{SITE}"
    parked = wait_for(mockenv, f"vector/environment/{id}")
    wire.send(request(f"GET {site}"), parked, request(f"GET {site}"), parked, *[request(f"GET {site}/environments/{id}")] * 100)
    assert wire.answer().json["data"]["id"] == 12345
    mockenv.advance("4s")
    assert wire.answer().json["reached"] is True
    assert wire.answer().json["data"]["id"] == 12345
    assert wire.answer().json["reached"] is True
    assert {wire.answer().json["data"]["status"] for _ in range(100)} == {"active"}
    assert wire.ask(f"GET {site}").status == 200


def test_a_client_that_reads_late_gets_every_reply_in_order(mockenv: Sandbox, wire: Wire) -> None:
    base = f"/_sandbox/{mockenv.name}/api/v1/vector"
    rows = 3000
    asking = Thread(
        target=wire.send, args=[request(f"GET {base}/sites?page={number}") for number in range(1, rows + 1)], daemon=True
    )
    asking.start()
    assert [wire.answer().json["meta"]["current_page"] for _ in range(rows)] == list(range(1, rows + 1))
    asking.join(10)
    assert wire.ask(f"GET {base}/sites").status == 200


def test_a_running_clock_answers_a_parked_reply_by_itself(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock={"mode": "real", "speed": 100.0}) as sandbox:
        assert sandbox.wait(f"vector/environment/{make(sandbox)}", "active", timeout=10)


def test_a_running_clock_that_was_stopped_and_started_goes_on(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="manual") as sandbox:
        resource = f"vector/environment/{make(sandbox)}"
        sandbox.set_clock("real", speed=1000.0)
        assert sandbox.wait(resource, "active", timeout=10)


def test_a_running_clock_touches_nothing_from_another_thread(running: ThreadedServer) -> None:
    sandbox = Mockenv(running.url).sandbox(clock={"mode": "real", "speed": 50.0})
    woken: list[str] = []
    watches = running.server.sandboxes.get(sandbox.name).watches
    watches.waiting["vector/environment"] = [lambda: woken.append(current_thread().name)]
    assert sandbox.wait(f"vector/environment/{make(sandbox)}", "active", timeout=10)
    assert set(woken) == {"mockenv"}


def test_an_auto_clock_moves_to_what_is_waited_for(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock={"mode": "auto", "now": "2026-01-24T10:30:00Z"}) as sandbox:
        resource = f"vector/environment/{make(sandbox)}"
        assert sandbox.wait(resource, "active", timeout=10)
        assert sandbox.clock()["now"] == "2026-01-24T10:30:04Z"
        assert sandbox.wait(resource, "failed", timeout=10) is False


@pytest.mark.parametrize("end", ["drop", "drop and make again"])
def test_a_parked_reply_of_a_dropped_sandbox_is_404_even_if_a_namesake_follows(
    mockenv_server: Mockenv, connect: Connect, end: str
) -> None:
    sandbox = mockenv_server.sandbox(name="short-lived", clock="manual")
    wire = connect()
    wire.send(wait_for(sandbox, f"vector/environment/{make(sandbox)}"))
    connect().ask("GET /_mockenv/health")  # by now the wait is parked
    sandbox.drop()
    if end != "drop":
        sandbox = mockenv_server.sandbox(name="short-lived", clock="manual")
    answer = wire.answer()
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "short-lived" in answer.json["detail"]
    if end != "drop":
        sandbox.drop()


def test_the_default_sandbox_is_there_again_after_its_drop(running: ThreadedServer) -> None:
    server = Mockenv(running.url)
    default = server.get()
    wire = Wire(running.url)
    wire.send(wait_for(default, f"vector/environment/{make(default)}", "failed"))
    until(lambda: running.server.sandboxes.get("default").watches.waiting)
    assert default.drop() == ["vector/environment/67890"]
    assert wire.answer().status == 404
    assert server.get().resources(provider="vector", kind="environment") == []
    wire.close()


def test_a_reset_answers_those_who_wait_for_the_end(mockenv: Sandbox, wire: Wire) -> None:
    wire.send(wait_for(mockenv, f"vector/environment/{make(mockenv)}", "gone"))
    mockenv.reset()
    assert wire.answer().json["status"] == "gone"


def test_a_client_that_leaves_while_parked_leaves_nothing_behind(running: ThreadedServer) -> None:
    sandbox = Mockenv(running.url).sandbox(clock="manual")
    watches = running.server.sandboxes.get(sandbox.name).watches
    resource = f"vector/environment/{make(sandbox)}"
    for leave in ("close", "half-close", "garbage"):
        wire = Wire(running.url)
        wire.send(wait_for(sandbox, resource))
        until(lambda: resource in watches.waiting)
        if leave == "half-close":
            wire.socket.shutdown(1)
        elif leave == "garbage":
            wire.send(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
        else:
            wire.close()
        until(lambda: not watches.waiting)
        wire.close()
    assert sandbox.advance("9s").reached


def test_stopping_drops_what_is_parked_at_once() -> None:
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    sandbox = Mockenv(running.url).sandbox(clock="manual")
    resource = f"vector/environment/{make(sandbox)}"
    wires = [Wire(running.url) for _ in range(20)]
    for wire in wires:
        wire.send(wait_for(sandbox, resource, timeout="1h"))
    watches = running.server.sandboxes.get(sandbox.name).watches
    until(lambda: len(watches.waiting.get(resource, ())) == 20)
    stopping = Thread(target=running.stop)
    stopping.start()
    stopping.join(2)
    assert not stopping.is_alive()
    for wire in wires:
        assert wire.is_closed()
        wire.close()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("resource=vector/enviroment/1&status=active", "did you mean 'vector/environment'"),
        ("resource=vektor/environment/1&status=active", "did you mean 'vector'"),
        ("resource=vector&status=active", "resource"),
        ("resource=vector/site/1&status=active&timeout=soon", "is not a duration"),
        ("status=active", "is required"),
    ],
)
def test_a_wait_that_could_never_end_is_refused(mockenv: Sandbox, query: str, text: str) -> None:
    with pytest.raises(MockenvError) as refused:
        mockenv.server.call("GET", f"sandboxes/{mockenv.name}/wait?{query}")
    assert refused.value.status == 422
    assert text in refused.value.detail
