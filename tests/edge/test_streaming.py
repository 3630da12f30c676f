"""Replies that go on, on the wire: chunks, old clients, heads, clients that do not read or leave, what follows on the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import requests

from mockenv.bootstrap import build
from mockenv.client import Mockenv, Sandbox
from mockenv.edge.streaming import pour
from mockenv.kernel.worlds.watches import ANYTHING
from mockenv.provider import Stream
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.control.listener import listening
from tests.edge.conftest import Wire


def test_an_old_client_gets_it_without_chunks_and_a_head_gets_the_head(connect: Callable[[], Wire], mockenv: Sandbox) -> None:
    path = f"/_mockenv/sandboxes/{mockenv.name}/stream?for=0.3s"
    old = connect()
    answer = old.ask(f"GET {path} HTTP/1.0")
    assert "transfer-encoding" not in answer.headers
    assert old.file.read().startswith(b"retry: 1000\n\nevent: hello\n")
    head = connect()
    answer = head.ask(f"HEAD {path}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    assert head.ask("GET /_mockenv/ready").status == 200


def test_a_connection_goes_on_after_a_stream_has_ended(wire: Wire, mockenv: Sandbox) -> None:
    answer = wire.ask(f"GET /_mockenv/sandboxes/{mockenv.name}/stream?for=0.2s")
    assert answer.headers["transfer-encoding"] == "chunked"
    while size := int(wire.file.readline(), 16):
        wire.file.read(size + 2)
    wire.file.readline()
    assert wire.ask("GET /_mockenv/ready").status == 200


def test_a_client_that_does_not_read_costs_nothing_and_a_server_with_listeners_stops_at_once(connect: Callable[[], Wire]) -> None:
    running = ThreadedServer(Settings(port=0, log_level="warning")).start()
    sandbox = Mockenv(running.url).get()
    deaf = [Wire(running.url) for _ in range(3)]
    for wire in deaf:
        wire.send("GET /_mockenv/sandboxes/default/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    with listening(sandbox) as listener:
        next(iter(listener))
        running.stop()
        with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
            list(listener)
    for wire in deaf:
        wire.close()


def test_a_stream_belongs_to_the_world_that_it_began_in() -> None:
    sandboxes, written = build(Settings()).sandboxes, list[bytes]()
    world = sandboxes.get("default")

    async def drain() -> None:
        if written:
            sandboxes.reset("default")

    asyncio.run(pour(Stream(lambda: b"one", world, []), written.append, drain))
    assert written == [b"one"]


def test_a_quiet_stream_beats() -> None:
    world, written = build(Settings()).sandboxes.get("default"), list[bytes]()

    async def drain() -> None:
        pass

    stream = Stream(lambda: None if len(written) > 2 else b"", world, [ANYTHING], beat=b":", quiet=0.001)
    asyncio.run(pour(stream, written.append, drain))
    assert written == [b":", b":", b":"]
