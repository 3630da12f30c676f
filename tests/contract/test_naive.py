"""Contract-testing by somebody who has read nothing, and by `mockenv contract`: what is found is true of the services, or nothing."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz import naive
from mockenv.client import Mockenv
from mockenv.serving import ThreadedServer
from mockenv.settings import load_settings
from tests.processes import environment, run, served

BOUNDS = ("--max-examples", "3", "--seed", "1", "--phases", "examples,fuzzing,stateful")
"""The fourth phase has thousands of requests, and the tests beside this one in it. `make fuzz` goes further: ARGS="--auth naive"."""
ENDLESS = ("streamSandbox", "waitForStatus", "listDeliveries")
"""What lasts as long as it was asked for: each takes schemathesis ten seconds of waiting."""


@pytest.fixture(scope="module")
def contract_server() -> Iterator[Mockenv]:
    settings = load_settings({"contract": True, "port": 0, "check_replies": "fail", "log_level": "error"}, {})
    running = ThreadedServer(settings).start()
    yield Mockenv(running.url)
    running.stop()


@pytest.mark.parametrize("document", ["vector", "phase", "launchdarkly", "control", "archie"])
def test_what_is_found_without_any_file_is_explained(contract_server: Mockenv, tmp_path: Path, document: str) -> None:
    provider = "vector" if document == "control" else document
    authorization = contract_server.get().headers(provider)["Authorization"]
    shorter = [word for id in ENDLESS for word in ("--exclude-operation-id", id)] if document == "control" else []
    command = naive.command(contract_server.url, document, authorization, *BOUNDS, *shorter)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert "= SUMMARY =" in done.stdout, done.stdout + done.stderr
    findings = naive.read(done.stdout)
    assert (done.returncode == 0) == (not findings), "what was printed is not understood"
    assert [str(one) for one in naive.unexplained(document, findings)] == []


def test_a_finding_that_nobody_has_explained_is_told() -> None:
    printed = "\n".join(
        [
            "=== FAILURES ===",
            "___ GET /api/v1/vector/sites ___",
            "1. Test Case ID: a",
            "",
            "- ST202 Schema-valid request rejected",
            "",
            "[422] Unprocessable Content:",
            "",
            '    `{"message":"The moon is full."}`',
            "",
            "=== SUMMARY ===",
        ]
    )
    found = naive.read(printed)
    assert [(one.code, one.status, one.answer) for one in found] == [("ST202", 422, '`{"message":"The moon is full."}`')]
    assert naive.unexplained("vector", found) == found


def test_mockenv_contract_starts_a_server_of_its_own_and_finds_nothing() -> None:
    done = contract("graphql", *BOUNDS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout


def test_of_a_server_that_runs_it_takes_a_sandbox_that_is_gone_afterwards() -> None:
    with served("--clock", "manual", "--log-level", "error") as server:
        done = contract("launchdarkly", *BOUNDS, "--url", server.url)
        assert done.returncode == 0, done.stdout + done.stderr
        assert [one["name"] for one in server.mockenv.sandboxes()] == ["default"]
        assert list(server.mockenv.get().journal()) == []


def test_a_provider_that_does_not_exist_is_refused_with_the_nearest() -> None:
    done = run("contract", "vektor")
    assert (done.returncode, "did you mean 'vector'" in done.stderr) == (2, True)


def test_without_schemathesis_it_says_what_to_install() -> None:
    script = "import sys; sys.modules['schemathesis'] = None; from mockenv.cli import main; main(['contract', 'vector'])"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "pip install 'mockenv[contract]'" in done.stderr) == (1, True)


def test_serve_contract_prints_commands_that_run_as_they_are(tmp_path: Path) -> None:
    with served("--contract") as server:
        assert server.process.stderr is not None
        lines = [server.process.stderr.readline().strip() for _ in range(5)]
        assert server.mockenv.health()["auth"] == "strict"
        assert server.mockenv.get().clock()["mode"] == "auto"
        command = next(shlex.split(line) for line in lines if "/openapi/vector.json" in line)
        assert command[:2] == ["schemathesis", "run"]
        ran = [sys.executable, "-m", "schemathesis.cli", "run", *command[2:], "--phases", "examples", "--no-color"]
        done = subprocess.run(ran, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert "Authentication failed" not in done.stdout
        assert "= SUMMARY =" in done.stdout


def test_for_machines_the_tokens_are_events() -> None:
    with served("--contract", "--log-format", "json") as server:
        assert server.process.stderr is not None
        told = [json.loads(server.process.stderr.readline()) for _ in range(5)]
        assert {one["event"] for one in told} == {"contract"}
        headers = {one["document"].rpartition("/")[2]: one["authorization"] for one in told}
        assert headers["vector.json"] == server.mockenv.get().headers("vector")["Authorization"]


def test_what_somebody_says_beside_contract_is_done() -> None:
    settings = load_settings({"contract": True, "clock": "manual"}, {"MOCKENV_AUTH": "lenient"})
    assert (settings.clock, settings.auth, settings.scenario) == ("manual", "lenient", "contract")


def contract(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockenv", "contract", *arguments, "--no-color"]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300, check=False)
