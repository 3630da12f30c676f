"""What a start says about what it was told: variables that do not exist, and flags that a state file or a scenario beats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockenv.errors import UnknownName
from mockenv.settings import load_settings
from tests.processes import Served, run, served


def second_line(server: Served) -> str:
    assert server.process.stderr is not None
    return server.process.stderr.readline()


@pytest.mark.parametrize(
    ("variable", "meant"), [("MOCKENV_PROT", "MOCKENV_PORT"), ("MOCKENV_JOURNAL", "MOCKENV_JOURNAL_SIZE"), ("MOCKENV_CLOK", "MOCKENV_CLOCK")]
)  # fmt: skip
def test_a_variable_that_does_not_exist_is_refused_with_the_nearest(variable: str, meant: str) -> None:
    with pytest.raises(UnknownName, match=f"did you mean '{meant}'"):
        load_settings({}, {variable: "1"})


def test_it_is_refused_before_anything_starts_and_by_every_verb() -> None:
    for verb in ("serve", "health"):
        told = run(verb, environ={"MOCKENV_PROT": "1"})
        assert (told.returncode, "MOCKENV_PORT" in told.stderr, told.stderr.count("\n")) == (2, True, 1)


def test_a_choice_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="MOCKENV_CLOCK: 'manul' is not known; did you mean 'manual'"):
        load_settings({}, {"MOCKENV_CLOCK": "manul"})


def test_what_kubernetes_sets_for_a_service_of_that_name_is_not_meant_for_us() -> None:
    links = {
        "MOCKENV_PORT": "tcp://10.0.0.1:6368",
        "MOCKENV_SERVICE_HOST": "10.0.0.1",
        "MOCKENV_SERVICE_PORT_HTTP": "6368",
        "MOCKENV_PORT_6368_TCP_ADDR": "10.0.0.1",
    }
    assert load_settings({}, links).given == frozenset()


def test_a_restart_says_what_it_took_up_and_which_flags_have_no_effect(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state.json"))
    with served(*state, "--clock", "manual", "--seed", "7") as first:
        first.mockenv.sandbox("other")
        first.end()
    with served(*state, "--clock", "auto", "--seed", "7", environ={"MOCKENV_FIXTURE": "empty"}) as second:
        line = second_line(second)
        assert "state.json: default, other; default is at 2026-01-24T10:30:00Z" in line
        assert "; --clock, --fixture have no effect there, --state-fresh begins anew" in line
        assert second.mockenv.get().clock()["mode"] == "manual"
        second.end()
    with served(*state, "--scenario", "flaky-503", "--log-format", "json") as third:
        told = json.loads(second_line(third))
        assert (told["event"], told["found"], told["without_effect"]) == ("begun", ["default", "other"], ["--scenario"])


def test_with_state_fresh_all_begins_anew(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state.json"))
    with served(*state, "--clock", "manual") as first:
        first.mockenv.sandbox("other").snapshot("kept")
        first.end()
    with served(*state, "--state-fresh", "--clock", "auto") as second:
        assert "thrown away (default, other), begun anew" in second_line(second)
        assert [one["name"] for one in second.mockenv.sandboxes()] == ["default"]
        assert second.mockenv.get().clock()["mode"] == "auto"


def test_state_fresh_spares_a_file_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"my": "notes"}')
    assert run("serve", "--port", "0", "--state", str(tmp_path / "notes.json"), "--state-fresh").returncode == 1
    assert (tmp_path / "notes.json").read_text() == '{"my": "notes"}'
    assert "wants --state FILE" in run("serve", "--port", "0", "--state-fresh").stderr


def test_a_scenario_that_beats_a_flag_says_so(tmp_path: Path) -> None:
    (tmp_path / "still.yaml").write_text("clock: {mode: manual}\nseed: 5\n")
    with served("--scenario", str(tmp_path / "still.yaml"), "--clock", "auto", "--seed", "5") as server:
        assert "says it itself: --clock has no effect on default" in second_line(server)
