"""A server that dies between commit and send makes the delivery after its restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from mockenv.client import Mockenv
from tests.conftest import Browser
from tests.runtime.conftest import make_site, subscribe
from tests.runtime.receiver import receiving

PATIENCE = 20.0


def start(folder: Path) -> tuple[subprocess.Popen[bytes], Mockenv]:
    """A server as a process, on a free port, with its state in `folder`."""
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "mockenv", "serve", "--port", "0", "--port-file", str(port_file), "--log-level", "warning"]
    process = subprocess.Popen([*command, "--state", str(folder / "state.json"), "--clock", "manual"])
    end = time.monotonic() + PATIENCE
    while not port_file.exists() and process.poll() is None and time.monotonic() < end:
        os.sched_yield()
    return process, Mockenv(f"http://127.0.0.1:{port_file.read_text().strip()}")


def test_a_delivery_that_was_under_way_is_made_again(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.answer = lambda request: 200 if receiver.closing.wait(PATIENCE) or len(receiver.got) > 1 else 500
        process, server = start(tmp_path)
        try:
            sandbox = server.get("default")
            vector = Browser(sandbox, sandbox.headers("vector"))
            subscribe(vector, receiver.url, "vector.site.pending")
            make_site(vector)
            end = time.monotonic() + PATIENCE
            state = tmp_path / "state.json"
            while not (receiver.got and b'"sending"' in state.read_bytes()) and time.monotonic() < end:
                os.sched_yield()
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
        receiver.answer = lambda request: 200
        process, server = start(tmp_path)
        try:
            sandbox = server.get("default")
            sandbox.advance(0)
            [delivery] = sandbox.deliveries()
            assert (delivery["state"], [one["attempt"] for one in delivery["attempts"]]) == ("delivered", [1])
            assert len({one.headers["X-Vector-Delivery"] for one in receiver.got}) == 1
            assert len(receiver.got) == 2
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0
