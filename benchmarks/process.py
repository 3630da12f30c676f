"""A server as a process of its own, started and stopped by its process id."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mockenv.client import Mockenv

PATIENCE = 20.0


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    pid: int
    port: int
    start_ms: float
    client: Mockenv


@contextmanager
def running(*flags: str) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        command = [sys.executable, "-m", "mockenv", "serve", "--port", "0", "--port-file", str(port_file), *flags]
        started = time.perf_counter()
        process = subprocess.Popen(command)
        try:
            while not port_file.exists() and process.poll() is None and time.perf_counter() - started < PATIENCE:
                os.sched_yield()
            port = int(port_file.read_text())
            client = Mockenv(f"http://127.0.0.1:{port}")
            client.health()
            yield Running(process.pid, port, (time.perf_counter() - started) * 1e3, client)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def memory_of(server: Running) -> float:
    """Resident megabytes (where /proc tells)."""
    try:
        pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
