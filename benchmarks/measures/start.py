"""From nothing to the first 200 and to the thousandth, the weight of an idle server, and how long it takes to stop."""

from __future__ import annotations

import time

from benchmarks.client import Connection
from benchmarks.plan import Plan
from benchmarks.process import DidNotStart, Running, running
from benchmarks.results import Figure, Table
from benchmarks.servers import Server
from benchmarks.work import GET
from mockenv.cli.progress import say

COLUMNS = ["first 200, s", "1,000th, s", "idle RSS, MB", "idle PSS, MB", "stop, s"]
ANSWERS = 1_000
SETTLE = 1.0
"""Seconds after which a server counts as idle."""


def measure(plan: Plan) -> dict[str, Table]:
    """Starts are interleaved too; the first of each, which fills the caches of files, does not count."""
    servers = [server for server in plan.servers if server.works == Server.works]  # the others are variations
    found: dict[str, list[list[float]]] = {server.name: [] for server in servers}
    for number in range(plan.extent.starts + 1):
        say(f"start: {number} of {plan.extent.starts}")
        for server in servers:
            try:
                once = start_once(server)
            except DidNotStart as error:
                say(f"start: without {server.name}: {error}")
            else:
                found[server.name] += [once] if number else []
    rows = {name: [Figure.of(values) for values in zip(*starts, strict=True)] for name, starts in found.items() if starts}
    return {"start": Table("Start, weight, stop", COLUMNS, {**rows})}


def start_once(server: Server) -> list[float]:
    """The columns, for one start."""
    with running(server) as run:
        time.sleep(SETTLE)
        memory = run.memory()
        thousandth = run.start_ms / 1e3 + _ask(run)
    return [run.start_ms / 1e3, thousandth, memory.rss, memory.pss, run.stop_ms / 1e3]


def _ask(run: Running) -> float:
    """Seconds for the answers that are left, one after the other: what a suite of tests sees of a server just started."""
    started = time.perf_counter()
    with Connection(run.port) as connection:
        for _ in range(ANSWERS - 1):
            connection.ask(GET.method, GET.path)
    return time.perf_counter() - started
