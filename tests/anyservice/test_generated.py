"""A client that openapi-python-client makes of the document alone does with the service that is made of it what it is made for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockenv.client import Mockenv
from tests.anyservice.conftest import SALTWELL

ROUND = Path(__file__).parent / "saltwell_client.py"
CONFIG = Path(__file__).parents[1] / "contract" / "python" / "config.yaml"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package `saltwell`."""
    folder = tmp_path_factory.mktemp("generated")
    place = ["--path", str(SALTWELL), "--output-path", str(folder / "saltwell")]
    run(["-m", "openapi_python_client", "generate", *place, "--meta", "none", "--config", str(CONFIG), "--fail-on-warning"], folder)
    return folder


def test_a_client_made_of_the_document_goes_round(client: Path, saltwell_server: Mockenv) -> None:
    """On a clock that moves with whoever polls: as a client that waits would see it, without the waiting."""
    with saltwell_server.sandbox(clock="auto", fixture="empty") as world:
        run([str(ROUND), f"{world.url}/v1"], client)


def run(arguments: list[str], folder: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
