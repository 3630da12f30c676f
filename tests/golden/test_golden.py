"""The same seed and the same requests give the same bytes as when this was kept."""

from __future__ import annotations

from pathlib import Path

from mockenv.client import Mockenv
from tests.golden.run import play

KEPT = Path(__file__).with_name("kept.txt")
"""Where an answer is meant to be another from now on: `python -m tests.golden` keeps the new one, and its diff is to be read."""


def test_the_golden_run_gives_the_bytes_that_were_kept(mockenv_server: Mockenv) -> None:
    assert play(mockenv_server).splitlines() == KEPT.read_text(encoding="utf-8").splitlines()
