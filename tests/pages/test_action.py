"""The GitHub action's two scripts, run as a runner would, and the files that others' tools read: compose, action."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mockenv.client import Mockenv
from tests.processes import ROOT, environment

PATIENCE = 300.0
SCHEMAS = {
    "compose.yaml": "vendor.compose-spec",
    "deploy/compose/compose.yaml": "vendor.compose-spec",
    "action.yml": "vendor.github-actions",
    ".github/workflows/release.yml": "vendor.github-workflows",
}


@pytest.mark.parametrize("file", SCHEMAS)
def test_what_others_tools_read_is_as_they_want_it(file: str) -> None:
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", SCHEMAS[file], file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_starts_a_server_tells_where_it_is_and_keeps_the_journal(tmp_path: Path) -> None:
    environ = environment(
        {"RUNNER_TEMP": str(tmp_path), "GITHUB_ENV": str(tmp_path / "env"), "GITHUB_OUTPUT": str(tmp_path / "out")}
    )
    del environ["PYTHONPATH"]
    environ |= {"FLAGS": "--clock manual --seed 7", "PROVIDERS": "vector"}

    def step(name: str, **more: str) -> None:
        command = ["bash", str(ROOT / ".github" / "action" / name)]
        done = subprocess.run(command, env={**environ, **more}, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    step("start")
    told = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert (tmp_path / "out").read_text() == f"url={told['MOCKENV_URL']}\n"
    server = Mockenv(told["MOCKENV_URL"])
    assert (server.get().about["seed"], server.get().clock()["mode"]) == (7, "manual")
    assert told["VECTOR_API_KEY"]
    step("stop", MOCKENV_URL=told["MOCKENV_URL"])
    assert json.loads((tmp_path / "mockenv" / "default.har").read_text())["log"]["entries"] == []
