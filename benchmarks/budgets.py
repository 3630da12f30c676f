"""What mockenv wants to keep, beside what was measured: held, missed, or a tie where servers stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.peers import PRISM, WIREMOCK, WIREMOCK_JOURNAL
from benchmarks.results import Results
from benchmarks.servers import FLASK, MOCKENV
from benchmarks.work import CREATE, GET, LIST

TIE = 0.2
"""Ratios this near to their aim say nothing on a machine that is shared."""


@dataclass(frozen=True)
class Budget:
    """An aim, and what came of it."""

    text: str
    aim: float
    measured: float
    at_least: bool = False
    beside: bool = False
    """Whether it compares two servers."""

    @property
    def verdict(self) -> str:
        if self.measured >= self.aim if self.at_least else self.measured <= self.aim:
            return "held"
        nearest = self.aim * (1 - TIE) if self.at_least else self.aim * (1 + TIE)
        near = self.measured >= nearest if self.at_least else self.measured <= nearest
        return "tie" if near and self.beside else "missed"


RATIOS = (
    (GET.name, WIREMOCK, 1.0),
    (CREATE.name, WIREMOCK, 1.0),
    (GET.name, WIREMOCK_JOURNAL, 1.0),
    (CREATE.name, WIREMOCK_JOURNAL, 1.0),
    (GET.name, PRISM, 1.3),
    (CREATE.name, PRISM, 1.3),
    (LIST.name, PRISM, 1.0),
    (GET.name, FLASK, 0.65),
    (LIST.name, FLASK, 0.65),
    (CREATE.name, FLASK, 0.65),
)
AT_MOST = (
    ("start to the first 200, s", 0.4, "start", MOCKENV, "first 200, s"),
    ("idle memory (RSS), MB", 60.0, "start", MOCKENV, "idle RSS, MB"),
    ("stop, s", 1.0, "start", MOCKENV, "stop, s"),
    ("create at 100,000 stored ÷ at 100", 1.2, "growth", "100,000 stored", "create ÷"),
    ("GET beside 5,000 held back: p99 ÷ unloaded", 2.0, "held", GET.name, "beside ÷ unloaded"),
    ("create beside 5,000 held back: p99 ÷ unloaded", 2.0, "held", CREATE.name, "beside ÷ unloaded"),
    ("advance 100,000 environments to active, s", 20.0, "advance", "100,000 environments", "seconds"),
    ("create a sandbox, ms", 1.0, "sandboxes", "1,000 at once", "create, ms"),
    ("reset a sandbox, ms", 1.0, "sandboxes", "1,000 at once", "reset, ms"),
)


def judge(results: Results) -> list[Budget]:
    """All budgets whose figures are there."""
    return [*_ratios(results), *_limits(results)]


def _ratios(results: Results) -> Iterator[Budget]:
    for work, peer, aim in RATIOS:
        own, theirs = (results.at("throughput", name, work) for name in (MOCKENV, peer))
        if own and theirs:
            yield Budget(f"{work} ÷ {peer}", aim, own / theirs, at_least=True, beside=True)


def _limits(results: Results) -> Iterator[Budget]:
    for text, aim, *place in AT_MOST:
        measured = results.at(*place)
        if measured is not None:
            yield Budget(text, aim, measured)
