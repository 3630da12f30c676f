"""A server of this checkout as a process of its own, that must answer as documented and keep its log for whoever asks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mockenv.client import Mockenv

PATIENCE = 20.0
ADMIN = "fuzz"
"""The control plane's token, where there is one."""
FLAGS = ("--contract", "--check-replies", "fail", "--seed", "1", "--log-level", "error")
"""An `auto` clock moves when somebody looks, and only then: so the same requests meet the same world."""
TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n((?:[ ].*\n)*.*)")
"""Its indented lines, and the one that names the exception."""


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    log: Path

    def authorization(self, provider: str) -> str:
        """The header of whoever may do all: the provider's first role, or the holder of the admin token."""
        if provider == "control":
            return f"Bearer {ADMIN}"
        return Mockenv(self.url, ADMIN).get().headers(provider)["Authorization"]

    def accepted(self, provider: str) -> int:
        """How many operations of a provider have done what was asked for."""
        counted = re.findall(rf'provider="{provider}",operation="([^"]+)",status="[23]', Mockenv(self.url, ADMIN).metrics())
        return len(set(counted))

    def tracebacks(self) -> list[str]:
        """What broke inside, each once: an answer may hide it, the log does not."""
        return list(dict.fromkeys(TRACEBACK.findall(self.log.read_text(errors="replace"))))


@contextmanager
def served(folder: Path, *flags: str) -> Iterator[Served]:
    """Start one; stopped at the end by its process id."""
    port_file, log = folder / "port", folder / "server.log"
    command = [sys.executable, "-m", "mockenv", "serve", "--port", "0", "--port-file", str(port_file), *FLAGS, *flags]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCKENV_")}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, env=environ)
    try:
        started = time.monotonic()
        while not port_file.exists() and process.poll() is None and time.monotonic() - started < PATIENCE:
            time.sleep(0.02)
        if not port_file.exists():
            raise SystemExit(f"the server did not start: {log.read_text(errors='replace').strip()}")
        yield Served(f"http://127.0.0.1:{int(port_file.read_text())}", log)
    finally:
        process.terminate()
        process.wait(PATIENCE)
