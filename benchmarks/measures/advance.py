"""One `advance` that carries so many environments through all their steps."""

from __future__ import annotations

import json

from benchmarks.client import Connection
from benchmarks.measures.growth import fill
from benchmarks.plan import Plan
from benchmarks.process import running
from benchmarks.results import Figure, Table
from benchmarks.servers import MOCKENV, RESET, Server, mockenv
from mockenv.cli.progress import say

COLUMNS = ["seconds", "steps/s", "RSS, MB"]
ADVANCE = RESET.replace("reset", "clock/advance")
STEPS = 4
"""Only the one environment of a site that is in production has a CDN to configure, and so a step more."""
PATIENCE = 300.0


def measure(plan: Plan) -> dict[str, Table]:
    table = Table("One advance until all are active", COLUMNS)
    for count in plan.extent.advanced:
        say(f"advance: {count:,} environments")
        for server in plan.ours(manual()):
            row = f"{count:,} environments{server.name.removeprefix(MOCKENV)}"
            table.rows[row] = [Figure.of([one]) for one in advance(server, count)]
    return {"advance": table}


def manual() -> Server:
    return mockenv("--clock", "manual")


def advance(one: Server, count: int) -> tuple[float, float, float]:
    """Seconds, steps per second, and the memory afterwards. Raises RuntimeError where not all arrived."""
    with running(one) as server:
        fill(server, count)
        with Connection(server.port, PATIENCE) as connection:
            answer = connection.ask("POST", ADVANCE, json.dumps({"until": "idle"}).encode())
        told = answer.json()
        if answer.status != 200 or not told["reached"] or len(told["fired"]) != STEPS * count:
            raise RuntimeError(f"advance answered {answer.status}, with {len(told.get('fired', ()))} steps of {STEPS * count}")
        return answer.ms / 1e3, STEPS * count / answer.ms * 1e3, server.memory().rss
