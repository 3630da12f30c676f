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


FURNISH = """
import json, sys
from urllib.request import Request, urlopen
from mockenv.client import Mockenv
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings

running = ThreadedServer(Settings(port=0, clock="manual")).start()
sandbox = Mockenv(running.url).sandbox()
headers = {**sandbox.headers("vector"), "Content-Type": "application/json"}
path = "/api/v1/vector/sites/12345/environments"
made = json.load(urlopen(Request(sandbox.url + path, b'{"name": "one", "php_version": "8.3"}', headers)))["data"]
sandbox.advance("60s")
read = json.load(urlopen(Request(f"{sandbox.url}{path}/{made['id']}", headers=headers)))["data"]
print(read["platform_domain"], "faker" in sys.modules)
running.stop()
"""


def test_an_environment_is_furnished_without_faker() -> None:
    """Its password and its domain are the same (`tests/kernel/test_values.py`), eleven megabytes lighter."""
    for _ in range(2):  # whatever is remembered, is by then
        done = subprocess.run(
            [sys.executable, "-c", FURNISH], check=True, cwd=ROOT, timeout=PATIENCE, capture_output=True, text=True
        )
    domain, has_faker = done.stdout.split()
    assert domain.endswith(".vectorpages.com")
    assert has_faker == "False"
