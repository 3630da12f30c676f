"""The command line's verbs as scripts see them: exit codes, and readers that go."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.control.conftest import Maker
from tests.processes import ROOT, environment, run, served


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


def complete(words: str, environ: dict[str, str] | None = None) -> list[str]:
    """What the shell is offered for the last word."""
    asked = {"_MOCKENV_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    lines = run(environ={**asked, **(environ or {})}).stdout.splitlines()
    return [line.partition(",")[2] for line in lines if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("mockenv serve --scenario fl", ["flaky-503"]),
        ("mockenv serve --fixture e", ["empty"]),
        ("mockenv sandbox create --scenario answers-l", ["answers-lost"]),
        ("mockenv scenarios rate", ["rate-limited"]),
        ("mockenv env la", ["launchdarkly"]),
        ("mockenv env --role m", ["manager", "member"]),
        ("mockenv journal --operation postEnvironm", ["postEnvironment"]),
        ("mockenv verify --provider arch", ["archie"]),
        ("mockenv hold configuring_da", ["configuring_database"]),
        ("mockenv agenda --sandbox x", []),
    ],
)
def test_the_shell_completes_names_that_exist(words: str, offered: list[str]) -> None:
    assert complete(words, {"MOCKENV_PORT": "1"}) == offered


def test_the_shell_completes_what_the_running_server_has(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    resource, there = make(), {"MOCKENV_URL": mockenv_server.url}
    rule = mockenv.fault({"status": 503})
    mockenv.snapshot("half-way")
    assert mockenv.name in complete(f"mockenv agenda --sandbox {mockenv.name[:3]}", there)
    assert complete(f"mockenv snapshot restore --sandbox {mockenv.name} h", there) == ["half-way"]
    assert complete(f"mockenv faults --sandbox {mockenv.name} remove f", there) == [rule]
    assert complete(f"mockenv wait --sandbox {mockenv.name} {resource[:12]}", there)


def test_what_is_shipped_is_listed_and_shown() -> None:
    listed = run("scenarios").stdout.splitlines()
    assert len(listed) == len(list((ROOT / "fixtures" / "scenarios").glob("*.yaml"))) + 1
    assert any(line.startswith("flaky-503 ") and "answered 503" in line for line in listed)
    assert run("scenarios", "flaky-503").stdout == (ROOT / "fixtures" / "scenarios" / "flaky-503.yaml").read_text()
    assert {one["name"] for one in json.loads(run("fixtures", "--json").stdout)} == {"docs", "empty"}
    assert "did you mean 'flaky-503'?" in run("scenarios", "flakey-503").stderr


def test_a_few_that_ran_are_listed_and_many_are_counted(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    resource = make()
    listed = run("advance", "--until", "idle", *there).stdout.splitlines()
    assert listed[1].split()[1:] == [resource, "creating_infrastructure:", "done"]
    for number in range(15):
        make(f"many-{number}")
    counted = run("advance", "--until", "idle", *there).stdout.splitlines()
    assert counted[1].split() == ["15", "step", "vector/environment", "creating_infrastructure:", "done"]
    assert len(counted) == len(listed)
    make("one-more")
    assert run("advance", "1s", "--summary", *there).stdout.splitlines()[1].startswith("1 ")
    assert run("advance", "1s", "--quiet", *there).stdout == ""


def test_followed_each_moment_is_told_and_the_end_is_the_same(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    resource = make()
    followed = run("advance", "--until", f"{resource}=active", "--follow", *there).stdout.splitlines()
    assert [line.split("  ")[0][11:19] for line in followed[:-1]] == ["10:30:01", "10:30:02", "10:30:03", "10:30:04"]
    assert followed[-1] == "now 2026-01-24T10:30:04Z"
    make("held")
    mockenv.hold("finalizing")
    late = run("advance", "--until", "vector/environment/67891=active", "--follow", "--max", "3s", *there)
    assert (late.returncode, late.stdout.splitlines()[-1]) == (1, "now 2026-01-24T10:30:07Z, which is not as far as was asked")
    assert run("advance", "5s", "--follow", *there).returncode == 2


def test_requests_are_verified_and_the_exit_code_says_it(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    make()
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    good = run("verify", "--operation", "createEnvironment", "--exactly", "1", *there)
    assert (good.returncode, good.stdout) == (0, "1 match: as it should be\n")
    bad = run("verify", "--match", '{"operation": "createEnvironment", "body": {"name": "other"}}', *there)
    assert (bad.returncode, bad.stdout.splitlines()[0]) == (1, "0 match: not as it should be")
    assert run("verify", "--match", "[]", *there).returncode == 2


def test_rules_go_one_by_one(mockenv_server: Mockenv, mockenv: Sandbox) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    first, second = mockenv.fault({"status": 503}), mockenv.fault({"status": 500})
    assert run("faults", "remove", first, *there).returncode == 0
    assert [one["id"] for one in mockenv.faults()] == [second]
    assert run("faults", "remove", first, *there).returncode == 1
    assert run("faults", "remove", *there).returncode == 2


def test_a_wait_says_whether_it_came_to_that(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    resource = make()
    late = run("wait", f"{resource}=active", "--timeout", "0.1", *there)
    assert (late.returncode, late.stdout) == (1, f"{resource} is not active after 0.1 s\n")
    mockenv.advance("1m")
    assert run("wait", f"{resource}=active", *there).returncode == 0


def test_deliveries_are_shown_and_sent_again(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", mockenv.name)
    nobody = {"url": "http://127.0.0.1:9/", "events": ["vector.site.pending"]}
    assert make.http("POST", "/api/v1/vector/webhooks", nobody).status_code == 201
    assert make.http("POST", "/api/v1/vector/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"}).status_code == 201
    mockenv.advance("1h")
    [row] = run("deliveries", *there).stdout.splitlines()[1:]
    id, event, state, attempts, *_ = row.split()
    assert (event, state, attempts) == ("vector.site.pending", "failed", "5")
    assert " 6 " in run("deliveries", "--redeliver", id, *there).stdout


def test_the_default_sandbox_is_not_dropped_unasked() -> None:
    with served("--clock", "manual") as server:
        server.mockenv.get().snapshot("kept")
        refused = run("sandbox", "delete", "default", "--url", server.url)
        assert (refused.returncode, "say --yes" in refused.stderr) == (2, True)
        assert len(server.mockenv.get().snapshots()) == 1
        assert run("sandbox", "delete", "default", "--yes", "--url", server.url).returncode == 0
        assert server.mockenv.get().snapshots() == []
