"""A thousand sandboxes: made, asked once, reset, dropped, one call after the other; and what they weigh together."""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks.client import Answer, Connection
from benchmarks.plan import Plan
from benchmarks.process import running
from benchmarks.results import Figure, Table
from benchmarks.servers import MOCKENV, Server, slow_clock
from benchmarks.work import GET
from mockenv.cli.progress import say

COLUMNS = ["create, ms", "request, ms", "reset, ms", "drop, ms", "KB each"]
ALL = "/_mockenv/sandboxes"


def measure(plan: Plan) -> dict[str, Table]:
    count = plan.extent.sandboxes
    table = Table("Sandboxes", COLUMNS)
    for server in plan.ours(slow_clock()):
        say(f"sandboxes: {count:,}")
        table.rows[f"{count:,} at once{server.name.removeprefix(MOCKENV)}"] = _of(server, count)
    return {"sandboxes": table}


def _of(one: Server, count: int) -> list[Figure]:
    with running(one) as server, Connection(server.port) as connection:
        before, timed = server.memory().rss, _timed(count)
        create = timed(lambda name: connection.ask("POST", ALL, json.dumps({"name": name, "clock": {"mode": "manual"}}).encode()))
        request = timed(lambda name: connection.ask("GET", f"/_sandbox/{name}{GET.path}"))
        each = (server.memory().rss - before) * 1024 / count
        reset = timed(lambda name: connection.ask("POST", f"{ALL}/{name}/reset"))
        drop = timed(lambda name: connection.ask("DELETE", f"{ALL}/{name}"))
    return [create, request, reset, drop, Figure.of([each])]


def _timed(count: int) -> Callable[[Callable[[str], Answer]], Figure]:
    """One call for each sandbox. Raises RuntimeError where one is refused."""

    def timed(ask: Callable[[str], Answer]) -> Figure:
        answers = [ask(f"s{number}") for number in range(count)]
        refused = [answer for answer in answers if answer.status not in (200, 201, 204)]
        if refused:
            raise RuntimeError(f"a sandbox's call was answered {refused[0].status}: {refused[0].body[:200]!r}")
        return Figure.of(answer.ms for answer in answers)

    return timed
