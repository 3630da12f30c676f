"""The log on stderr when nobody takes its lines: it stops nothing, and says afterwards how much is missing."""

from __future__ import annotations

import fcntl
import os
import sys

import pytest

from mockenv.edge.stderr import Stderr


def test_lines_that_nobody_took_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    taking, giving = os.pipe()
    size = fcntl.fcntl(giving, fcntl.F_GETPIPE_SZ)
    with os.fdopen(giving, "w", buffering=1) as stream, os.fdopen(taking, "rb", buffering=0) as reader:
        monkeypatch.setattr(sys, "stderr", stream)
        write = Stderr().write
        os.write(stream.fileno(), b"x" * size)
        for number in range(3):
            write(f"lost {number}\n")
        assert reader.read(size) == b"x" * size
        write("kept\n")
        assert reader.read(size) == b"kept\n"
    assert "3 lines of this log were dropped" in caplog.text
