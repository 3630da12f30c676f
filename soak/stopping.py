"""The run that stops a server in the midst of everything, again and again, and takes the time."""

from __future__ import annotations

import signal
import time

from soak.watching import QUIET
from tests.edge.loads import everything_under_way
from tests.processes import served

LIMIT = 1.0


def stop(scale: float) -> str:
    rounds = max(2, round(20 * scale))
    taken: list[float] = []
    for number in range(rounds):
        with served(*QUIET, "--clock", "manual") as server, everything_under_way(server):
            started = time.perf_counter()
            code, _, err = server.end((signal.SIGTERM, signal.SIGINT)[number % 2])
            taken.append(time.perf_counter() - started)
            if code != 0 or "Traceback" in err:
                raise AssertionError(f"it ended with {code}: {err[-300:]}")
    taken.sort()
    text = f"{rounds} stops under load, exit code 0: median {taken[rounds // 2]:.2f} s, longest {taken[-1]:.2f} s"
    if taken[-1] > LIMIT:
        raise AssertionError(f"{text}; at most {LIMIT} s is allowed")
    return text
