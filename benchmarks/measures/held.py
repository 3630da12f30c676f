"""How others fare while thousands of answers are held back: their p99 with and without them, in turn."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.client import HOST, raw
from benchmarks.load import run_round
from benchmarks.plan import Plan
from benchmarks.process import PATIENCE, Running, running
from benchmarks.results import Figure, Table
from benchmarks.servers import slow_clock
from benchmarks.tools import need
from benchmarks.work import CREATE, ENVIRONMENTS, GET, Work
from mockenv.cli.progress import say
from mockenv.client import Mockenv

COLUMNS = ["p99 unloaded, ms", "p99 beside, ms", "beside ÷ unloaded"]
SPARE = 200
"""File descriptors that are not held connections."""
HELD = Work("a site", "GET", ENVIRONMENTS.rpartition("/")[0])
DELAY = "1h"


def measure(plan: Plan) -> dict[str, Table]:
    """Raises Missing where there is no wrk."""
    need("wrk")
    count = min(plan.extent.parked, _raise_limit() - SPARE)
    table = Table(f"Others, while {count:,} answers are held back", COLUMNS)
    with running(slow_clock()) as server:
        for work in (GET, CREATE):
            run_round(server.port, work, plan.extent.warm_up)
            table.rows[work.name] = _compare(server, work, count, plan)
    return {"held": table}


def _compare(server: Running, work: Work, count: int, plan: Plan) -> list[Figure | None]:
    unloaded, beside = [], []
    for number in range(max(3, plan.extent.rounds)):
        say(f"held: {work.name}, round {number + 1}")
        server.renew()
        unloaded.append(run_round(server.port, work, plan.extent.seconds).p99_ms)
        server.renew()
        with _held(server, count):
            beside.append(run_round(server.port, work, plan.extent.seconds).p99_ms)
    ratios = [loaded / alone for loaded, alone in zip(beside, unloaded, strict=True)]
    return [Figure.of(unloaded), Figure.of(beside), Figure.of(ratios)]


@contextmanager
def _held(server: Running, count: int) -> Iterator[None]:
    """So many connections whose answers wait for a fault's delay."""
    sandbox, connections = Mockenv(f"http://{HOST}:{server.port}").get(), list[socket.socket]()
    sandbox.fault({"delay": DELAY}, operation="getSite")
    request, end = raw(HELD), time.perf_counter() + PATIENCE
    try:
        for _ in range(count):
            connection = socket.create_connection((HOST, server.port), timeout=PATIENCE)
            connections.append(connection)
            connection.sendall(request)
        while sandbox.faults()[0]["hits"] < count:
            if time.perf_counter() > end:
                raise TimeoutError(f"only {sandbox.faults()[0]['hits']} of {count} answers are held back")
            time.sleep(0.01)
        yield
    finally:
        for connection in connections:
            connection.close()


def _raise_limit() -> int:
    """As many open files as may be, for us and the servers that we start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
