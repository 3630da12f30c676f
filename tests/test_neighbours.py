"""What else stands in a test process must not stop our server: its alarm rings and its webhooks leave whatever is frozen or blocked.

The cheap rows of docs/pytest-neighbours.md; `make tables` tries all of them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.processes import LIGHT

NEIGHBOURS = Path(__file__).parents[1] / "tables" / "neighbours"


def run(project: pytest.Pytester, file: str, *arguments: str) -> pytest.RunResult:
    shutil.copy(NEIGHBOURS / "world.py", project.path)
    shutil.copy(NEIGHBOURS / file, project.path / "test_it.py")
    return project.runpytest_subprocess("-q", *LIGHT, *arguments)


def test_a_machine_that_freezegun_has_frozen_stops_neither_alarm_nor_sender(pytester: pytest.Pytester) -> None:
    run(pytester, "freezegun_.py").assert_outcomes(passed=2)


def test_a_machine_that_time_machine_moves_both_ways_stops_neither_alarm_nor_sender(pytester: pytest.Pytester) -> None:
    run(pytester, "time_machine_.py").assert_outcomes(passed=2)


def test_where_pytest_socket_allows_loopback_only_everything_works(pytester: pytest.Pytester) -> None:
    run(pytester, "plain.py", "--allow-hosts=127.0.0.1").assert_outcomes(passed=3)
