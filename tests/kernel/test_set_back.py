"""The machine's date is set back while no server runs: a clock that runs goes on from where it was."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.kernel.conftest import House

HOUR = 3600.0


def begin(state: Path, ran: float) -> tuple[str, int]:
    """An environment on a running clock, made an hour and `ran` after a new server's wall begins, and what the clock read then."""
    house = House(state=str(state))
    house.wall.go_on(HOUR)
    house.sandbox(clock={"mode": "real"})
    house.sandbox("still")
    house.wall.go_on(ran)
    id, read = house.make(name="e"), house.server.sandboxes.get("a").now()
    house.server.close()
    return id, read


@pytest.mark.parametrize("ran", [0.0, 2 * HOUR], ids=["to before it began", "to after it began"])
def test_a_running_clock_never_reads_less_than_before_and_goes_on(tmp_path: Path, ran: float) -> None:
    id, read = begin(tmp_path / "state.json", ran)
    house = House(state=str(tmp_path / "state.json"))
    assert house.server.sandboxes.get("a").now() == read
    house.wall.go_on(60)
    assert house("GET", f"sites/12345/environments/{id}").get_json()["data"]["status"] == "active"
    assert house.server.sandboxes.get("a").now() > read
    house.server.close()


def test_it_is_told_once_in_one_line_and_then_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    begin(tmp_path / "state.json", 0)
    told = []
    for _ in range(2):
        with caplog.at_level(logging.WARNING):
            House(state=str(tmp_path / "state.json")).server.close()
        told.append([record.getMessage() for record in caplog.records])
        caplog.clear()
    lines = [
        f"{name}: the machine's date lies before what is kept; the clock goes on from 2026-01-24T11:30:07Z"
        for name in ("default", "a")
    ]
    assert told == [lines, []]


def test_a_restart_while_the_date_went_on_changes_no_clock(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    begin(tmp_path / "state.json", -HOUR)
    house = House(state=str(tmp_path / "state.json"))
    clock = house.server.sandboxes.get("a").clock
    house.server.close()
    house = House(state=str(tmp_path / "state.json"))
    house.wall.go_on(5)
    assert house.server.sandboxes.get("a").clock == clock
    house.server.close()
