"""What a run measures: the server's resident memory and processor time, how long others wait, and whether memory is flat."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.edge.conftest import SITE, Wire
from tests.processes import Served, served

QUIET = ("--log-level", "warning")
WARM = 0.3
"""The part of a run after which caches and arenas count as filled."""


@contextmanager
def watched(*flags: str) -> Iterator[Served]:
    """A server that must still answer an ordinary request at the end, stop with 0, and have said nothing on the way."""
    with served(*QUIET, *flags) as server:
        yield server
        expect_alive(server.url)
        code, _, err = server.end()
        if code != 0 or "Traceback" in err:
            raise AssertionError(f"it ended with {code}: {err[-3000:]}")


def expect_alive(url: str) -> None:
    wire = Wire(url)
    try:
        status = wire.ask(f"GET {SITE}").status
    finally:
        wire.close()
    if status != 200:
        raise AssertionError(f"an ordinary request is answered {status}")


def megabytes(server: Served) -> float:
    """Resident."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def processor_seconds(server: Served) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def longest_wait(url: str, count: int = 200) -> float:
    """Milliseconds that the slowest of some ordinary requests took."""
    wire, worst = Wire(url), 0.0
    for _ in range(count):
        started = time.perf_counter()
        wire.ask(f"GET {SITE}")
        worst = max(worst, time.perf_counter() - started)
    wire.close()
    return worst * 1e3


class Memory:
    """Resident memory at intervals; flat if its end is no higher than after the warm-up, but for a small allowance."""

    def __init__(self, server: Served, allowance: float = 4.0) -> None:
        self._server, self._allowance = server, allowance
        self._seen = [megabytes(server)]

    def look(self) -> None:
        self._seen.append(megabytes(self._server))

    def expect_flat(self) -> str:
        """What there is to say of it. Raises AssertionError."""
        self.look()
        warm = max(self._seen[: max(2, round(len(self._seen) * WARM))])
        text = "→".join(f"{one:.1f}" for one in self._seen[:: max(1, len(self._seen) // 8)]) + f"→{self._seen[-1]:.1f} MB"
        if self._seen[-1] > warm + self._allowance:
            raise AssertionError(f"memory grows: {text}")
        return text
