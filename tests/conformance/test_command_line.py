"""`mockenv conform` as people and CI services use it: what it prints, its exit codes, how it is ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conformance.conftest import Answer, Plant, Run, Said, Service
from tests.conformance.test_running import made, names_left
from tests.processes import ROOT, environment

APP = "app=72b9ddd5-8fce-49ab-89d9-c431d53a9552"


def token(service: Service) -> Mapping[str, str]:
    return {"MOCKENV_UPSTREAM_TOKEN": service.sandbox.tokens["phase"]["service_account"]}


Conform = Callable[..., Said]


@pytest.fixture
def conform(run: Run) -> Conform:
    def ask(service: Service, *more: str) -> Said:
        return run("conform", "--upstream", service.url, "--provider", "phase", "--set", APP, *more, environ=token(service))

    return ask


def no_slug(one: Answer) -> None:
    if one.method == "POST" and one.status == 201:
        one.body["slug"] = "x"


def test_without_drift_it_says_so_and_exits_with_0(plant: Plant, conform: Conform) -> None:
    said = conform(plant())
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0].split() == ["ok", "list-environments", "listEnvironments"]
    assert lines[-1] == f"no drifts in {len(lines) - 1} of {len(lines) - 1} compared"


def test_a_drift_is_shown_under_its_operation_and_the_exit_code_is_1(plant: Plant, conform: Conform) -> None:
    said = conform(plant(no_slug), "--read-only")
    assert said.returncode == 0, said.stdout
    said = conform(plant(no_slug))
    lines = said.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "create-environment" in line)
    assert said.returncode == 1
    assert lines[at].split() == ["drift", "create-environment", "createEnvironment"]
    assert lines[at + 1].strip() == '/slug: a member that mockenv lacks: the service has "x", mockenv nothing'


def test_what_is_known_is_suppressed_with_a_reason(plant: Plant, conform: Conform) -> None:
    two = ("create-environment=we know", "create-another-environment/missing=we know")
    said = conform(plant(no_slug), *(word for one in two for word in ("--suppress", one)))
    assert said.returncode == 0, said.stdout
    assert "suppressed create-environment" in said.stdout


def test_ci_services_read_it_as_junit(plant: Plant, conform: Conform, tmp_path: Path) -> None:
    said = conform(plant(no_slug), "--format", "junit", "-o", str(tmp_path / "drift.xml"))
    suite = ElementTree.parse(tmp_path / "drift.xml").getroot()[0]
    assert said.returncode == 1
    assert (suite.get("failures"), [case.get("name") for case in suite if len(case)]) == (
        "2",
        ["create-environment", "create-another-environment"],
    )


def test_scripts_read_it_as_json(plant: Plant, conform: Conform) -> None:
    told = json.loads(conform(plant(no_slug), "--json").stdout)
    [first, _] = told["findings"]
    assert {name: first[name] for name in ("rule", "kind", "where", "theirs", "ours")} == {
        "rule": "create-environment",
        "kind": "missing",
        "where": "/slug",
        "theirs": '"x"',
        "ours": "nothing",
    }
    assert told["requests"][0]["operation"] == "listEnvironments"


def test_a_run_that_is_ended_takes_away_what_it_made(plant: Plant) -> None:
    pids: list[int] = []

    def alter(one: Answer) -> None:
        if one.method == "PUT" and pids:
            os.kill(pids.pop(), signal.SIGTERM)

    service = plant(alter)
    command = [sys.executable, "-m", "mockenv", "conform", "--upstream", service.url, "--provider", "phase", "--set", APP]
    with subprocess.Popen(command, env=environment(token(service)), cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        pids.append(process.pid)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 1
    assert said == "mockenv: broken off; what was made has been taken away, but for what was said above\n"
    assert len(made(service)) > 1
    assert names_left(service) == []


WRONG: list[tuple[tuple[str, ...], dict[str, str], str]] = [
    (("--provider", "phase"), {}, "MOCKENV_UPSTREAM_TOKEN: is not set: the real service's token"),
    (("--provider", "phas"), {}, "--provider: 'phas' is not known; did you mean 'phase'?"),
    ((), {}, "--provider: is missing: which service is it?"),
    (("--provider", "phase", "--suppress", "get-ap=x"), {}, "--suppress: 'get-ap' is not known; did you mean 'get-app'?"),
    (("--provider", "phase", "--suppress", "get-app/stat=x"), {}, "--suppress: 'stat' is not known; did you mean 'status'?"),
    (("--provider", "phase", "--suppress", "get-app="), {}, "--suppress: get-app wants a reason"),
    (("--provider", "phase", "--set", "app"), {"MOCKENV_UPSTREAM_TOKEN": "x"}, "--set: 'app' is not NAME=VALUE"),
    (("--provider", "phase"), {"MOCKENV_UPSTREAM_TOKEN": "x"}, "--set app: is missing"),
]


@pytest.mark.parametrize(("flags", "environ", "problem"), WRONG)
def test_what_is_wrong_is_said_in_one_line_before_anything_is_asked(
    plant: Plant, run: Run, flags: tuple[str, ...], environ: dict[str, str], problem: str
) -> None:
    service = plant()
    said = run("conform", "--upstream", service.url, *flags, environ=environ)
    assert (said.returncode, said.stdout, service.asked) == (2, "", [])
    [line] = said.stderr.splitlines()
    assert problem in line


def test_it_shows_what_it_would_ask_and_asks_nothing(plant: Plant, run: Run) -> None:
    service = plant()
    said = run("conform", "--upstream", service.url, "--provider", "phase", "--show")
    assert (said.returncode, service.asked) == (0, [])
    lines = said.stdout.splitlines()
    assert lines[0].startswith("needs app: the id of an app")
    assert "  undone by DELETE /v1/environments/{env}/" in lines


def test_a_service_that_is_not_there_is_one_line(plant: Plant, run: Run) -> None:
    said = run("conform", "--upstream", "http://127.0.0.1:1", "--provider", "phase", "--set", APP, environ=token(plant()))
    assert said.returncode == 1
    [line] = said.stderr.splitlines()
    assert line.startswith("mockenv: http://127.0.0.1:1: ConnectError")
