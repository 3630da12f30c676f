"""The benchmark's servers: that they do the work, and that nothing of them is left."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import forms, peers
from benchmarks.budgets import AT_MOST
from benchmarks.client import Connection, pipeline
from benchmarks.forms import BEFORE, unpack
from benchmarks.measures import MEASURES, held, start
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.process import DidNotStart, Running, running
from benchmarks.replies import ask_all
from benchmarks.servers import FLASK, FLASK_ORJSON, MOCKENV, MOCKENV_STEPS, Server, flask_view, slow_clock
from benchmarks.tools import Missing, need, version
from benchmarks.work import CREATE, INVALID, PAGE, WORKS, Replies, Work
from mockenv.contract.document import load_document
from mockenv.version import __version__


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(slow_clock()) as found:
        yield found


@pytest.fixture(scope="module")
def replies(server: Running) -> Replies:
    return ask_all(server)


def test_the_bare_view_answers_the_same_bodies(replies: Replies) -> None:
    with running(flask_view(replies)) as bare:
        again = ask_all(bare)
    for name in replies:
        assert again[name].keys() == replies[name].keys()
    assert again["LIST 15"] == replies["LIST 15"]


def test_a_renewed_server_has_the_world_that_it_began_with(server: Running) -> None:
    pipeline(server.port, CREATE, 60)
    server.renew()
    with Connection(server.port) as connection:
        listed = connection.ask("GET", CREATE.path).json()
    assert listed["meta"]["total"] == len(listed["data"]) == PAGE


def test_a_pipeline_that_is_refused_is_no_measurement(server: Running) -> None:
    refused = Work("invalid", "POST", CREATE.path, INVALID.decode())
    with pytest.raises(RuntimeError, match="422"):
        pipeline(server.port, refused, 3)


def test_prisms_document_is_whole_and_has_the_four_operations(replies: Replies, tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(peers.small_document(replies)))
    document = load_document("vector", tmp_path / "small.json")
    text = (tmp_path / "small.json").read_text()
    components = json.loads(text)["components"]
    assert all(name in components[sort] for sort, name in re.findall(r'"#/components/(\w+)/(\w+)"', text))
    assert set(document.operations) == {"getEnvironment", "listEnvironments", "createEnvironment", "updateEnvironment"}


def test_every_work_has_a_stub_of_wiremocks_with_the_same_body(replies: Replies) -> None:
    stubs = [stub for stub in peers.stubs(replies) if stub["response"]["status"] < 300]
    assert [json.loads(stub["response"]["body"]) for stub in stubs] == [replies[work.name] for work in WORKS]


def test_what_was_started_is_gone_afterwards_also_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), running(slow_clock()) as found:
        raise ZeroDivisionError
    with pytest.raises(ProcessLookupError):
        os.kill(found.process.pid, 0)


def test_a_server_that_does_not_start_is_told_of_with_its_last_words() -> None:
    broken = Server("broken", lambda folder, port: ["python3", "-c", "raise SystemExit('no such thing')"])
    with pytest.raises(DidNotStart, match="broken did not start: no such thing"), running(broken):
        pass


def test_a_missing_command_is_told_of_with_the_package_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="java is not there; Debian's package default-jre-headless brings it"):
        need("java")


def test_peers_that_cannot_be_had_are_left_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    assert [one.name for one in Plan(QUICK).servers] == [MOCKENV, MOCKENV_STEPS, FLASK, FLASK_ORJSON]
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        f"without {name}" for name in (peers.PRISM, peers.WIREMOCK, peers.WIREMOCK_JOURNAL, peers.JSON_SERVER)
    ]


def test_peers_are_pinned_to_exact_versions() -> None:
    for package in peers.PACKAGES.values():
        assert version(package).replace(".", "").isdigit()


def test_a_small_run_measures_what_the_budgets_are_about() -> None:
    plan = Plan(replace(QUICK, stored=(10,), samples=2, advanced=(10,), sandboxes=2, tests=3))
    tables = {
        name: table for measure in ("growth", "advance", "sandboxes", "suite") for name, table in MEASURES[measure](plan).items()
    }
    found = {
        (name, without_numbers(row), column) for name, table in tables.items() for row in table.rows for column in table.columns
    }
    assert {(name, without_numbers(row), column) for _, _, name, row, column in AT_MOST if name in tables} <= found
    assert {column for _, _, name, _, column in AT_MOST if name == "start"} <= set(start.COLUMNS)
    assert {column for _, _, name, _, column in AT_MOST if name == "held"} <= set(held.COLUMNS)


def test_a_full_run_goes_as_far_as_the_budgets_do() -> None:
    assert max(FULL.stored) == max(FULL.advanced) == 100_000
    assert (FULL.parked, FULL.sandboxes) == (5_000, 1_000)


def without_numbers(row: str) -> str:
    return re.sub(r"[\d,]+", "N", row)


def test_an_earlier_commit_is_served_from_its_own_files_beside_todays(tmp_path: Path) -> None:
    unpack("HEAD", tmp_path)
    (tmp_path / "mockenv" / "version.py").write_text('__version__ = "0.0.1"\n')
    plan = Plan(QUICK, {BEFORE: tmp_path})
    versions = []
    for server in plan.ours(slow_clock()):
        with running(server) as found, Connection(found.port) as connection:
            versions.append((server.name, connection.ask("GET", "/_mockenv/health").json()["version"]))
    assert versions == [("mockenv", __version__), ("mockenv, before", "0.0.1")]


def test_a_commit_that_there_is_not_is_missed_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"git has no files of 'v9\.9\.9'"):
        unpack("v9.9.9", tmp_path)


def test_what_was_compiled_of_other_code_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpack("HEAD", tmp_path)
    (tmp_path / "mockenv" / "version.py").write_text('__version__ = "0.0.1"\n')
    monkeypatch.setattr(forms, "BUILT", tmp_path)
    with pytest.raises(Missing, match="make compiled"):
        forms.built()
    shutil.rmtree(tmp_path / "mockenv")
    shutil.copytree(Path(__file__).parents[2] / "mockenv", tmp_path / "mockenv")
    assert forms.built() == tmp_path
