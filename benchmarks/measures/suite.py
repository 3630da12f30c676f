"""A suite of tests that each have a server's world to themselves: our plugin's beside pytest-httpserver's, in rounds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.peers import HTTPSERVER
from benchmarks.plan import Plan
from benchmarks.process import environment
from benchmarks.results import Figure, Table
from benchmarks.servers import MOCKENV, slow_clock
from benchmarks.work import ENVIRONMENTS
from mockenv.cli.progress import say

ROUNDS = 3
PATIENCE = 300
ASK = """
import http.client, pytest

def ask(host, path, headers):
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path, headers=headers)
    assert connection.getresponse().status == 200
    connection.close()
"""
OURS = f"""{ASK}
@pytest.mark.parametrize("number", range(%d))
def test_a_world(mockenv, number):
    ask(mockenv.url.split("/")[2], f"/_sandbox/{{mockenv.name}}{ENVIRONMENTS}", mockenv.headers("vector"))
"""
THEIRS = f"""{ASK}
@pytest.mark.parametrize("number", range(%d))
def test_a_world(httpserver, number):
    httpserver.expect_request("{ENVIRONMENTS}").respond_with_json({{"data": {{"id": number}}}})
    ask(f"localhost:{{httpserver.port}}", "{ENVIRONMENTS}", {{}})
"""


@dataclass(frozen=True)
class Suite:
    """One way of having a world."""

    name: str
    text: str
    plugin: str
    environ: Mapping[str, str]


def measure(plan: Plan) -> dict[str, Table]:
    """Suites are run in turns; the first round, which fills the caches of files, does not count."""
    count = plan.extent.tests
    suites = [Suite(one.name, OURS % count, "mockenv.pytest_plugin", one.environ) for one in plan.ours(slow_clock())]
    if find_spec("pytest_httpserver"):
        suites.append(Suite(HTTPSERVER, THEIRS % count, "pytest_httpserver.pytest_plugin", {}))
    else:
        say(f"suite: without {HTTPSERVER}: pip install {HTTPSERVER} brings it")
    found: dict[str, list[float]] = {suite.name: [] for suite in suites}
    for number in range(ROUNDS + 1):
        say(f"suite: {number} of {ROUNDS}")
        for suite in suites:
            seconds = run(suite)
            found[suite.name] += [seconds] if number else []
    title = f"{count} tests with a world each"
    return {
        "suite": Table(title, ["seconds", f"÷ {MOCKENV}"], {name: _row(times, found[MOCKENV]) for name, times in found.items()})
    }


def run(suite: Suite) -> float:
    """Seconds from nothing to the end, with no other plugin. Raises RuntimeError where a test failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", suite.plugin, "-p", "no:cacheprovider", "test_worlds.py"]
    environ = environment({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **suite.environ})
    with tempfile.TemporaryDirectory(prefix="bench-suite-") as folder:
        Path(folder, "test_worlds.py").write_text(suite.text)
        Path(folder, "pytest.ini").write_text("[pytest]\n")
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
        seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"the suite of {suite.name} failed: {done.stdout.splitlines()[-1] if done.stdout else done.stderr}")
    return seconds


def _row(times: list[float], ours: list[float]) -> list[Figure]:
    return [Figure.of(times), Figure.of(one / own for one, own in zip(times, ours, strict=True))]
