"""Runs of clients that mean no good: idle by the thousand, slow, deaf, talking garbage; others are served meanwhile."""

from __future__ import annotations

import random
import resource
import time
from contextlib import suppress

from mockenv.edge.limits import Patience
from soak.watching import QUIET, expect_alive, longest_wait, megabytes, processor_seconds, watched
from tests.edge.conftest import SITE, Wire, request
from tests.processes import PATIENCE, served

OTHERS_WAIT = 2_000.0
"""Milliseconds: beyond that others are not served meanwhile."""
SAMPLES = (
    request(f"GET {SITE}"),
    request(
        "POST /api/v1/vector/sites", "Content-Type: application/json", body=b'{"partner_customer_id":"c","dev_php_version":"8.3"}'
    ),
    request("POST /graphql", "Transfer-Encoding: chunked", body=b"5\r\n{__ty\r\n0\r\n\r\n"),
    request(
        "PATCH /api/v2/projects/projectKey/environments/test", "Content-Type: application/json", body=b'[{"op":"test","path":"/a"}]'
    ),
    request("GET /_mockenv/sandboxes/default/wait?resource=vector/site/12345&status=active"),
    request(f"GET {SITE}", "Connection: Upgrade", "Upgrade: h2c"),
    request(f"BREW {SITE} HTTP/1.0", "Expect: 100-continue"),
)
PIECES = (
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b" ",
    b":",
    b"\xff",
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"HTTP/1.1",
    b"x" * 9000,
)


def take_descriptors() -> int:
    """As many as the system gives us; how many that is."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def idle(scale: float) -> str:
    """Ten thousand connections that say nothing."""
    count = min(round(10_000 * scale), take_descriptors() - 200)
    with watched() as server:
        empty, alone = megabytes(server), longest_wait(server.url)
        wires = [Wire(server.url) for _ in range(count)]
        expect_alive(server.url)
        before, started = processor_seconds(server), time.perf_counter()
        beside = longest_wait(server.url, 1_000)
        full, busy = megabytes(server), (processor_seconds(server) - before) / (time.perf_counter() - started)
        answered = sum(wire.ask(f"GET {SITE}").status == 200 for wire in wires[:: max(1, count // 200)])
        for wire in wires:
            wire.close()
        if answered < min(200, count) or beside > OTHERS_WAIT:
            raise AssertionError(f"{answered} of 200 idle ones answered; others waited up to {beside:.0f} ms")
        each = (full - empty) * 1024 / count
        return (
            f"{count:,} idle: {each:.1f} KiB each; others' longest wait {beside:.1f} ms (alone {alone:.1f}), processor {busy:.0%}"
        )


def full(scale: float) -> str:
    """More connections than the server has descriptors: it serves those it has, says so once, and recovers."""
    places, rounds = 500, max(1, round(10 * scale))
    take_descriptors()
    with served(*QUIET, prepare=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (places, places))) as server:
        first = Wire(server.url)
        for _ in range(rounds):
            wires = [Wire(server.url) for _ in range(places * 4)]
            if first.ask(f"GET {SITE}").status != 200:
                raise AssertionError("a connection that was there is not served")
            before = processor_seconds(server)
            time.sleep(0.5)
            busy = (processor_seconds(server) - before) / 0.5
            for wire in wires:
                wire.close()
            if busy > 0.5:
                raise AssertionError(f"it spins: {busy:.0%} of a processor")
            until_alive(server.url)
        first.close()
        code, _, err = server.end()
        lines = err.splitlines()
        if code != 0 or not 1 <= len(lines) <= rounds or not all("connections are open" in line for line in lines):
            raise AssertionError(f"exit code {code}, {len(lines)} lines, the last: {lines[-1:]}")
        return (
            f"{rounds} times {places * 4:,} connections at {places} descriptors: {len(lines)} lines in the log, then served again"
        )


def until_alive(url: str) -> None:
    end = time.perf_counter() + PATIENCE
    while True:
        try:
            expect_alive(url)
            return
        except (OSError, ValueError, AssertionError):
            if time.perf_counter() > end:
                raise
            time.sleep(0.05)


def slow(scale: float) -> str:
    """Heads and bodies that come a byte a second or never, and replies that nobody reads: all of them are ended in their time."""
    count, patience = max(4, round(1_000 * scale)), Patience()
    take_descriptors()
    with watched() as server:
        wires = [Wire(server.url) for _ in range(count)]
        deaf = [Wire(server.url) for _ in range(max(1, count // 20))]
        for wire in deaf:
            wire.socket.settimeout(0.05)
            with suppress(TimeoutError):
                while True:
                    wire.socket.send(request("GET /_mockenv/documents/vector") * 20)
        started, worst, left = time.perf_counter(), 0.0, len(wires)
        for wire, sample in zip(wires, SAMPLES * count, strict=False):
            wire.send(sample[: len(sample) // 3])
        while left and time.perf_counter() - started < patience.request + PATIENCE:
            for number, wire in enumerate(wires):
                if number % 2:
                    with suppress(OSError):
                        wire.socket.send(b"x")
            worst = max(worst, longest_wait(server.url, 50))
            time.sleep(1)
            metrics = descriptors(server.process.pid)
            left = max(0, metrics - 40)
        seconds = time.perf_counter() - started
        for wire in (*wires, *deaf):
            wire.close()
        if left or worst > OTHERS_WAIT:
            raise AssertionError(f"{left} are left after {seconds:.0f} s; others waited up to {worst:.0f} ms")
        return f"{count:,} slow and {len(deaf)} deaf clients ended after {seconds:.0f} s; others' longest wait {worst:.1f} ms"


def descriptors(pid: int) -> int:
    """How many the process holds."""
    from pathlib import Path

    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def garbage(scale: float) -> str:
    """Requests that were cut, doubled, spliced and sprinkled with what does not belong there."""
    count, draw, worst = round(30_000 * scale), random.Random(1), 0.0
    answered = 0
    with watched() as server:
        for number in range(count):
            wire = Wire(server.url)
            with suppress(OSError):
                wire.send(mutilated(draw))
                wire.socket.shutdown(1)
                answered += bool(wire.socket.recv(100))
            wire.close()
            if number % 500 == 0:
                expect_alive(server.url)
                worst = max(worst, longest_wait(server.url, 20))
        return f"{count:,} mutilated requests, {answered:,} of them answered; an ordinary one waited {worst:.1f} ms at most"


def mutilated(draw: random.Random) -> bytes:
    raw = bytearray(draw.choice(SAMPLES) * draw.choice((1, 1, 1, 2, 5)))
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(raw) + 1)
        what = draw.randrange(5)
        if what == 0:
            raw[at:at] = draw.choice(PIECES)
        elif what == 1:
            del raw[at : at + draw.randint(1, 40)]
        elif what == 2:
            raw[at:at] = draw.choice(SAMPLES)[: draw.randint(1, 200)]
        elif what == 3:
            raw[at : at + 1] = bytes((draw.randrange(256),))
        else:
            raw[at:at] = raw[at : at + draw.randint(1, 100)] * draw.randint(1, 50)
    return bytes(raw)
