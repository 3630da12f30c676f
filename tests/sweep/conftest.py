"""How programs are swept here: by the command line, or by the machinery under it where a process more would show nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockenv.client import Json, Mockenv
from mockenv.sweep.commands import sweep_command
from mockenv.sweep.setting import composed
from mockenv.sweep.sweeping import Bounds
from mockenv.sweep.verdict import Row
from tests.processes import ROOT

Sweep = Callable[..., list[Row]]


def program(name: str) -> list[str]:
    return [sys.executable, "-m", f"tests.sweep.programs.{name}"]


@pytest.fixture
def sweep(mockenv_server: Mockenv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    """A program's rows: `sweep("orphan", only=[…])`. Scenario files lie in `tmp_path / "repros"`."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(name: str, world: Json | None = None, **told: object) -> list[Row]:
        bounds = Bounds(**{"jobs": 2, "budget": None, "limit": None, "repros": tmp_path / "repros", **told})  # type: ignore[arg-type]  # the test's own words
        return sweep_command(mockenv_server, program(name), composed(world or {}), bounds, lambda line: None)

    return run
