"""The programs, pointed at a sandbox of the test's own by what `mockenv env` prints."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockenv.client import Mockenv
from tests.providers.phase.conftest import APP, Phase
from tests.providers.phase.programs import node_programs, python_programs, run

Finished = subprocess.CompletedProcess[str]


class Program:
    """A program that speaks to one sandbox as any of its roles."""

    def __init__(self, phase: Phase, command: list[str], cwd: Path) -> None:
        self.phase, self.command, self.cwd = phase, command, cwd

    def variables(self, role: str) -> dict[str, str]:
        return self.phase.sandbox.variables("phase", role)

    def __call__(self, *words: str, role: str = "service_account", typed: str = "", **environ: str) -> Finished:
        return run([*self.command, *words], {**self.variables(role), **environ}, self.cwd, typed)


class Cli(Program):
    """`phase`, with an app and an environment in its words."""

    def secrets(self, *words: str, app: str = APP, env: str = "Development", fails: bool = False, **more: Any) -> str:
        """`phase secrets …`: what it writes. Whether it fails must be as expected."""
        return self.told("secrets", *words, "--app-id", app, "--env", env, fails=fails, **more)

    def told(self, *words: str, fails: bool = False, **more: Any) -> str:
        ended = self(*words, **more)
        assert ended.returncode == int(fails), ended
        return ended.stdout + ended.stderr

    def get(self, key: str, *words: str, **more: Any) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.secrets("get", key, *words, **more))
        return shown

    def create(self, key: str, value: str, *words: str, **more: Any) -> str:
        return self.secrets("create", key, *words, typed=value, **more)


@pytest.fixture(scope="session")
def python_bin() -> Path:
    return python_programs()


@pytest.fixture
def cli(phase: Phase, python_bin: Path, tmp_path: Path) -> Cli:
    return Cli(phase, [str(python_bin / "phase")], tmp_path)


@pytest.fixture
def strict_cli(strict: Phase, python_bin: Path, tmp_path: Path) -> Cli:
    return Cli(strict, [str(python_bin / "phase")], tmp_path)


@pytest.fixture
def node() -> Path:
    found = node_programs()
    if found is None:
        pytest.skip("no node and npm on this machine")
    return found


@pytest.fixture
def auto(mockenv_server: Mockenv) -> Iterator[Phase]:
    with mockenv_server.sandbox(clock="auto") as sandbox:
        yield Phase(sandbox)
