"""What mockenv wants to keep, beside what was measured: held, missed, or a tie where servers stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.forms import BEFORE, COMPILED, in_form
from benchmarks.peers import HTTPSERVER, JSON_SERVER, PRISM, WIREMOCK, WIREMOCK_JOURNAL
from benchmarks.results import Results
from benchmarks.servers import FLASK, MOCKENV, MOCKENV_STEPS
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


RATES = (
    (GET.name, MOCKENV, WIREMOCK, 1.0),
    (CREATE.name, MOCKENV, WIREMOCK, 1.0),
    (GET.name, MOCKENV, WIREMOCK_JOURNAL, 1.0),
    (CREATE.name, MOCKENV, WIREMOCK_JOURNAL, 1.0),
    (GET.name, MOCKENV, PRISM, 1.3),
    (CREATE.name, MOCKENV, PRISM, 1.3),
    (LIST.name, MOCKENV, PRISM, 1.0),
    (GET.name, MOCKENV, FLASK, 0.65),
    (LIST.name, MOCKENV, FLASK, 0.65),
    (CREATE.name, MOCKENV, FLASK, 0.65),
    (CREATE.name, in_form(MOCKENV, COMPILED), WIREMOCK, 1.2),
    (CREATE.name, in_form(MOCKENV, COMPILED), FLASK, 1.1),
    (GET.name, in_form(MOCKENV, COMPILED), in_form(MOCKENV, BEFORE), 1.5),
    (LIST.name, in_form(MOCKENV, COMPILED), in_form(MOCKENV, BEFORE), 1.5),
    (CREATE.name, in_form(MOCKENV_STEPS, COMPILED), in_form(MOCKENV_STEPS, BEFORE), 2.0),
)
"""Work, server, beside whom, how many times as many requests a second at least."""
QUOTIENTS = (
    *(
        (
            f"p99 of {CREATE.name}, {steps.partition(', ')[2]} ÷ of {GET.name}",
            4.0,
            ("throughput_p99", steps, CREATE.name),
            ("throughput_p99", plain, GET.name),
        )
        for steps, plain in ((MOCKENV_STEPS, MOCKENV), (in_form(MOCKENV_STEPS, COMPILED), in_form(MOCKENV, COMPILED)))
    ),
    (
        "advance 100,000, compiled ÷ before",
        0.4,
        ("advance", in_form("100,000 environments", COMPILED), "seconds"),
        ("advance", in_form("100,000 environments", BEFORE), "seconds"),
    ),
    (
        "start to the first 200, compiled ÷ json-server",
        1.0,
        ("start", in_form(MOCKENV, COMPILED), "first 200, s"),
        ("start", JSON_SERVER, "first 200, s"),
    ),
    ("a suite of tests ÷ pytest-httpserver", 1.0, ("suite", MOCKENV, "seconds"), ("suite", HTTPSERVER, "seconds")),
)
"""What is told of it, how many times as much at most, of what, and of what else."""
AT_MOST = (
    ("start to the first 200, s", 0.4, "start", MOCKENV, "first 200, s"),
    ("idle memory (RSS), MB", 40.0, "start", MOCKENV, "idle RSS, MB"),
    ("stop, s", 1.0, "start", MOCKENV, "stop, s"),
    ("create at 100,000 stored ÷ at 100", 1.2, "growth", "100,000 stored", "create ÷"),
    ("memory (RSS) with 100,000 stored, MB", 150.0, "growth", "100,000 stored", "RSS, MB"),
    ("GET beside 5,000 held back: p99 ÷ unloaded", 2.0, "held", GET.name, "beside ÷ unloaded"),
    ("create beside 5,000 held back: p99 ÷ unloaded", 2.0, "held", CREATE.name, "beside ÷ unloaded"),
    ("advance 100,000 environments to active, s", 20.0, "advance", "100,000 environments", "seconds"),
    ("create a sandbox, ms", 1.0, "sandboxes", "1,000 at once", "create, ms"),
    ("reset a sandbox, ms", 1.0, "sandboxes", "1,000 at once", "reset, ms"),
)


def judge(results: Results) -> list[Budget]:
    """All budgets whose figures are there."""
    return [*_rates(results), *_quotients(results), *_limits(results)]


def _rates(results: Results) -> Iterator[Budget]:
    for work, server, peer, aim in RATES:
        own, theirs = (results.at("throughput", name, work) for name in (server, peer))
        if own and theirs:
            beside = peer.rpartition(", ")[2] if peer.startswith(MOCKENV) else peer
            yield Budget(f"{work}{server.removeprefix(MOCKENV)} ÷ {beside}", aim, own / theirs, at_least=True, beside=True)


def _quotients(results: Results) -> Iterator[Budget]:
    for text, aim, one, other in QUOTIENTS:
        measured, beside = results.at(*one), results.at(*other)
        if measured and beside:
            yield Budget(text, aim, measured / beside, beside=True)


def _limits(results: Results) -> Iterator[Budget]:
    for text, aim, *place in AT_MOST:
        measured = results.at(*place)
        if measured is not None:
            yield Budget(text, aim, measured)
