"""Commands as processes that end in time, with all that they started; what they say goes to a file. Knows no sandbox."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from mockenv.errors import CannotStart

GRACE = 2.0
"""Seconds from being asked to end until being made to."""
TAIL = 64 << 10
"""Bytes of what a run has said that are kept, from its end."""


class Processes:
    """Runs commands, from several threads; `stop` ends those that run and lets no more begin."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock, self.is_stopped = Lock(), Event()

    def run(self, command: Sequence[str], environ: Mapping[str, str], limit: float | None, output: Path) -> int | None:
        """The exit code (a signal's number below zero), or None where it did not end within `limit` seconds, or was stopped.

        Raises CannotStart where there is no such program.
        """
        with output.open("wb") as file:
            process = self._start(command, environ, file.fileno())
            if process is None:
                return None
            try:
                return process.wait(limit) if not self.is_stopped.is_set() else None
            except subprocess.TimeoutExpired:
                return None
            finally:
                end(process)
                with self._lock:
                    self._running.discard(process)

    def stop(self) -> None:
        """Whoever waits for a process finds it ended."""
        self.is_stopped.set()
        with self._lock:
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    def _start(self, command: Sequence[str], environ: Mapping[str, str], output: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.is_stopped.is_set():
                return None
            try:
                process = subprocess.Popen(  # noqa: S603  # the user's own command, no shell
                    command,
                    env=environ,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise CannotStart(f"{command[0]} cannot be run: {error.strerror or error}") from None
            self._running.add(process)
            return process


def end(process: subprocess.Popen[bytes]) -> None:
    """The process, where it still runs, and whatever it has started."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    _signal(process, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.wait()


def tail_of(output: Path) -> str:
    """The end of what a run has said."""
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - TAIL))
        return file.read().decode("utf-8", "replace")


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To its whole group, which may have outlived it; elsewhere than on POSIX to itself."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
