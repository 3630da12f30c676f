"""What is told of connections, and rules that wait for a fresh or a reused one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.edge.conftest import Wire, request

SITES = "/api/v1/vector/sites"


def path(sandbox: Sandbox) -> str:
    return f"/_sandbox/{sandbox.name}{SITES}"


def places(sandbox: Sandbox) -> list[int]:
    return [entry["connection"]["request"] for entry in sandbox.journal()]


def resends(sandbox: Sandbox) -> list[int | None]:
    return [entry["resend_of"] for entry in sandbox.journal()]


# The journal


def test_the_journal_tells_which_request_it_was_on_which_connection(mockenv: Sandbox, connect: Callable[[], Wire]) -> None:
    first, second = connect(), connect()
    for wire in (first, first, second, first):
        wire.ask(f"GET {path(mockenv)}")
    told = [tuple(entry["connection"].values()) for entry in mockenv.journal()]
    one, other = told[0][0], told[2][0]
    assert told == [(one, 1), (one, 2), (other, 1), (one, 3)]


@pytest.mark.parametrize("effect", ["reset", "empty", "truncate", "garbage"])
def test_a_request_that_comes_again_after_its_answer_was_spoilt_is_marked(
    mockenv: Sandbox, connect: Callable[[], Wire], effect: str
) -> None:
    mockenv.fault({effect: True}, times=2)
    for _ in range(4):
        wire = connect()
        wire.send(request(f"GET {path(mockenv)}"))
        wire.file.readline() if effect == "truncate" else wire.is_closed()
    assert resends(mockenv) == [None, 1, 2, None]


def test_the_same_request_after_a_whole_answer_and_another_one_after_a_spoilt_are_not_marked(
    mockenv: Sandbox, connect: Callable[[], Wire]
) -> None:
    mockenv.fault({"status": 503}, times=1)
    connect().ask(f"GET {path(mockenv)}")
    mockenv.fault({"reset": True}, times=1)
    wire = connect()
    wire.send(request(f"GET {path(mockenv)}"))
    assert wire.is_closed()
    connect().ask(f"GET {path(mockenv)}?page=2")
    connect().ask(f"GET {path(mockenv)}", "X-Other: 1")
    assert resends(mockenv) == [None, None, None, None]
    connect().ask(f"GET {path(mockenv)}")
    assert resends(mockenv)[-1] == 2


# Fresh


def test_a_fresh_rule_ends_kept_connections_and_strikes_the_next_request_once(
    mockenv: Sandbox, connect: Callable[[], Wire]
) -> None:
    kept = connect()
    kept.ask(f"GET {path(mockenv)}")
    rule = mockenv.fault({"reset": True}, connection="fresh", times=1)
    assert kept.is_closed()
    struck = connect()
    struck.send(request(f"GET {path(mockenv)}"))
    assert struck.is_closed()
    again = connect()
    assert again.ask(f"GET {path(mockenv)}").status == 200
    assert "connection" not in again.ask(f"GET {path(mockenv)}").headers  # the rule is spent: connections are kept again
    assert [one["hits"] for one in mockenv.faults() if one["id"] == rule] == [1]


def test_a_connection_from_elsewhere_is_let_pass_once_and_ended(
    mockenv: Sandbox, mockenv_server: Mockenv, connect: Callable[[], Wire]
) -> None:
    with mockenv_server.sandbox() as other:
        wire = connect()
        wire.ask(f"GET {path(other)}")
        mockenv.fault({"status": 503}, connection="fresh", times=1)
        answer = wire.ask(f"GET {path(mockenv)}")
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert connect().ask(f"GET {path(mockenv)}").status == 503


def test_the_connection_that_brought_the_rule_ends_with_its_answer(
    mockenv: Sandbox, mockenv_server: Mockenv, connect: Callable[[], Wire]
) -> None:
    wire, body = connect(), b'{"effect":{"status":503},"connection":"fresh"}'
    made = wire.ask(f"POST /_mockenv/sandboxes/{mockenv.name}/faults", "Content-Type: application/json", body=body)
    assert (made.status, made.headers["connection"]) == (201, "close")
    assert wire.is_closed()


def test_other_sandboxes_keep_their_connections(mockenv: Sandbox, mockenv_server: Mockenv, connect: Callable[[], Wire]) -> None:
    with mockenv_server.sandbox() as other:
        wire = connect()
        wire.ask(f"GET {path(other)}")
        mockenv.fault({"reset": True}, connection="fresh")
        assert "connection" not in wire.ask(f"GET {path(other)}").headers


def test_a_request_under_way_gets_its_answer_before_its_connection_ends(mockenv: Sandbox, connect: Callable[[], Wire]) -> None:
    wire = connect()
    wire.ask(f"GET {path(mockenv)}")
    mockenv.fault({"delay": 0.5}, times=1)
    wire.send(request(f"GET {path(mockenv)}"))
    while not mockenv.faults()[0]["hits"]:  # until it is under way
        pass
    mockenv.fault({"reset": True}, connection="fresh", times=1)
    assert wire.answer().status == 200
    assert wire.is_closed()


def test_every_kept_connection_has_ended_when_the_fresh_rule_is_answered(mockenv: Sandbox, connect: Callable[[], Wire]) -> None:
    """Whoever has the answer and asks on a kept connection would see it break, and the rule unused."""
    wires = [connect() for _ in range(100)]
    for wire in wires:
        wire.ask(f"GET {path(mockenv)}")
    mockenv.fault({"reset": True}, connection="fresh", times=1)
    for wire in wires:
        wire.socket.setblocking(False)
    assert [wire.socket.recv(1) for wire in wires] == [b""] * 100


def test_a_reset_brings_its_scenarios_fresh_rule_to_kept_connections(mockenv_server: Mockenv, connect: Callable[[], Wire]) -> None:
    rule = {"connection": "fresh", "times": 1, "effect": {"status": 503}}
    with mockenv_server.sandbox(faults=[rule]) as sandbox:
        assert connect().ask(f"GET {path(sandbox)}").status == 503
        kept = connect()
        kept.ask(f"GET {path(sandbox)}")
        sandbox.reset()
        assert kept.is_closed()
        assert connect().ask(f"GET {path(sandbox)}").status == 503


def test_a_library_that_asks_again_by_itself_cannot_hide_a_fresh_fault(mockenv: Sandbox) -> None:
    """urllib3 resends a GET whose kept connection fails; with `fresh` the program sees the fault, and the server one request."""
    with requests.Session() as session:
        session.get(f"{mockenv.url}{SITES}", headers=mockenv.headers("vector"), timeout=10)
        mockenv.fault({"reset": True}, connection="fresh", times=1)
        with pytest.raises(requests.ConnectionError):
            session.get(f"{mockenv.url}{SITES}", headers=mockenv.headers("vector"), timeout=10)
    assert places(mockenv) == [1, 1]


# Reused


def test_a_reused_rule_strikes_kept_connections_only(mockenv: Sandbox, connect: Callable[[], Wire]) -> None:
    mockenv.fault({"status": 503}, connection="reused")
    wires = connect(), connect()
    assert [wire.ask(f"GET {path(mockenv)}").status for wire in (*wires, *wires)] == [200, 200, 503, 503]


def test_a_connection_that_does_not_exist_is_refused(mockenv: Sandbox) -> None:
    with pytest.raises(MockenvError, match="fresh"):
        mockenv.add_fault({"effect": {"reset": True}, "connection": "fersh"})


def test_many_connections_at_once_are_all_counted(mockenv: Sandbox) -> None:
    def ask(_: Any = None) -> None:
        with requests.Session() as session:
            for _ in range(3):
                session.get(f"{mockenv.url}{SITES}", headers=mockenv.headers("vector"), timeout=10)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(places(mockenv)) == [1] * 5 + [2] * 5 + [3] * 5
