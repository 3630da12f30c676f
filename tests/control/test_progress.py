"""Long work shows that it lives: on a terminal, which is a real one here, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from tests.processes import PATIENCE, environment, run

WORK = """
import sys, threading
from mockenv.cli.progress import alive, part
shown = threading.Event()
tell = part("saltwell.yaml", 2, 3)
def telling():
    shown.set()
    return tell()
with alive(telling):
    done = shown.wait({patience}) if {waits} else shown.is_set()
print(done)
"""


def on_a_terminal(program: str) -> tuple[str, str]:
    """What a Python program writes to stdout, a pipe, and to stderr, a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=theirs, env=environment(), text=True
    ) as process:
        os.close(theirs)
        told = process.communicate(timeout=PATIENCE)[0]
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    finally:
        os.close(ours)
    return told, said.decode()


def test_a_terminal_is_shown_what_is_worked_on_until_it_is_done() -> None:
    told, said = on_a_terminal(WORK.format(patience=PATIENCE, waits=True))
    assert told == "True\n"
    assert "\x1b[Ksaltwell.yaml (2 of 3) … " in said
    assert said.endswith("\r\x1b[K")  # and nothing of it stays


def test_what_is_no_terminal_is_shown_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORK.format(patience=PATIENCE, waits=False)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_one_piece_of_work_is_not_counted_and_an_error_in_the_telling_is_not_the_works() -> None:
    told, said = on_a_terminal(
        """
import threading
from mockenv.cli.progress import alive, part, say
said = threading.Event()
def telling():
    said.set()
    raise ValueError
with alive(telling):
    said.wait()
    say("stays")
print(part("x")())
"""
    )
    assert told == "x … 0 s\n"
    assert said == "\r\x1b[Kstays\r\n"


def test_validate_says_the_same_whether_it_is_watched_or_not() -> None:
    told, said = on_a_terminal("from mockenv.cli import main; main(['validate', 'fixtures/docs.yaml'])")
    assert told == run("validate", "fixtures/docs.yaml").stdout
    assert not said or said.endswith("\r\x1b[K")
