"""What a fixture may say of projects and environments, and how it is told what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.providers.archie.conftest import PROJECT, GraphQL


def world(*environments: dict[str, Any], **project: Any) -> dict[str, Any]:
    return {"archie": {"projects": [{"id": PROJECT, "environments": list(environments), **project}]}}


def test_the_default_fixture_is_the_pages_project(archie: GraphQL) -> None:
    (master,) = archie.environments()
    assert {name: value for name, value in master.items() if not name.endswith("At")} == {
        "id": "master-env-id",
        "name": "master",
        "parentId": None,
        "parentName": None,
        "branchMode": None,
        "status": "active",
    }
    inside = archie.inside("master")
    lengths = {name: len(value) for name, value in inside.items() if isinstance(value, list)}
    assert lengths == {"fileProviders": 2, "gatewayRoutes": 2, "environmentVariables": 3, "authenticationProviders": 2}
    assert inside["securityConfig"]["corsOrigins"]
    assert inside["database"]["status"] == "available"
    assert inside["database"]["user"]


@pytest.mark.mockenv(fixture="empty")
def test_the_empty_fixture_has_no_project(archie: GraphQL) -> None:
    reply = archie.post('{ projectEnvironments(projectId: "x") { success } }').json()
    assert reply["errors"][0]["extensions"]["code"] == "PROJECT_NOT_FOUND"


@pytest.mark.mockenv(fixture=world())
def test_a_project_has_its_master_even_if_nobody_wrote_it_down(archie: GraphQL) -> None:
    assert [one["name"] for one in archie.environments()] == ["master"]
    assert archie.inside("master")["database"]["tables"] == []


GROWN = world(
    {"name": "master", "securityConfig": {"rateLimits": {"burst": 7}}},
    {"name": "old", "status": "archived", "branchMode": "system"},
    {"name": "qa"},
    {"name": "qa-2", "parent": "qa", "status": "branching", "copies": ["copySecurityConfig"]},
)


@pytest.mark.mockenv(fixture=GROWN)
def test_environments_hang_under_their_parents_and_a_branching_one_goes_on(archie: GraphQL, mockenv: Sandbox) -> None:
    assert [(one["name"], one["parentName"], one["branchMode"]) for one in archie.environments()] == [
        ("master", None, None),
        ("old", "master", "system"),
        ("qa", "master", "full"),
        ("qa-2", "qa", "full"),
    ]
    assert archie.inside("master")["securityConfig"]["rateLimits"] == {
        "globalPerMinute": 1000,
        "perIpPerMinute": 100,
        "perApiKeyPerMinute": 500,
        "burst": 7,
    }
    assert archie.environment("qa-2")["status"] == "branching"
    mockenv.advance("5s")
    assert archie.environment("qa-2")["status"] == "active"


@pytest.mark.parametrize(
    ("fixture", "problem"),
    [
        (world({"name": "a b"}), r"projects\.0\.environments\.0\.name: is not 1 to 64"),
        (world({"name": "a"}, {"name": "a"}), "'a' is there twice"),
        (world({"name": "a", "parent": "b"}), r"environments\.0\.parent: 'b' is not an environment above"),
        (world({"name": "master", "status": "branching"}), "master is not branched"),
        (world({"name": "a", "statsu": "active"}), "did you mean 'status'"),
        (world({"name": "a", "tables": [{"name": "t", "rowCount": -1}]}), "rowCount"),
        (
            world(*({"name": n, "fileProviders": [{"id": "x", "name": "n", "bucketName": "b"}]} for n in "ab")),
            "file_provider 'x' is there twice",
        ),
        (world(members={"owner": "Emperor"}), "members"),
        ({"archie": {"projects": [{"id": "a"}, {"id": "a"}]}}, "'a' is there twice"),
        ({"archie": {"project": []}}, "did you mean 'projects'"),
    ],
)
def test_a_mistake_is_named(mockenv_server: Mockenv, fixture: dict[str, Any], problem: str) -> None:
    with pytest.raises(MockenvError, match=problem):
        mockenv_server.sandbox(fixture=fixture)


def test_statuses_can_be_forced_and_only_known_ones(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.set_status("archie/environment/master-env-id", "merging")
    assert archie.environment("master")["status"] == "merging"
    with pytest.raises(MockenvError, match="did you mean 'merging'"):
        mockenv.set_status("archie/environment/master-env-id", "mergin")
