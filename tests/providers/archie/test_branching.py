"""branchEnvironment: the vendor's own request, the rules, and that a refusal leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.providers.archie.conftest import ALL_FLAGS, BRANCH, FLAGS, PROJECT, GraphQL, Json

SEED = """mutation BranchEnvironment($input: BranchEnvironmentInput!) {
branchEnvironment(input: $input) {
success
message
environment {
id
name
parentId
parentName
branchMode
branchedAt
status
createdAt
updatedAt
}
}
}"""
VARIABLES = {
    "input": {
        "projectId": "f7e4a264-d659-4719-91e8-c2d74654e529",
        "name": "staging",
        "sourceEnvironment": "master",
        "mode": "full",
        "copyFileProviders": True,
        "copyGatewayRoutes": True,
        "copySecurityConfig": False,
        "copyEnvironmentVariables": True,
    }
}
MEMBERS = ["id", "name", "parentId", "parentName", "branchMode", "branchedAt", "status", "createdAt", "updatedAt"]


@pytest.mark.mockenv(clock={"mode": "auto", "now": "2026-03-08T20:00:00Z"})
def test_the_pages_own_request_gives_the_pages_own_reply(archie: GraphQL) -> None:
    reply = archie.post(SEED, VARIABLES)
    payload = reply.json()["data"]["branchEnvironment"]
    id = payload["environment"].pop("id")
    assert len(id) == 36
    assert (reply.status_code, payload) == (
        200,
        {
            "success": True,
            "message": "Environment created successfully",
            "environment": {
                "name": "staging",
                "parentId": "master-env-id",
                "parentName": "master",
                "branchMode": "full",
                "branchedAt": "2026-03-08T20:00:00Z",
                "status": "active",
                "createdAt": "2026-03-08T20:00:00Z",
                "updatedAt": "2026-03-08T20:00:05Z",
            },
        },
    )
    assert list(reply.json()["data"]["branchEnvironment"]["environment"]) == MEMBERS


def test_with_a_manual_clock_it_is_branching_at_first_and_active_five_seconds_later(archie: GraphQL, mockenv: Sandbox) -> None:
    made = archie.branch()
    assert (made["success"], made["message"]) == (True, "Environment creation started")
    assert made["environment"]["status"] == "branching"
    assert made["environment"]["updatedAt"] == made["environment"]["createdAt"] == made["environment"]["branchedAt"]
    mockenv.advance("4.999s")
    assert archie.environment("staging") == made["environment"]
    mockenv.advance("0.001s")
    assert archie.environment("staging") == {
        **made["environment"],
        "status": "active",
        "updatedAt": "2026-01-24T10:30:05Z",
    }


@pytest.mark.parametrize("flag", FLAGS)
def test_any_copy_flag_that_is_true_needs_the_project_owner(archie: GraphQL, member: GraphQL, flag: str) -> None:
    before = archie.world()
    input = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full"}
    refused = member.post(BRANCH, {"input": {**input, **dict.fromkeys(FLAGS, False), flag: True}})
    assert (refused.status_code, refused.json()["data"]) == (200, None)
    error = refused.json()["errors"][0]
    assert (error["extensions"], error["path"]) == ({"code": "FORBIDDEN"}, ["branchEnvironment"])
    assert "ProjectOwner" in error["message"]
    assert archie.world() == before
    ticked: Json = {flag: True}
    assert archie.branch("qa", **ticked)["success"]


@pytest.mark.parametrize("flags", [{}, dict.fromkeys(FLAGS, False), dict.fromkeys(FLAGS)], ids=["absent", "false", "null"])
def test_flags_that_are_not_true_need_no_role(member: GraphQL, flags: dict[str, Any]) -> None:
    assert member.branch("qa", **flags)["success"]


@pytest.mark.parametrize(
    "name", ["", "a b", " qa", "qa ", "ü", "a.b", "a/b", "x" * 65, "qa\n", "\x00"], ids=lambda name: repr(name)[:12]
)
def test_a_name_that_departs_from_the_pattern_is_a_business_failure(archie: GraphQL, name: str) -> None:
    payload = archie.branch(name)
    assert (payload["success"], payload["environment"]) == (False, None)
    assert len(archie.environments()) == 1


@pytest.mark.parametrize("name", ["a", "feature-auth", "QA_sprint-12", "x" * 64, "Master"])
def test_letters_digits_hyphens_and_underscores_make_a_name(archie: GraphQL, name: str) -> None:
    assert archie.branch(name)["environment"]["name"] == name


@pytest.mark.parametrize("mode", ["FULL", "System", "partial", "", " full"])
def test_a_mode_is_a_string_and_a_wrong_one_a_business_failure(archie: GraphQL, mode: str) -> None:
    payload = archie.branch(mode=mode)
    assert (payload["success"], payload["environment"]) == (False, None)
    assert mode in payload["message"]
    assert len(archie.environments()) == 1


def test_a_name_is_taken_from_the_record_on_and_free_after_deletion(archie: GraphQL, mockenv: Sandbox) -> None:
    assert archie.branch()["success"]
    assert archie.branch()["message"] == "Environment 'staging' already exists in this project"
    mockenv.advance_until_idle()
    assert not archie.branch()["success"]
    assert archie.delete()["success"]
    assert archie.branch()["success"]


def test_a_name_that_is_the_sources_is_taken(archie: GraphQL) -> None:
    assert "already exists" in archie.branch("master")["message"]


TWO_PROJECTS = {"archie": {"projects": [{"id": PROJECT}, {"id": "other"}, {"id": "closed", "members": {"owner": "ProjectOwner"}}]}}


@pytest.mark.mockenv(fixture=TWO_PROJECTS)
def test_the_same_name_is_free_in_another_project(archie: GraphQL) -> None:
    assert archie.branch()["success"]
    assert archie.branch(project="other")["success"]
    assert [one["name"] for one in archie.environments("other")] == ["master", "staging"]


@pytest.mark.parametrize("status", ["branching", "merging", "error", "archived"])
def test_a_source_must_be_active(archie: GraphQL, mockenv: Sandbox, status: str) -> None:
    id = archie.active("qa")["id"]
    mockenv.set_status(f"archie/environment/{id}", status)
    before = archie.world()
    payload = archie.branch("next", "qa")
    assert payload == {"success": False, "message": f"Source environment 'qa' is {status}, it must be active", "environment": None}
    assert archie.world() == before


def test_a_source_must_exist_and_is_named_not_numbered(archie: GraphQL) -> None:
    assert archie.branch("qa", "nope")["message"] == "Environment 'nope' was not found in this project"
    assert not archie.branch("qa", "master-env-id")["success"]


def test_refusals_take_no_id_leave_no_event_and_do_not_touch_the_source(archie: GraphQL, member: GraphQL, mockenv: Sandbox) -> None:
    before, events = archie.world(), mockenv.events()
    for bad in ({"name": "a b"}, {"mode": "x"}, {"name": "master"}, {"source": "nope"}):
        assert not archie.branch(**{"name": "qa", **bad})["success"]
    input = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full", **ALL_FLAGS}
    assert member.post(BRANCH, {"input": input}).json()["errors"]
    assert (archie.world(), mockenv.events(), mockenv.agenda()) == (before, events, [])
    id = archie.branch("qa")["environment"]["id"]
    mockenv.reset()
    assert GraphQL(mockenv).branch("qa")["environment"]["id"] == id


def test_a_branch_of_a_branch_keeps_that_branch_as_its_parent(archie: GraphQL) -> None:
    first = archie.active("one")
    second = archie.active("two", "one", "system")
    assert (second["parentId"], second["parentName"], second["branchMode"]) == (first["id"], "one", "system")
    names = {one["name"] for one in archie.environments()}
    master = archie.tree()
    (one,) = master["children"]
    (two,) = one["children"]
    assert [node["environment"]["name"] for node in (master, one, two)] == ["master", "one", "two"]
    assert names == {"master", "one", "two"}
    assert [master["environment"][name] for name in ("parentName", "branchMode", "branchedAt")] == [None] * 3


def test_the_role_is_asked_before_the_name(member: GraphQL) -> None:
    input = {"projectId": PROJECT, "name": "a b", "sourceEnvironment": "master", "mode": "full", **ALL_FLAGS}
    assert member.post(BRANCH, {"input": input}).json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.mockenv(fixture=TWO_PROJECTS)
def test_projects_that_do_not_exist_or_are_closed_are_refused_among_the_errors(archie: GraphQL, member: GraphQL) -> None:
    list = "query ($id: String!) { projectEnvironments(projectId: $id) { success } }"
    for client, id, code in ((archie, "nope", "PROJECT_NOT_FOUND"), (member, "closed", "FORBIDDEN")):
        input = {"projectId": id, "name": "qa", "sourceEnvironment": "master", "mode": "full"}
        for reply in (client.post(BRANCH, {"input": input}), client.post(list, {"id": id})):
            assert (reply.status_code, reply.json()["data"]) == (200, None)
            assert reply.json()["errors"][0]["extensions"]["code"] == code
    assert archie.post(list, {"id": "closed"}).json() == {"data": {"projectEnvironments": {"success": True}}}


def test_the_project_header_is_not_needed_but_must_not_contradict(archie: GraphQL) -> None:
    list = "query ($id: String!) { projectEnvironments(projectId: $id) { success } }"
    assert "errors" not in archie.post(list, {"id": PROJECT}, headers={"X-Project-Id": PROJECT, "environment": "nope"}).json()
    refused = archie.post(list, {"id": PROJECT}, headers={"X-Project-ID": "other"}).json()
    assert (refused["data"], refused["errors"][0]["extensions"]["code"]) == (None, "FORBIDDEN")
