"""The long runs of `make soak` at a fraction of their length: they still find their way, and an error in one is told."""

from __future__ import annotations

import pytest

from soak import __main__ as soak


@pytest.mark.parametrize("name", ["garbage", "idle", "order"])
def test_a_run_passes_when_it_is_short(name: str) -> None:
    _, passed, _, found = soak.run(name, 0.005)
    assert passed, found


def test_a_run_that_fails_is_told_and_makes_the_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(scale: float) -> str:
        raise AssertionError("memory grows: 1→2 MB")

    monkeypatch.setitem(soak.RUNS, "million", fail)
    monkeypatch.setattr("sys.argv", ["soak", "million", "--scale", "0.001"])
    assert soak.main() == 1
    assert "FAILED" in capsys.readouterr().out
