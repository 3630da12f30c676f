"""What every test may ask for: a running server with reply checks on, and sandboxes on it, through our own plugin."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import settings

from mockenv.client import Mockenv, Sandbox
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.postgres import Cluster, cluster, is_installed

pytest_plugins = ["pytester"]

settings.register_profile("suite", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("suite")

ROOT = Path(__file__).parents[1]


DATED_BY_THE_SANDBOX = pytest.mark.mockenv(clock={"mode": "manual", "dates": "sandbox"})
"""For tests that know the moment of a header or an expiry."""


class Browser:
    """A provider's client in a sandbox: real sockets, the sandbox's prefix unless another base URL is given, a token of a role."""

    def __init__(self, sandbox: Sandbox, headers: dict[str, str], url: str | None = None) -> None:
        self.sandbox, self.session, self.url = sandbox, requests.Session(), url or sandbox.url
        self.session.trust_env = False
        self.session.headers.update(headers)

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        if json is not None:
            more["json"] = json
        return self.session.request(method, f"{self.url}{path}", timeout=30, **more)


@pytest.fixture(scope="session")
def mockenv_server() -> Iterator[Mockenv]:
    """The plugin's server, but every reply that departs from its document becomes a 500."""
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning")).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@pytest.fixture(scope="session")
def strict_server() -> Iterator[Mockenv]:
    """The same with `--auth strict`."""
    running = ThreadedServer(Settings(port=0, check_replies="fail", auth="strict", log_level="warning")).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL; `postgres.database()` is an empty one of its databases. Never left out in CI."""
    if not (is_installed() or os.environ.get("CI")):
        pytest.skip("PostgreSQL is not installed")
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip install` would get, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))
