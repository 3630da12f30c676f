"""Requests per second of every server at every work: interleaved rounds, each from the same world, each checked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPException
from subprocess import SubprocessError
from typing import TypeVar

from benchmarks.client import Connection, numbers
from benchmarks.load import BadAnswers, Round, run_round
from benchmarks.plan import Plan
from benchmarks.process import DidNotStart, Running, running
from benchmarks.results import Figure, Table
from benchmarks.servers import MOCKENV
from benchmarks.tools import need
from benchmarks.work import WORKS, Work
from mockenv.cli.progress import say

T = TypeVar("T")
FAILURES = (BadAnswers, DidNotStart, HTTPException, OSError, SubprocessError)
SIZE_FACTOR = 2.0
"""Answers may be spelled differently: indented, or wrapped in an envelope."""


class _Field:
    """The servers that still take part, and what was found of them."""

    def __init__(self, plan: Plan, stack: ExitStack) -> None:
        self._plan = plan
        self.rounds: dict[tuple[str, str], list[Round]] = {}
        self._sizes: dict[str, int] = {}
        self.servers: list[Running] = []
        for server in plan.servers:
            try:
                self.servers.append(stack.enter_context(running(server)))
            except DidNotStart as error:
                say(f"without {server.name}: {error}")

    def warm_up(self) -> None:
        for server in list(self.servers):
            say(f"throughput: warming {server.server.name} up")
            for work in WORKS:
                self._try(server, work, self._plan.extent.warm_up * server.server.warm_up)
        self.rounds.clear()

    def run(self) -> None:
        rounds = self._plan.extent.rounds
        for number in range(rounds):
            say(f"throughput: round {number + 1} of {rounds}")
            for work in _rotated(list(WORKS), number):
                for server in _rotated(self.servers, number):
                    self._try(server, work, self._plan.extent.seconds)

    def table(self, title: str, figure: Callable[[Round], float]) -> Table:
        """A figure of all rounds, of every server that was there to the end."""
        table = Table(title, [work.name for work in WORKS])
        for name in [one.server.name for one in self.servers]:
            found = [self.rounds.get((name, work.name), []) for work in WORKS]
            table.rows[name] = [Figure.of(map(figure, rounds)) if rounds else None for rounds in found]
        return table

    def _try(self, server: Running, work: Work, seconds: int) -> None:
        """A peer that fails is left out from here on; mockenv may not fail."""
        if work.name not in server.server.works or server not in self.servers:
            return
        try:
            found = self._measure(server, work, seconds)
        except FAILURES as error:
            if server.server.name == MOCKENV:
                raise
            say(f"without {server.server.name}: {error}")
            self.servers.remove(server)
        else:
            self.rounds.setdefault((server.server.name, work.name), []).append(found)

    def _measure(self, server: Running, work: Work, seconds: int) -> Round:
        server.renew()
        own = server.server.own(work)
        self._probe(server, own)
        if server.server.lead_in:
            run_round(server.port, own, server.server.lead_in)
        found = run_round(server.port, own, seconds)
        self._probe(server, own)
        return found

    def _probe(self, server: Running, work: Work) -> None:
        """A good answer of the size that mockenv's has. Raises BadAnswers."""
        with Connection(server.port) as connection:
            answer = connection.ask(work.method, work.path, work.with_number(next(numbers)))
        size = self._sizes.setdefault(work.name, len(answer.body))
        least = 1 if server.server.echoes else size / SIZE_FACTOR
        if answer.status not in (200, 201) or not least <= len(answer.body) <= size * SIZE_FACTOR:
            told = f"{answer.status} with {len(answer.body)} bytes, not with about {size}"
            raise BadAnswers(f"{server.server.name} answers {work.method} {work.path}: {told}")


def measure(plan: Plan) -> dict[str, Table]:
    """Raises Missing where there is no wrk."""
    need("wrk")
    with ExitStack() as stack:
        field = _Field(plan, stack)
        field.warm_up()
        field.run()
        memory = {server.server.name: server.memory().rss for server in field.servers}
    weights = {name: [Figure.of([weight])] for name, weight in memory.items()}
    return {
        "throughput": field.table("Requests per second", lambda one: one.rate),
        "throughput_p99": field.table("99th percentile, ms", lambda one: one.p99_ms),
        "throughput_memory": Table("Memory after all that", ["RSS, MB"], {**weights}),
    }


def _rotated(things: list[T], by: int) -> list[T]:
    at = by % len(things)
    return [*things[at:], *things[:at]]
