"""One request of a program, until it tells what it got or has waited too long; knows nothing of faults."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from time import perf_counter
from typing import Any

from tables.inventory import Client

PATIENCE = 8.0
"""Seconds after the spoilt answer until a client counts as waiting for ever; httpx gives up by itself after five."""
START = 60.0
"""Seconds that a program may take to ask at all."""
Ask = Callable[[str, str, str, Callable[[], bool]], tuple[dict[str, Any], int]]
"""METHOD, URL, WARM and whether the fault has struck: what the program got, and how many whole seconds after the spoilt answer."""


def ask(client: Client, method: str, url: str, warm: str, struck: Callable[[], bool]) -> tuple[dict[str, Any], int]:
    """An `Ask` by a program of its own, which is ended when it has waited long enough after the fault has `struck`."""
    environ = {**{name: value for name, value in os.environ.items() if "proxy" not in name.lower()}, **client.environ}
    process = subprocess.Popen(
        [*client.command, method, url, warm], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, start_new_session=True
    )
    started, since = perf_counter(), 0.0
    while True:
        try:
            out, err = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            now = perf_counter()
            since = since or (now if struck() else 0.0)
            if (since and now - since > PATIENCE) or now - started > START + PATIENCE:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return {"error": "waits"}, round(PATIENCE)
    lines = out.decode("utf-8", "replace").splitlines()
    told = json.loads(lines[-1]) if lines else {"error": err.decode("utf-8", "replace").strip()[-200:]}
    return told, int(perf_counter() - since + 0.1) if since else 0
