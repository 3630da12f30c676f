"""How a scenario comes into a server: by flag, by name or inline; never by a path out of a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.conftest import Browser
from tests.processes import run, served

STUCK = "fixtures/scenarios/stuck-forever.yaml"
MINE = """
description: mine
clock: {mode: manual, now: 2027-01-01T00:00:00Z}
seed: 9
holds: [finalizing]
faults: [{provider: vector, effect: {status: 418}, times: 1}]
"""


def effects(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [one["effect"] for one in sandbox.faults()]


def test_a_name_at_the_start_is_for_default_and_only_for_it() -> None:
    with served("--scenario", "stuck-forever", "--clock", "manual") as server:
        default = server.mockenv.get()
        assert effects(default) == [{"stall": True}, {"stall": True}]
        assert default.clock()["mode"] == "manual"  # the flag: the scenario says nothing of it
        with server.mockenv.sandbox() as other:
            assert other.faults() == []


def test_a_file_at_the_start_beats_the_flags_and_a_reset_begins_it_anew(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MINE)
    with served("--scenario", str(file), "--clock", "auto", "--seed", "1") as server:
        default = server.mockenv.get()
        assert (default.about["seed"], default.clock()["mode"], default.clock()["now"]) == (9, "manual", "2027-01-01T00:00:00Z")
        browser = Browser(default, default.headers("vector"))
        statuses = [browser("GET", "/api/v1/vector/sites").status_code for _ in range(2)]
        default.reset()
        assert [*statuses, browser("GET", "/api/v1/vector/sites").status_code] == [418, 200, 418]


def test_a_bad_file_stops_the_start_in_one_line_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("faults: [{step: configuring_databse, effect: {fail: x}}]")
    ended = run("serve", "--port", "0", "--scenario", str(file))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert f"{file}:1:11: faults.0.step: 'configuring_databse' is not known; did you mean 'configuring_database'?" in ended.stderr


def test_the_variable_and_the_verb_take_a_name_too() -> None:
    with served(environ={"MOCKENV_SCENARIO": "cdn-fails"}) as server:
        assert effects(server.mockenv.get()) == [{"fail": "the CDN did not accept the domain"}]
        made = run("sandbox", "create", "mine", "--scenario", "flaky-503", environ={"MOCKENV_URL": server.url})
        assert made.returncode == 0, made.stderr
        assert effects(server.mockenv.get("mine")) == [{"status": 503, "headers": {"Retry-After": "1"}}]


def test_a_sandbox_takes_a_name_or_the_object_itself(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(scenario="cdn-fails") as named:
        assert effects(named) == [{"fail": "the CDN did not accept the domain"}]
    inline = {"description": "mine", "clock": {"mode": "manual"}, "faults": [{"effect": {"status": 418}}]}
    with mockenv_server.sandbox(scenario=inline) as sandbox:
        assert (effects(sandbox), sandbox.clock()["mode"]) == ([{"status": 418}], "manual")


@pytest.mark.parametrize(
    ("scenario", "text"),
    [
        ("cdn-fail", "did you mean 'cdn-fails'"),
        (STUCK, "is not known"),
        (str(Path(STUCK).resolve()), "is not known"),
        ("../docs", "is not known"),
        ("scenarios/cdn-fails", "is not known"),
        ({"fixture": "../../pyproject"}, "inline scenario: fixture"),
        ({"fautls": []}, "inline scenario: fautls: 'fautls' is not known; did you mean 'faults'"),
    ],
)
def test_a_request_names_no_path(mockenv_server: Mockenv, scenario: Any, text: str) -> None:
    before = mockenv_server.sandboxes()
    with pytest.raises(MockenvError, match="422") as refused:
        mockenv_server.sandbox(scenario=scenario)
    assert text in str(refused.value)
    assert [one["name"] for one in mockenv_server.sandboxes()] == [one["name"] for one in before]
