"""Clients that take their time or too many places: others are served meanwhile, and everything has an end."""

from __future__ import annotations

import logging
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from mockenv.client import Mockenv
from mockenv.edge.limits import Door, Patience
from mockenv.edge.protocol import Protocol
from mockenv.edge.server import GRACE_SECONDS
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.edge.conftest import SITE, Wire, request
from tests.edge.test_parking import make, until, wait_for
from tests.processes import ROOT, served

POST = "POST /api/v1/vector/sites HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
LONG, SHORT = 60.0, 0.05


@contextmanager
def patient(**seconds: float) -> Iterator[tuple[ThreadedServer, Callable[[], Wire]]]:
    """A server that waits long for everything but what the test says, and connections to it."""
    patience = Patience(**{"idle": LONG, "request": LONG, "unread": LONG, "linger": LONG, **seconds})
    running, wires = ThreadedServer(Settings(port=0, log_level="warning"), patience).start(), list[Wire]()

    def connect() -> Wire:
        wires.append(Wire(running.url))
        return wires[-1]

    try:
        yield running, connect
    finally:
        for wire in wires:
            wire.close()
        running.stop()


def connections(running: ThreadedServer) -> int:
    assert running._running is not None
    return len(running._running.connections)


def test_a_request_that_never_ends_is_408_while_others_are_served() -> None:
    with patient(request=SHORT) as (_, connect):
        beginnings = ["G", "GET", "GET / HTTP/1.1\r\nX: y", "BREW / HTTP/1.1\r\n", f"{POST}Content-Length: 9\r\n\r\n12345678",
                      f"{POST}Transfer-Encoding: chunked\r\n\r\n5\r\nabc", f"{POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX"]  # fmt: skip
        slow, other = [connect() for _ in beginnings], connect()
        for wire, beginning in zip(slow, beginnings, strict=True):
            wire.send(beginning)
        assert other.ask(f"GET {SITE}").status == 200
        for wire in slow:
            answer = wire.answer()
            assert (answer.status, answer.headers["connection"]) == (408, "close")
            assert wire.is_closed()
        assert other.ask(f"GET {SITE}").status == 200


def test_a_request_that_trickles_gains_no_time_by_its_trickling() -> None:
    with patient(request=SHORT) as (_, connect):
        wire = connect()
        wire.socket.settimeout(0.01)
        wire.send("GET / HTTP/1.1\r\n")
        came = b""
        while not came:
            wire.send("X: y\r\n")
            with suppress(TimeoutError):
                came = wire.socket.recv(100)
        assert came.startswith(b"HTTP/1.1 408 ")


def test_a_connection_that_says_nothing_is_closed_and_so_is_one_that_has_said_all() -> None:
    with patient(idle=SHORT) as (running, connect):
        silent, done = connect(), connect()
        done.send(request(f"GET {SITE}"))
        assert done.answer().status == 200
        assert done.is_closed()
        assert silent.is_closed()
        until(lambda: connections(running) == 0)


def test_a_parked_reply_may_take_longer_than_any_request() -> None:
    with patient(request=SHORT, idle=SHORT, unread=SHORT) as (running, connect):
        sandbox = Mockenv(running.url).sandbox(clock="manual")
        resource = f"vector/environment/{make(sandbox)}"
        parked, silent = connect(), connect()
        parked.send(wait_for(sandbox, resource), b"GET /_mockenv/hea")  # and what follows has only begun
        for _ in range(2):
            assert silent.is_closed()  # the server has looked twice
            silent = connect()
        sandbox.advance("9s")
        assert parked.answer().json["reached"] is True


def test_a_client_that_never_reads_is_reset_and_its_replies_are_forgotten() -> None:
    with patient(unread=SHORT) as (running, connect):
        deaf, other = connect(), connect()
        deaf.socket.settimeout(0.1)
        rows = request("GET /_mockenv/documents/vector") * 100
        with suppress(TimeoutError, ConnectionError):
            while True:
                deaf.socket.send(rows)
        until(lambda: connections(running) == 1)
        assert other.ask(f"GET {SITE}").status == 200


def test_who_goes_on_talking_after_a_refusal_gets_to_read_it_and_is_then_cut_off() -> None:
    with patient(linger=SHORT) as (running, connect):
        wire = connect()
        wire.send("GET /", "x" * 100_000)
        with suppress(ConnectionError):
            for _ in range(100):
                wire.send("x" * 100_000)
        assert wire.answer().status == 431
        until(lambda: connections(running) == 0)


@pytest.mark.parametrize(
    "endless",
    [
        "GET /",
        "GET / HTTP/1.1\r\nX: ",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n2;",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
    ],
)
def test_a_line_without_an_end_is_431_and_not_kept(wire: Wire, connect: Callable[[], Wire], endless: str) -> None:
    wire.send(endless, "x" * 5_000_000)
    assert wire.answer().status == 431
    assert wire.is_closed()
    assert connect().ask(f"GET {SITE}").status == 200


def test_as_many_headers_as_fit_into_64_kibibytes_and_no_more(wire: Wire, connect: Callable[[], Wire]) -> None:
    assert wire.ask(f"GET {SITE}", *["a: b"] * 10_000).status == 200
    other = connect()
    other.send(request(f"GET {SITE}", *["a:"] * 20_000))
    assert other.answer().status == 431


def test_a_body_beyond_all_measure_is_413_in_the_dialect_and_the_end(wire: Wire) -> None:
    wire.send(f"{POST}Content-Length: {1 << 40}\r\n\r\n")
    wire.socket.settimeout(0.01)
    mebibyte, came = b"x" * (1 << 20), b""
    while not came:
        with suppress(TimeoutError):
            wire.socket.send(mebibyte)
            came = wire.socket.recv(4096)
    assert came.startswith(b"HTTP/1.1 413 ")
    assert came.endswith(b'{"data":{},"message":"The POST data is too large.","http_status":413}')


# Places


def test_a_full_server_turns_new_clients_away_serves_those_it_has_and_says_so_once() -> None:
    with served("--log-level", "warning", prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))) as server:
        first = Wire(server.url)
        assert first.ask(f"GET {SITE}").status == 200
        for _ in range(2):
            inside = [Wire(server.url) for _ in range(49)]
            assert {wire.ask(f"GET {SITE}").status for wire in inside} == {200}
            outside = [Wire(server.url) for _ in range(30)]
            for wire in outside:
                with suppress(ConnectionError):
                    assert wire.answer().status == 503
                assert wire.is_closed()
            assert first.ask(f"GET {SITE}").status == 200
            for wire in (*inside, *outside):
                wire.close()
            until_served(server.url)
        first.close()
        code, _, err = server.end()
        assert code == 0
        assert err.count("50 connections are open") == err.count("\n") == 2, err


def until_served(url: str) -> None:
    """Until the server has noticed that all the others have left."""

    def is_served() -> bool:
        wires = [Wire(url) for _ in range(40)]
        try:
            return {wire.ask(f"GET {SITE}").status for wire in wires} == {200}
        except (OSError, ValueError):
            return False
        finally:
            for wire in wires:
                wire.close()

    until(is_served)


def test_a_door_is_full_again_only_after_it_was_not(caplog: pytest.LogCaptureFixture) -> None:
    door = Door(10)
    with caplog.at_level(logging.WARNING):
        answers = [door.admits(count) for count in (10, 11, 12, 10, 11)]
        assert (answers, len(caplog.records)) == ([True, False, False, True, False], 1)
        assert door.admits(9)
        assert not door.admits(11)
    assert len(caplog.records) == 2
    assert Door(None).admits(1 << 30)


def test_the_page_of_limits_tells_the_times_that_hold() -> None:
    page, patience = (ROOT / "docs" / "limits.md").read_text(), Patience()
    for row in (
        f"| a request, from its first byte to its last | {patience.request:g} |",
        f"| a connection between two requests, or before the first | {patience.idle:g} |",
        f"| replies that the client does not read | {patience.unread:g} |",
        f"| what a client still sends after its connection was refused | {patience.linger:g} |",
        f"until replies that are being read are given up | {GRACE_SECONDS:g} |",
    ):
        assert row in page, row


def test_a_defect_before_any_provider_is_asked_is_500_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with patient() as (_, connect):
        with monkeypatch.context() as broken:
            broken.delattr("mockenv.edge.dispatcher.Dispatcher.answer")
            wire = connect()
            wire.send(request(f"GET {SITE}"))
            assert wire.answer().status == 500
            assert wire.is_closed()
        assert connect().ask(f"GET {SITE}").status == 200
    assert "a request failed inside mockenv" in caplog.text
    assert "AttributeError" in caplog.text


def test_a_connection_is_idle_only_from_the_end_of_a_reply_that_dripped() -> None:
    with patient() as (running, connect):
        wire = connect()
        until(lambda: connections(running) == 1)
        assert running._running is not None
        [protocol] = running._running.connections
        assert isinstance(protocol, Protocol)
        before = protocol.deadline
        assert wire.ask(f"GET {SITE}", "X-Mockenv-Fault: drip=0.05s").status == 200
        until(lambda: protocol.deadline > before)


def test_a_client_that_asks_without_end_holds_up_nobody() -> None:
    with served("--log-level", "warning") as server:
        greedy, over = Wire(server.url), Event()
        rows = request(f"GET {SITE}/environments") * 1000

        def send() -> None:
            with suppress(OSError):
                while not over.is_set():
                    greedy.send(rows)

        def read() -> None:
            with suppress(OSError, ValueError):
                while greedy.socket.recv(1 << 20):
                    pass

        threads = [Thread(target=what, daemon=True) for what in (send, read)]
        for thread in threads:
            thread.start()
        other = Wire(server.url)
        assert {other.ask(f"GET {SITE}").status for _ in range(50)} == {200}
        over.set()
        other.close()
        assert server.end()[0] == 0
        for thread in threads:
            thread.join(10)
        greedy.close()
