"""The devcontainer feature: its two scripts, run as a devcontainer would, into a folder of the test's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from mockenv.client import Mockenv
from mockenv.version import __version__
from tests.processes import ROOT, environment, start_line

FEATURE = ROOT / "deploy" / "devcontainer" / "mockenv"
TOLD = json.loads((FEATURE / "devcontainer-feature.json").read_text())
PATIENCE = 300.0


def test_the_features_version_is_mockenvs_and_its_entrypoint_is_what_is_installed() -> None:
    assert TOLD["version"] == __version__
    script = (FEATURE / "install.sh").read_text()
    assert TOLD["entrypoint"] == "/usr/local/share/mockenv/start"
    assert all(f"${{{name.upper()}:-" in script for name in TOLD["options"])
    assert os.access(FEATURE / "install.sh", os.X_OK)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the feature was installed to, with the wheel beside its script."""
    folder = tmp_path_factory.mktemp("feature")
    shutil.copytree(FEATURE, folder / "feature")
    shutil.copy(wheel, folder / "feature")
    environ = environment({"PREFIX": str(folder / "local"), "FLAGS": "--port 0 --clock auto"})
    del environ["PYTHONPATH"]
    done = subprocess.run(
        [folder / "feature" / "install.sh"], env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_starts_mockenv_with_the_container_and_then_what_comes_behind(installed: Path) -> None:
    log = installed / "mockenv.log"
    os.mkfifo(log)
    environ = environment({"TMPDIR": str(installed)})
    del environ["PYTHONPATH"]
    command = [str(installed / "local/share/mockenv/start"), "cat"]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            with log.open() as said:
                _, url = start_line(said)
                assert Mockenv(url).get().clock()["mode"] == "auto"
                os.killpg(process.pid, signal.SIGTERM)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
