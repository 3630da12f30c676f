"""What openapi-python-client makes of the documents: all of it, without a warning, and it goes round against a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox
from mockenv.contract.document import load_document

HERE = Path(__file__).parent / "python"
DOCUMENTS = sorted(openapi_folder().glob("*.yaml"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each document, `vector_client` and so on."""
    folder = tmp_path_factory.mktemp("generated")
    for path in DOCUMENTS:
        options = ["--meta", "none", "--config", str(HERE / "config.yaml"), "--fail-on-warning"]
        place = ["--path", str(path), "--output-path", str(folder / f"{path.stem}_client")]
        run(["-m", "openapi_python_client", "generate", *place, *options], folder)
    return folder


def test_every_document_becomes_a_client_that_goes_round(generated: Path, mockenv: Sandbox) -> None:
    run([str(HERE / "roundtrip.py"), mockenv.url, json.dumps(mockenv.tokens)], generated)


def test_every_operation_has_its_function(generated: Path) -> None:
    """A generator leaves out what it does not understand, and says so: here nothing is left out."""
    for path in DOCUMENTS:
        made = [one for one in (generated / f"{path.stem}_client" / "api").rglob("*.py") if one.name != "__init__.py"]
        assert len(made) == len(load_document(path.stem, path).operations), path.stem


def run(arguments: list[str], folder: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
