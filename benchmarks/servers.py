"""What there is to know of a server before it runs, and our own two: mockenv, and the limit beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.work import CREATE, LIST, UPDATE, WORKS, Replies, Work, world

RESET = "/_mockenv/sandboxes/default/reset"
MOCKENV, MOCKENV_STEPS = "mockenv", "mockenv, steps falling due"
FLASK, FLASK_ORJSON = "bare Flask view", "bare Flask view, orjson"


@dataclass(frozen=True)
class Server:
    """How one is started, and what is different with it."""

    name: str
    command: Callable[[Path, int], list[str]]
    """From the folder that it runs in and the port that it shall take."""
    files: Callable[[], Mapping[str, str]] = dict
    """What must lie in the folder at its start."""
    environ: Mapping[str, str] = field(default_factory=dict)
    works: tuple[str, ...] = tuple(work.name for work in WORKS)
    """Those that it is measured with."""
    update: str = "PUT"
    """The method with which it changes only what is given."""
    echoes: bool = False
    """Whether a write is answered with what was sent, so that the answer may be smaller."""
    reset_path: str = ""
    restarts: bool = False
    """Whether only a new start brings back the world that it began in."""
    lead_in: int = 0
    """Seconds of a work before each round of it: so long it takes from that world to what is to be measured."""
    warm_up: int = 1
    """How many times as long as the others it takes to become as fast as it will be."""

    def own(self, work: Work) -> Work:
        """The work as it is asked of this server."""
        return replace(work, method=self.update) if work is UPDATE else work


def mockenv(*flags: str, name: str = MOCKENV, works: tuple[str, ...] = Server.works) -> Server:
    """With everything on that is on by default, but no line per request: no peer writes one either."""
    command = [sys.executable, "-m", "mockenv", "serve", "--fixture", "world.json", "--log-level", "warning", *flags]
    return Server(
        name,
        lambda folder, port: [*command, "--port", str(port)],
        lambda: {"world.json": json.dumps(world())},
        works=works,
        reset_path=RESET,
    )


def slow_clock() -> Server:
    """Its clock runs, but no step falls due while we measure: nobody else has steps."""
    return mockenv("--speed", "0.001")


def with_steps() -> Server:
    """Its clock runs as it does by default: what was created a second ago takes its steps while more is created.

    Four steps of a second each: only after that is as much due as is planned."""
    return replace(mockenv(name=MOCKENV_STEPS, works=(CREATE.name,)), lead_in=5)


def flask_view(replies: Replies, *, json_by: str = "flask") -> Server:
    """The limit: a bare Flask view on mockenv's own edge; with Flask's own JSON, or (where that makes a difference) with mockenv's."""
    command = [sys.executable, "-m", "benchmarks.flask_view", "replies.json"]
    return Server(
        FLASK_ORJSON if json_by == "orjson" else FLASK,
        lambda folder, port: [*command, str(port), json_by],
        lambda: {"replies.json": json.dumps(replies)},
        works=(LIST.name, CREATE.name) if json_by == "orjson" else Server.works,
    )
