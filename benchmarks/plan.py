"""How long and how often a run measures, and which servers take part; a server that cannot be had is left out with a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.forms import of_form
from benchmarks.peers import JSON_SERVER, PRISM, WIREMOCK, WIREMOCK_JOURNAL, json_server, prism, wiremock
from benchmarks.process import running
from benchmarks.replies import ask_all
from benchmarks.servers import FLASK, FLASK_ORJSON, MOCKENV_STEPS, Server, flask_view, slow_clock, with_steps
from benchmarks.tools import Missing
from benchmarks.work import Replies
from mockenv.cli.progress import say

BESIDE: Mapping[str, Callable[[Replies], Server]] = {
    MOCKENV_STEPS: lambda replies: with_steps(),
    FLASK: flask_view,
    FLASK_ORJSON: lambda replies: flask_view(replies, json_by="orjson"),
    PRISM: prism,
    WIREMOCK: wiremock,
    WIREMOCK_JOURNAL: lambda replies: wiremock(replies, journal=True),
    JSON_SERVER: json_server,
}


@dataclass(frozen=True)
class Extent:
    """How much of everything."""

    rounds: int
    seconds: int
    """Of one round."""
    warm_up: int
    starts: int
    stored: tuple[int, ...]
    samples: int
    """At each of these sizes."""
    advanced: tuple[int, ...]
    parked: int
    sandboxes: int
    tests: int
    """Of one suite."""


FULL = Extent(5, 2, 2, 5, (100, 1_000, 10_000, 100_000), 30, (10_000, 100_000), 5_000, 1_000, 500)
QUICK = Extent(1, 1, 1, 2, (100, 1_000, 10_000), 10, (10_000,), 5_000, 200, 100)


class Plan:
    """One run."""

    def __init__(self, extent: Extent, forms: Mapping[str, Path] | None = None, *, million: bool = False) -> None:
        """`forms`: where the files of other forms of ours lie that are to be measured, too; `million`: with as many stored in a database."""
        self.extent, self._forms, self.million = extent, forms or {}, million
        self.missing: list[str] = []
        """Servers that could not be had."""

    @cached_property
    def servers(self) -> list[Server]:
        """mockenv first, then all that can be had."""
        own = slow_clock()
        with running(own) as server:
            replies = ask_all(server)
        return [*self.ours(own), *self._beside(replies)]

    def ours(self, server: Server) -> list[Server]:
        """One of our own servers, and the same in its other forms."""
        return [server, *(of_form(server, form, folder) for form, folder in self._forms.items())]

    def _beside(self, replies: Replies) -> Iterator[Server]:
        for name, make in BESIDE.items():
            try:
                made = make(replies)
                yield from self.ours(made) if name == MOCKENV_STEPS else [made]
            except Missing as missing:
                say(f"without {name}: {missing}")
                self.missing.append(name)
