"""`mockenv serve` as a process of its own: started, asked, stopped, killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mockenv.client import Mockenv

ROOT = Path(__file__).parents[1]
LISTENING = re.compile(r'listening.*?(https?://[^ "]+)')
PATIENCE = 20.0
"""Seconds until a process that does not end counts as stuck."""
LIGHT = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:faker", "-p", "no:cacheprovider")
"""For a pytest of somebody who has none of this project's other plugins: it starts in a tenth of the time."""


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without any MOCKENV_… that the machine happens to have; a pytest that is started in it is a light one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKENV_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": " ".join(LIGHT), **(more or {})}


def run(*arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    command = [sys.executable, "-m", "mockenv", *arguments]
    return subprocess.run(
        command, env=environment(environ), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    first_line: str
    url: str

    @property
    def mockenv(self) -> Mockenv:
        return Mockenv(self.url)

    def end(self, signal_number: int = signal.SIGTERM, within: float = PATIENCE) -> tuple[int, str, str]:
        """Send a signal; exit code, stdout and the rest of stderr."""
        self.process.send_signal(signal_number)
        # Not communicate(): it reads the pipe itself, past what readline() has already taken out of it into its buffer.
        with ThreadPoolExecutor(2) as readers:
            out, err = (readers.submit(_rest_of, stream) for stream in (self.process.stdout, self.process.stderr))
            try:
                code = self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            return code, out.result(), err.result()


def _rest_of(stream: IO[str] | None) -> str:
    return "" if stream is None or stream.closed else stream.read()


def start_line(stderr: IO[str] | None) -> tuple[str, str]:
    """The line that says where it listens, and the address; warnings may come before it. Raises AssertionError if it ends first."""
    said = ""
    for line in stderr or ():
        said += line
        if found := LISTENING.search(line):
            return line, found[1]
    raise AssertionError(said)


@contextmanager
def served(
    *flags: str,
    environ: Mapping[str, str] | None = None,
    prepare: Callable[[], object] | None = None,
    command: Sequence[str] = (sys.executable, "-m", "mockenv"),
) -> Iterator[Served]:
    """`mockenv serve` on a free port, once it answers; killed at the end if it still runs. `prepare` runs in the new process."""
    command = [*command, "serve", "--port", "0", *flags]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": prepare}
    with subprocess.Popen(command, env=environment(environ), cwd=ROOT, **pipes) as process:
        try:
            first_line, url = start_line(process.stderr)
            yield Served(process, first_line, url)
        finally:
            process.kill()
