"""Runs that repeat one thing for long and expect memory to stay where it was after the warm-up."""

from __future__ import annotations

import itertools
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from mockenv.client import Sandbox
from mockenv.edge.wire_faults import LINGER_AND_RESET
from soak.watching import Memory, watched
from tests.edge.conftest import SITE, Wire, request
from tests.edge.test_parking import make, wait_for

JSON = "Content-Type: application/json"
ROW = 100
WARM_UP = 1_000
"""Rows until the journal's ring and all caches are full."""
LOOKS = 24


def million(scale: float) -> str:
    """A million requests of all sorts to all providers, pipelined; each path that is not there is another one."""
    rows = round(1_000_000 * scale / ROW)
    with watched() as server:
        sandbox = server.mockenv.get()
        with_environment = make(sandbox)
        requests, statuses, wire = everything(sandbox, with_environment), set[int](), Wire(server.url)
        for _ in range(WARM_UP):
            wire.send(*itertools.islice(requests, ROW))
            statuses |= {wire.answer().status for _ in range(ROW)}
        memory, started = Memory(server), time.perf_counter()
        for number in range(rows):
            wire.send(*itertools.islice(requests, ROW))
            statuses |= {wire.answer().status for _ in range(ROW)}
            if number % max(1, rows // LOOKS) == 0:
                memory.look()
        rate = rows * ROW / (time.perf_counter() - started)
        wire.close()
        if any(status >= 500 for status in statuses):
            raise AssertionError(f"among the answers were {sorted(statuses)}")
        return f"{rows * ROW:,} requests, {rate:,.0f}/s; {memory.expect_flat()}"


def everything(sandbox: Sandbox, environment: str) -> Iterator[bytes]:
    """Requests without end, none of which adds anything that stays."""
    phase, archie = sandbox.headers("phase")["Authorization"], sandbox.headers("archie")["Authorization"]
    launchdarkly = "/api/v2/projects/projectKey/environments"
    for number in itertools.count():
        name = json.dumps({"name": f"n{number}"}).encode()
        yield request(f"GET {SITE}")
        yield request(f"GET {SITE}/environments?page=1&x={number}")
        yield request(f"GET {SITE}/nowhere/{number}")
        yield request(f"PUT {SITE}/environments/{environment}", JSON, body=name)
        yield request("GET /_mockenv/health", f"X-{number % 1000}: y")
        if number % 10:
            continue
        patch = json.dumps([{"op": "replace", "path": "/name", "value": f"n{number}"}]).encode()
        query = json.dumps({"query": f"{{ a{number}: __typename }}"}).encode()
        yield request(f"POST {SITE}/environments", JSON, body=name)
        yield request(f"GET {launchdarkly}?filter=query:{number}")
        yield request(f"PATCH {launchdarkly}/test", JSON, body=patch)
        yield request("POST /graphql", JSON, body=query).replace(b"Authorization: Bearer x", f"Authorization: {archie}".encode())
        yield request(f"GET /v1/secrets/?app_id={number}").replace(b"Authorization: Bearer x", f"Authorization: {phase}".encode())


def connections(scale: float) -> str:
    """Connections that come and go: in order, with a reset, in the middle of a request, without a word."""
    count = round(100_000 * scale)
    with watched() as server:
        memory = Memory(server)
        for number in range(count):
            wire = Wire(server.url)
            leave(wire, number % 4)
            if number % max(1, count // LOOKS) == 0:
                memory.look()
        return f"{count:,} connections; {memory.expect_flat()}"


def leave(wire: Wire, how: int) -> None:
    with suppress(ConnectionError):
        if how == 0:
            wire.ask(f"GET {SITE}")
        elif how == 1:
            wire.send(request("GET /_mockenv/documents/vector") * 20)
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_AND_RESET)
        elif how == 2:
            wire.send("POST /api/v1/vector/sites HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf a bo")
    wire.close()


def sandboxes(scale: float) -> str:
    """Sandboxes that are made, used, reset and dropped."""
    count = round(4_000 * scale)
    with watched() as server:
        memory, seconds = Memory(server), 0.0
        for number in range(count):
            started = time.perf_counter()
            sandbox = server.mockenv.sandbox(clock="manual")
            make(sandbox)
            sandbox.snapshot("kept")
            sandbox.advance("9s")
            sandbox.reset()
            sandbox.drop()
            seconds += time.perf_counter() - started
            if number % max(1, count // LOOKS) == 0:
                memory.look()
        if [one["name"] for one in server.mockenv.sandboxes()] != ["default"]:
            raise AssertionError("not all sandboxes are gone")
        return f"{count:,} sandboxes, {seconds / count * 1e3:.1f} ms each with all that happens in it; {memory.expect_flat()}"


def parked(scale: float) -> str:
    """Replies that wait for what never comes, and clients that do not."""
    count, at_once, warm_up = round(20_000 * scale), 50, 100
    with watched("--clock", "manual") as server:
        sandbox, memory = server.mockenv.get(), Memory(server)
        waiting = wait_for(sandbox, f"vector/environment/{make(sandbox)}", "never", timeout="1h")
        delayed = request(f"GET {SITE}", "X-Mockenv-Fault: delay=1h")
        hanging = request(f"GET {SITE}", "X-Mockenv-Fault: hang")
        asks: Callable[[int], bytes] = lambda number: (waiting, delayed, hanging)[number % 3]  # noqa: E731
        for number in range(-warm_up, max(1, count // at_once)):
            if number == 0:
                memory = Memory(server)
            wires = [Wire(server.url) for _ in range(at_once)]
            for one, wire in enumerate(wires):
                wire.send(asks(one))
            for wire in wires:
                wire.close()
            if number % max(1, count // at_once // LOOKS) == 0:
                memory.look()
        return f"{count:,} parked replies abandoned; {memory.expect_flat()}"
