"""The command line's verbs as scripts see them: exit codes, and readers that go."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.control.conftest import Maker
from tests.processes import ROOT, environment, run


def test_an_advance_that_does_not_come_to_what_was_asked_is_exit_1(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    resource = make()
    short = run("advance", "--until", f"{resource}=active", "--max", "2s", *there)
    assert (short.returncode, short.stdout.splitlines()[-1]) == (1, "now 2026-01-24T10:30:02Z, which is not as far as was asked")
    assert run("advance", "--until", f"{resource}=active", *there).returncode == 0
    assert run("advance", "5s", *there).returncode == 0


@pytest.mark.parametrize("more", [(), ("5s", "--until", "idle")])
def test_an_advance_wants_one_aim(mockenv_server: Mockenv, more: tuple[str, ...]) -> None:
    told = run("advance", "--url", mockenv_server.url, *more)
    assert (told.returncode, "say how far (90s) or --until what, one of the two" in told.stderr) == (2, True)


def test_a_reader_that_has_what_it_wanted_is_no_error(mockenv_server: Mockenv) -> None:
    command = [sys.executable, "-m", "mockenv", "resources", "--url", mockenv_server.url]
    with subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        told.stdout.close()
        assert (told.stderr.read(), told.wait(20)) == ("", 0)
