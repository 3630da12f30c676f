"""What a start does not wait for: whatever only some servers need, or only some requests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import PATIENCE, ROOT

FOREGROUND = "from mockenv.cli.serve import serve; from mockenv.serving import serve_forever; from mockenv.bootstrap import build"
INSIDE = "from mockenv.inprocess import Inside; from mockenv.serving import ThreadedServer as build"
BUILD = "from mockenv.settings import load_settings; build(load_settings({'port': 0}, {}))"
LATER = ("apscheduler", "faker", "flask", "graphql", "html", "httpx", "marshmallow", "nacl", "uvicorn", "yaml")


@pytest.mark.parametrize("start", [FOREGROUND, INSIDE])
def test_a_start_imports_nothing_that_can_wait(start: str) -> None:
    known = f"{start}; {BUILD}"
    subprocess.run([sys.executable, "-c", known], check=True, cwd=ROOT, timeout=PATIENCE)  # whatever is remembered, is by now
    told = f"{known}; import sys; print(*sorted(set({LATER}) & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", told], check=True, cwd=ROOT, timeout=PATIENCE, capture_output=True, text=True)
    assert done.stdout.split() == []
