"""The stream of a sandbox: what happens is told while it happens, once, in bounds, and can be taken up where it was cut off."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mockenv.bootstrap import build
from mockenv.client import Mockenv, MockenvError, Sandbox
from mockenv.client import Told as ClientTold
from mockenv.control.operations.feed import MOST_REQUESTS, Place, parse_place
from mockenv.settings import Settings
from tests.control.conftest import ENVIRONMENTS, SITES, Maker
from tests.control.listener import Listener, Told, listening


def named(event: str, **data: Any) -> Callable[[Told], bool]:
    return lambda told: told.event == event and all(told.data.get(name) == value for name, value in data.items())


def begin(listener: Listener) -> Told:
    """The hello; the server has begun to watch."""
    return listener.until(named("hello"))[0]


def test_a_walk_is_told_as_it_goes(mockenv: Sandbox, make: Maker) -> None:
    with listening(mockenv) as listener:
        begin(listener)
        resource = make()
        made = listener.until(named("clock", next="2026-01-24T10:30:01Z"))
        assert [one.data["status"] for one in made if one.event == "resource" and one.data["name"] == resource] == ["pending"]
        assert [one.data["step"] for one in made if one.event == "agenda"] == ["creating_infrastructure"]
        now = mockenv.advance_until(resource, "active").now
        walked = listener.until(named("clock", now=now, next=None))
        assert [one.data["status"] for one in walked if one.event == "resource" and one.data["name"] == resource][-1] == "active"
        fired = [one.data for one in walked if one.event == "fired"]
        assert fired == mockenv.server.call("GET", f"sandboxes/{mockenv.name}/fired")["fired"]
        assert {one["outcome"] for one in fired} == {"done"}
        assert [(one["step"], one["begun"]) for one in fired][:1] == [("creating_infrastructure", "2026-01-24T10:30:00Z")]


def test_every_request_is_told_with_what_the_journal_has_but_no_bodies(mockenv: Sandbox, make: Maker) -> None:
    with listening(mockenv) as listener:
        begin(listener)
        make.http("GET", SITES)
        told = listener.until(named("request", operation="listSites"))[-1].data
        kept = mockenv.journal(operation="listSites")[-1]
        assert told == {name: value for name, value in kept.items() if name not in ("request", "reply")}


def test_whoever_comes_back_with_the_last_id_hears_what_it_missed_and_nothing_twice(mockenv: Sandbox, make: Maker) -> None:
    with listening(mockenv) as listener:
        begin(listener)
        first = make("first")
        last = listener.until(named("request", operation="createEnvironment"))[-1]
    second = make("second")
    with listening(mockenv, last.id) as listener:
        told = listener.until(named("request", operation="createEnvironment"))
    names = [one.data["name"] for one in told if one.event == "resource"]
    assert second in names
    assert first not in names
    assert "hello" not in [one.event for one in told]


def test_an_id_of_another_world_is_answered_by_reset(mockenv: Sandbox) -> None:
    for last in ("1-1.0.0.0", "nonsense", "1-1.0.0.99999999999999999999"):
        with listening(mockenv, last) as listener:
            assert next(iter(listener)).event == "reset"


def test_a_reset_and_a_drop_are_told_and_a_drop_ends_the_stream(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox()
    with listening(sandbox) as listener:
        begin(listener)
        sandbox.reset()
        listener.until(named("reset", sandbox=sandbox.name))
        sandbox.drop()
        listener.until(named("gone", sandbox=sandbox.name))
        assert list(listener) == []


def test_of_a_burst_the_newest_requests_are_told_and_how_many_were_left_out(mockenv: Sandbox, make: Maker) -> None:
    for _ in range(MOST_REQUESTS + 7):
        make.http("GET", SITES)
    with listening(mockenv) as listener:
        place = parse_place(begin(listener).id)
    assert place is not None
    with listening(mockenv, str(Place(place.world, place.changes, place.fired, 0))) as listener:
        told = listener.until(named("clock"))
    assert [one.data for one in told if one.event == "missed"] == [{"changes": 0, "fired": 0, "requests": 7}]
    assert [one.data["number"] for one in told if one.event == "request"] == list(range(8, MOST_REQUESTS + 8))


def test_what_was_made_and_is_gone_again_is_told_as_gone(mockenv: Sandbox, make: Maker) -> None:
    resource = make()
    mockenv.advance_until_idle()
    with listening(mockenv) as listener:
        begin(listener)
        fault = mockenv.add_fault({"resource": "environment", "step": "finalizing", "effect": {"fail": "no"}})
        listener.until(named("fault", id=fault["id"], hits=0))
        mockenv.remove_fault(fault["id"])
        listener.until(named("fault", id=fault["id"], gone=True))
        make.http("DELETE", f"{ENVIRONMENTS}/{resource.rpartition('/')[2]}")
        mockenv.advance_until_idle()
        listener.until(named("resource", name=resource, status="gone"))


def test_it_ends_when_it_was_asked_to(mockenv: Sandbox) -> None:
    with listening(mockenv, **{"for": "0s"}) as listener:
        assert [one.event for one in listener] in ([], ["hello", "clock"])


@pytest.mark.parametrize("query", ["for=soon", "since=1", "after=1&after=2"])
def test_bad_questions_are_refused_in_one_line(mockenv: Sandbox, query: str) -> None:
    url = f"{mockenv.server.url}/_mockenv/sandboxes/{mockenv.name}/stream?{query}"
    reply = requests.get(url, timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (422, "application/problem+json")


def test_a_plain_wsgi_server_tells_what_there_is_and_ends() -> None:
    client = build(Settings()).app.test_client()
    reply = client.get("/_mockenv/sandboxes/default/stream")
    assert (reply.status_code, reply.content_type) == (200, "text/event-stream")
    assert reply.data.startswith(b"retry: 1000\n\nevent: hello\n")


def test_the_client_follows_it_and_goes_on_where_it_stopped(mockenv: Sandbox, make: Maker) -> None:
    stream = mockenv.stream()
    assert next(stream).event == "hello"
    first = make("first")
    seen = next(one for one in stream if one.event == "resource" and one.data["name"] == first)
    stream.close()
    second = make("second")
    again = mockenv.stream(after=seen.id)
    names = [one.data["name"] for one in _up_to(again, second) if one.event == "resource"]
    assert first not in names[:1]
    again.close()


def test_the_client_takes_it_up_again_where_the_connection_breaks(mockenv: Sandbox, make: Maker) -> None:
    """Somebody between the two cuts it off in the middle of an event; nothing is missed and nothing comes twice."""
    with cutting(mockenv.server.url, after=1) as url:
        stream = Mockenv(url).get(mockenv.name).stream()
        assert next(stream).event == "hello"
        made = make()
        assert [one.data["name"] for one in _up_to(stream, made) if one.event == "resource"].count(made) == 1
        stream.close()


def test_the_client_ends_with_the_sandbox_or_when_it_was_asked_to(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox()
    assert [one.event for one in sandbox.stream(duration=0)] in ([], ["hello", "clock"])
    stream = sandbox.stream()
    assert next(stream).event == "hello"
    sandbox.drop()
    assert [one.event for one in stream][-1] == "gone"
    with pytest.raises(MockenvError) as told:
        next(sandbox.stream())
    assert told.value.status == 404


def test_the_client_says_where_no_server_is() -> None:
    with pytest.raises(ConnectionError, match="no mockenv at"):
        next(Sandbox(Mockenv("http://127.0.0.1:9"), {"name": "default"}).stream())


def _up_to(stream: Iterator[ClientTold], resource: str) -> list[ClientTold]:
    """All up to the first that tells of this resource."""
    found = []
    for one in stream:
        found.append(one)
        if one.event == "resource" and one.data["name"] == resource:
            break
    return found


@contextmanager
def cutting(url: str, after: int) -> Iterator[str]:
    """A way to a server that breaks its first stream in the middle of an event: behind so many it lets half of the next through."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    cut = threading.Event()

    class Between(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked: bytes = self.request.recv(65_536)
            with socket.create_connection((host, port)) as server:
                server.sendall(asked)
                passed = b""
                while piece := server.recv(65_536):
                    passed += piece
                    if b"/stream" in asked and not cut.is_set() and passed.count(b"data:") > after:
                        cut.set()
                        at = piece.rfind(b"data:") + 9
                        self.request.sendall(piece[:at])
                        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        return
                    self.request.sendall(piece)
                    if b"/stream" not in asked:
                        return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Between) as between:
        between.daemon_threads = True
        threading.Thread(target=between.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{between.server_address[1]}"
        between.shutdown()
    assert cut.is_set()
