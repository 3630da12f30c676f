"""`mockenv sweep -- COMMAND`: planted faults are found, good programs are not blamed, and the same seed tells the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from mockenv.bootstrap import validate_file
from mockenv.client import MockenvError
from mockenv.errors import BadInput, CannotStart
from mockenv.kernel.time.clock import Wall
from mockenv.sweep.processes import Processes
from tests.processes import ROOT, environment, run, served
from tests.sweep.conftest import Sweep, program

LOST_CREATE = "vector/createEnvironment/1/after"


def test_a_sweep_finds_the_orphan_and_the_same_seed_gives_the_same_table(sweep: Sweep) -> None:
    rows, again = sweep("orphan", jobs=2), sweep("orphan", jobs=1)
    assert rows == again
    assert [row.id for row in rows if row.is_bad] == [LOST_CREATE]
    [orphan] = [row for row in rows if row.is_bad]
    assert (orphan.outcome, orphan.detail) == ("leaked", "left behind: vector/environment preview-0")
    assert rows[0] is orphan, "an answer to a change that is lost comes first"
    assert len(rows) == len({row.id for row in rows}) > 10
    assert {row.outcome for row in rows} == {"leaked", "passed", "failed"}


def test_a_good_program_is_not_blamed_whatever_fails(sweep: Sweep) -> None:
    rows = sweep("careful")
    assert {row.outcome for row in rows} == {"passed", "failed"}
    assert [row.id.split("/")[2] for row in rows if row.outcome == "failed"] == [
        "creating_infrastructure",
        "configuring_database",
        "deploying_application",
        "finalizing",
    ], "an environment that cannot be made is a failure, and none that the program could mend"


def test_what_ends_well_with_another_world_is_wrong_data(sweep: Sweep) -> None:
    rows = sweep("forgets")
    [wrong] = [row for row in rows if row.is_bad]
    assert (wrong.id, wrong.outcome) == ("vector/updateSite/1/before", "wrong-data")
    assert wrong.detail.endswith("partner_customer_id is 'cust_abc123', not 'renamed'")


def test_what_does_not_end_is_stopped_and_has_hung(sweep: Sweep) -> None:
    rows = sweep("waits", only=["*/after"], limit=1.5)
    assert [(row.id, row.outcome) for row in rows] == [("vector/listEnvironments/1/after", "hung")]


def test_a_webhook_that_comes_twice_is_a_point(sweep: Sweep) -> None:
    [row] = sweep("hooked", only=["vector.site.pending/*/twice"])
    assert (row.outcome, row.detail) == ("leaked", "left behind: vector/environment env-1")


def test_a_repro_is_a_good_scenario_that_shows_it_again(sweep: Sweep, tmp_path: Path) -> None:
    [row] = sweep("orphan", only=[LOST_CREATE])
    assert row.repro == str(tmp_path / "repros" / "vector-createEnvironment-1-after.yaml")
    assert validate_file(Path(row.repro)) == "scenario"
    assert Path(row.repro).with_suffix(".txt").exists(), "what the run said lies beside it"
    told = yaml.safe_load(Path(row.repro).read_text())
    assert told["faults"] == [row.rule]
    assert told["description"].startswith("leaked: left behind: vector/environment preview-0. When the 1st createEnvironment")
    with served("--scenario", row.repro) as server:
        world = server.mockenv.get()
        variables = {**os.environ, **world.variables("vector"), "PYTHONPATH": str(ROOT)}
        assert subprocess.run(program("orphan"), env=variables, check=False, timeout=60).returncode == 0
        left = [one["label"] for one in world.resources(provider="vector", kind="environment")]
        assert "preview-0" in left


def test_a_scenario_and_its_own_faults_are_part_of_every_run_and_every_repro(sweep: Sweep, tmp_path: Path) -> None:
    scenario = tmp_path / "mine.yaml"
    scenario.write_text("seed: 7\nfaults:\n- {operation: getEnvironment, effect: {status: 503}, times: 1}\n")
    [row] = sweep("orphan", {"scenario": str(scenario)}, only=[LOST_CREATE])
    told = yaml.safe_load(Path(row.repro or "").read_text())
    assert (told["seed"], [one["operation"] for one in told["faults"]]) == (7, ["getEnvironment", "createEnvironment"])


def test_a_sweep_goes_on_where_its_state_ends(sweep: Sweep, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    [first] = sweep("orphan", only=[LOST_CREATE], state=state)
    told = json.loads(state.read_text())
    told["rows"][0]["detail"] = "known from before"
    state.write_text(json.dumps(told))
    rows = sweep("orphan", only=["*/createEnvironment/*"], state=state)
    assert [(row.id, row.detail) for row in rows] == [(first.id, "known from before"), ("vector/createEnvironment/1/before", "")]
    with pytest.raises(BadInput, match="is of another command or another world"):
        sweep("careful", state=state)
    state.write_text("[]")
    with pytest.raises(BadInput, match="is not a sweep's state file"):
        sweep("orphan", state=state)


def test_what_the_budget_leaves_out_is_told_and_is_no_failure(sweep: Sweep) -> None:
    before = Wall().stopwatch() - 3_600
    assert {row.outcome for row in sweep("waits", budget=3_600.0, start=before)} == {"not-run"}
    with pytest.raises(CannotStart, match="the command does not end within the budget, before anything was made to fail"):
        sweep("waits", {"faults": [{"operation": "listEnvironments", "phase": "after", "effect": {"reset": True}}]}, budget=1.0)


def test_what_cannot_be_swept_says_why(sweep: Sweep) -> None:
    with pytest.raises(CannotStart, match=r"the command fails by itself \(exit code 1\)(?s:.*)No module named"):
        sweep("absent")
    with pytest.raises(CannotStart, match=r"asked its sandbox for nothing(?s:.*)pytest --mockenv-sweep"):
        sweep("__init__")
    with pytest.raises(
        BadInput, match=r"--only: no point is like 'vector/createEnvironmnt/1/after'; did you mean .*createEnvironment"
    ):
        sweep("orphan", only=["vector/createEnvironmnt/1/after"])


def test_the_verb_prints_a_table_and_its_exit_code_tells(tmp_path: Path) -> None:
    where = ("--repros", str(tmp_path / "repros"), "--junit", str(tmp_path / "sweep.xml"))
    only = ("--only", "*/createEnvironment/*", "--jobs", "2")
    told = run("sweep", *where, *only, "--", *program("orphan"))
    assert (told.returncode, told.stderr) == (1, "")
    lines = told.stdout.splitlines()
    assert lines[0].split() == ["OUTCOME", "POINT", "WHEN"]
    assert lines[1].split()[:2] == ["leaked", LOST_CREATE]
    assert lines[-1] == "2 points: 1 passed, 1 leaked"
    suite = ElementTree.parse(tmp_path / "sweep.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
    as_json = run("sweep", *where, *only, "--json", "--", *program("careful"))
    assert as_json.returncode == 0
    assert json.loads(as_json.stdout)["counts"] == {
        **dict.fromkeys(("failed", "hung", "leaked", "wrong-data", "missed", "not-run"), 0),
        "passed": 2,
    }


def test_what_is_misspelt_is_told(sweep: Sweep) -> None:
    with pytest.raises(BadInput, match="scenario: 'flaky-530' is not known; did you mean 'flaky-503'"):
        sweep("orphan", {"scenario": "flaky-530"})
    with pytest.raises(MockenvError, match="fixture: 'dcos' is not known; did you mean 'docs'"):
        sweep("orphan", {"fixture": "dcos"})
    told = run("sweep", "--budget", "soon", "--", "true")
    assert (told.returncode, told.stderr.startswith("mockenv: --budget: 'soon' is not a duration")) == (2, True)


def test_a_program_that_does_not_exist_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"^no-such-program cannot be run: No such file or directory$"):
        Processes().run(["no-such-program"], {}, None, tmp_path / "output")


def test_the_verbs_of_a_swept_command_speak_to_its_sandbox(tmp_path: Path) -> None:
    mockenv = f"{sys.executable} -m mockenv"
    script = f'curl -sf $VECTOR_API_URL/api/v1/vector/sites -H "Authorization: Bearer $VECTOR_API_KEY" >/dev/null && {mockenv} journal | grep -q listSites'
    told = run("sweep", "--only", "*/before", "--repros", str(tmp_path), "--", "sh", "-c", script)
    assert (told.returncode, told.stdout.splitlines()[1].split()[:2]) == (0, ["failed", "vector/listSites/1/before"])


def test_who_interrupts_a_sweep_leaves_no_process_behind(tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    script = f'curl -sf $VECTOR_API_URL/api/v1/vector/sites -H "Authorization: Bearer $VECTOR_API_KEY" >/dev/null || {{ echo $$ >> {marker}; exec tail -f /dev/null; }}'
    command = [sys.executable, "-m", "mockenv", "sweep", "--repros", str(tmp_path), "--", "sh", "-c", script]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not marker.exists() or not marker.read_text().endswith("\n"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1
    for pid in map(int, marker.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
