"""One round of load by wrk: how much, how fast, and proof that the answers were answers."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import HOST, numbers
from benchmarks.work import TOKEN, Work

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 16
NUMBERS_PER_ROUND = 10_000_000


class BadAnswers(Exception):
    """A round that measured something else than the work."""


@dataclass(frozen=True)
class Round:
    """What wrk counted."""

    requests: int
    seconds: float
    bytes: int
    refused: int
    broken: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def run_round(port: int, work: Work, seconds: int, connections: int = CONNECTIONS, sandboxes: int = 0) -> Round:
    """So many seconds of one work over all connections, in `default` or in each of so many sandboxes in its turn.

    Raises BadAnswers where an answer was no 2xx.
    """
    first = str(next(numbers) * NUMBERS_PER_ROUND)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), f"http://{HOST}:{port}"]
    told = [work.method, work.path, work.body, "x" if sandboxes else TOKEN, first, str(sandboxes)]
    done = subprocess.run([*command, "--", *told], capture_output=True, text=True, timeout=seconds + 60, check=True)
    found = Round(**json.loads(done.stdout.splitlines()[-1]))
    if found.refused or found.broken or not found.requests:
        raise BadAnswers(f"{work.name}: of {found.requests} answers {found.refused} were refusals, {found.broken} broken")
    return found
