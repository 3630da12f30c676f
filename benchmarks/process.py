"""A server as a process of its own: started, asked until it answers, weighed, and stopped by its process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from benchmarks.client import HOST, Connection
from benchmarks.servers import Server
from benchmarks.work import GET

PATIENCE = 30.0
PAUSE = 0.002
"""Between two attempts to reach a server that is starting."""
UNKEPT = "PYTHONDONTWRITEBYTECODE"
"""Containers set it; then every start compiles us anew, and nothing else: what was installed has its bytecode."""


class DidNotStart(Exception):
    """One line: which server, and its last words."""


@dataclass(frozen=True)
class Memory:
    """Megabytes of a process and all that it started."""

    rss: float
    pss: float


class Running:
    """A server that answers; it can go back to the world that it began in."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self._folder = server, folder
        self.start_ms = self.stop_ms = 0.0
        self.start()

    def start(self) -> None:
        for name, text in self.server.files().items():
            path = self._folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.port = free_port()
        command = self.server.command(self._folder, self.port)
        started = time.perf_counter()
        with (self._folder / "log").open("w") as log:
            environ = environment(self.server.environ)
            self.process = subprocess.Popen(
                command, env=environ, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        try:
            self._wait_for_200(started + PATIENCE)
        except BaseException:
            self.stop()
            raise
        self.start_ms = (time.perf_counter() - started) * 1e3

    def _wait_for_200(self, end: float) -> None:
        while not _answers(self.port):
            if self.process.poll() is not None or time.perf_counter() > end:
                raise DidNotStart(f"{self.server.name} did not start: {self._last_words()}")
            time.sleep(PAUSE)

    def _last_words(self) -> str:
        """The last line of its log that is no part of a stack trace."""
        lines = [line for line in (self._folder / "log").read_text().splitlines() if line.strip() and not line[0].isspace()]
        return lines[-1] if lines else "it said nothing"

    def stop(self) -> None:
        """Ask, and insist where that does not help: the process, and whatever it has left behind."""
        family, started = _family(self.process.pid), time.perf_counter()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stop_ms = (time.perf_counter() - started) * 1e3
        for pid in family[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def renew(self) -> None:
        """Back to the world that it began in, so that every round finds the same."""
        if self.server.reset_path:
            with Connection(self.port) as connection:
                connection.ask("POST", self.server.reset_path)
        elif self.server.restarts:
            self.stop()
            self.start()

    def memory(self) -> Memory:
        """NaN where the kernel does not tell."""
        family = _family(self.process.pid)
        return Memory(sum(map(_rss, family)), sum(map(_pss, family)))


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """Raises DidNotStart."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = Running(server, Path(folder))
        try:
            yield found
        finally:
            found.stop()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Ours without any MOCKENV_… that the machine happens to have, and with bytecode kept, as it is where somebody has installed us."""
    root = str(Path(__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKENV_") and name != UNKEPT}
    return {**kept, "PYTHONPATH": root, **more}


def _answers(port: int) -> bool:
    try:
        with Connection(port) as connection:
            return connection.ask(GET.method, GET.path).status == 200
    except (OSError, HTTPException):
        return False


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    except OSError:
        children = []
    return [pid, *(one for child in children for one in _family(child))]


def _rss(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except OSError:
        return float("nan")


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return float("nan")
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
