"""The steps of a branching: what is there at each of them, and that a failure takes everything back."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.providers.archie.conftest import ALL_FLAGS, STEPS, GraphQL

KINDS = ("database", "database_user", "file_provider", "gateway_route", "security_config", "environment_variable")


def held(sandbox: Sandbox, id: str) -> dict[str, int]:
    """How many resources of each kind belong to an environment."""
    found = [one["kind"] for one in sandbox.resources(provider="archie") if one["document"].get("environmentId") == id]
    return {kind: found.count(kind) for kind in KINDS if kind in found}


def test_others_see_the_environment_branching_and_it_fills_step_by_step(archie: GraphQL, member: GraphQL, mockenv: Sandbox) -> None:
    id = archie.branch(**ALL_FLAGS)["environment"]["id"]
    seen = []
    for step in STEPS:
        entry = mockenv.agenda()[0]
        assert (entry["step"], entry["resource"]) == (step, f"archie/environment/{id}")
        assert member.environment("staging")["status"] == "branching"
        assert member.tree()["children"][0]["environment"]["status"] == "branching"
        database = member.inside("staging")["database"]
        seen.append((database["status"], len(database["tables"]), database["user"] is not None, len(held(mockenv, id))))
        mockenv.advance_to_next()
    assert seen == [
        ("cloning", 0, False, 1),
        ("available", 3, False, 1),
        ("available", 3, True, 2),
        ("available", 3, True, 2),
        ("available", 3, True, 6),
    ]
    assert member.environment("staging")["status"] == "active"
    assert [(one["type"], one["at"]) for one in mockenv.events()] == [
        ("archie.environment.branching", "2026-01-24T10:30:00Z"),
        ("archie.environment.active", "2026-01-24T10:30:05Z"),
    ]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_leaves_the_world_as_it_was(archie: GraphQL, mockenv: Sandbox, step: str) -> None:
    archie.active("elder")
    before, resources = archie.world(), mockenv.resources(provider="archie")
    mockenv.fault({"fail": "out of luck"}, provider="archie", resource="environment", step=step, times=1)
    id = archie.branch(**ALL_FLAGS)["environment"]["id"]
    assert mockenv.advance_until(f"archie/environment/{id}", "gone").reached
    assert archie.world() == before
    assert mockenv.resources(provider="archie") == resources
    assert not mockenv.agenda()
    assert mockenv.events()[-1]["type"] == "archie.environment.failed"
    assert archie.active(**ALL_FLAGS)["status"] == "active"  # the name is free


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.mockenv(clock="auto")
def test_whoever_waits_for_a_step_that_fails_is_told(archie: GraphQL, mockenv: Sandbox, step: str) -> None:
    before = archie.world()
    mockenv.fault({"fail": "out of luck"}, provider="archie", step=step)
    payload = archie.branch(**ALL_FLAGS)
    assert payload == {
        "success": False,
        "message": f"Environment creation failed at step {step}: out of luck. Everything was rolled back.",
        "environment": None,
    }
    assert archie.world() == before
    assert mockenv.drop() == []


@pytest.mark.parametrize("step", STEPS)
def test_a_kept_record_is_in_error_without_database_and_copies(archie: GraphQL, mockenv: Sandbox, step: str) -> None:
    mockenv.fault({"fail": "out of luck", "rollback": "keeps_record"}, provider="archie", step=step, times=1)
    id = archie.branch(**ALL_FLAGS)["environment"]["id"]
    assert mockenv.advance_until(f"archie/environment/{id}", "error").reached
    assert archie.environment("staging")["status"] == "error"
    assert held(mockenv, id) == {}
    assert archie.inside("staging")["database"] is None
    assert "already exists" in archie.branch()["message"]
    assert "is error" in archie.branch("next", "staging")["message"]
    assert archie.delete() == {"success": True, "message": "Environment deleted successfully"}
    assert archie.active()["status"] == "active"


@pytest.mark.parametrize("step", STEPS)
def test_a_rollback_that_fails_leaves_a_database_that_the_leak_report_names(archie: GraphQL, mockenv: Sandbox, step: str) -> None:
    before = archie.world()
    mockenv.fault({"fail": "out of luck", "rollback": "fails"}, provider="archie", step=step)
    id = archie.branch(**ALL_FLAGS)["environment"]["id"]
    mockenv.advance_until_idle()
    assert held(mockenv, id) == {"database": 1}
    assert archie.world() == before
    (orphan,) = mockenv.drop()
    assert orphan.startswith("archie/database/")


@pytest.mark.mockenv(clock="auto")
def test_a_rollback_that_fails_is_told_too(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.fault({"fail": "no", "rollback": "fails"}, provider="archie", step="activating")
    assert "rollback failed" in archie.branch()["message"]


@pytest.mark.parametrize("step", STEPS)
def test_a_source_that_is_forced_out_of_active_fails_the_step_that_is_running(archie: GraphQL, mockenv: Sandbox, step: str) -> None:
    before = archie.world()
    id = archie.branch(**ALL_FLAGS)["environment"]["id"]
    while mockenv.agenda()[0]["step"] != step:
        mockenv.advance_to_next()
    mockenv.set_status("archie/environment/master-env-id", "merging")
    assert "failed" in mockenv.advance_to_next().fired[0]["detail"]
    mockenv.set_status("archie/environment/master-env-id", "active")
    assert archie.world() == before
    assert held(mockenv, id) == {}


def test_two_branches_of_one_source_run_beside_each_other(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.branch("one", **ALL_FLAGS)
    mockenv.advance("2.5s")
    archie.branch("two", **ALL_FLAGS)
    mockenv.advance("2.5s")
    assert [archie.environment(name)["status"] for name in ("master", "one", "two")] == ["active", "active", "branching"]
    mockenv.advance_until_idle()
    assert archie.environment("two")["updatedAt"] == "2026-01-24T10:30:07Z"


def test_copies_have_the_same_ids_whatever_runs_beside(mockenv: Sandbox, archie: GraphQL) -> None:
    archie.active("one", **ALL_FLAGS)
    alone = archie.inside("one")
    mockenv.reset()
    archie.branch("one", **ALL_FLAGS)
    archie.branch("two", **ALL_FLAGS)
    mockenv.advance_until_idle()
    assert archie.inside("one") == alone


@pytest.mark.mockenv(delays={"archie": {"environment": {"cloning_database": "1m"}}})
def test_each_step_has_a_delay_that_can_be_set(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.branch()
    mockenv.advance_until_idle()
    assert archie.environment("staging")["updatedAt"] == "2026-01-24T10:31:04Z"


@pytest.mark.mockenv(delays="realistic")
def test_realistic_delays_are_other_than_the_pages(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.branch()
    mockenv.advance("10s")
    assert archie.environment("staging")["status"] == "branching"
    mockenv.advance("10m")
    assert archie.environment("staging")["status"] == "active"
