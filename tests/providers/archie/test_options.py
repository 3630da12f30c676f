"""Each option changes what it says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, MockenvError, Sandbox
from mockenv.providers.archie.options import OPTIONS
from tests.providers.archie.conftest import ALL_FLAGS, BRANCH, DELETE, INSIDE, LIST, PROJECT, TREE, GraphQL

INPUT = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full"}


def with_options(**options: Any) -> pytest.MarkDecorator:
    return pytest.mark.mockenv(options={"archie": options})


@with_options(role_refusal="payload")
def test_a_missing_role_can_be_told_in_the_payload(member: GraphQL) -> None:
    payload = member.branch(**ALL_FLAGS)
    assert (payload["success"], payload["environment"]) == (False, None)
    assert "ProjectOwner" in payload["message"]
    assert len(member.environments()) == 1


@with_options(project_refusal="payload")
def test_an_unknown_project_can_be_told_in_every_payload(archie: GraphQL) -> None:
    assert archie.branch(project="nope")["message"] == "Project 'nope' was not found"
    assert archie.delete(project="nope") == {"success": False, "message": "Project 'nope' was not found"}
    assert archie.ask(LIST, projectId="nope")["projectEnvironments"]["environments"] == []
    assert archie.ask(TREE, projectId="nope")["environmentTree"]["tree"] is None
    inside = archie.ask(INSIDE, projectId="nope", environment="master")
    assert inside["fileProviders"] == {"success": False, "fileProviders": []}
    assert inside["securityConfig"] == {"securityConfig": None}


def test_an_unknown_environment_is_told_in_every_payload(archie: GraphQL) -> None:
    inside = archie.ask(INSIDE, projectId=PROJECT, environment="nope")
    assert inside == {
        "fileProviders": {"success": False, "fileProviders": []},
        "gatewayRoutes": {"gatewayRoutes": []},
        "securityConfig": {"securityConfig": None},
        "environmentVariables": {"environmentVariables": []},
        "authenticationProviders": {"authenticationProviders": []},
        "database": {"database": None},
    }


@with_options(business_refusal="errors")
def test_business_failures_can_be_told_among_the_errors(archie: GraphQL) -> None:
    for bad in ({"name": "a b"}, {"name": "master"}, {"mode": "x"}, {"sourceEnvironment": "nope"}):
        reply = archie.post(BRANCH, {"input": {**INPUT, **bad}})
        assert (reply.status_code, reply.json()["data"]) == (200, None)
        assert reply.json()["errors"][0]["extensions"] == {"code": "OPERATION_FAILED"}
    assert archie.post(DELETE, {"input": {"projectId": PROJECT, "environmentName": "master"}}).json()["data"] is None


@with_options(business_refusal="errors")
@pytest.mark.mockenv(clock="auto")
def test_so_can_a_failed_step(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.fault({"fail": "no"}, provider="archie", step="activating")
    reply = archie.post(BRANCH, {"input": INPUT}).json()
    assert (reply["data"], reply["errors"][0]["extensions"]["code"]) == (None, "OPERATION_FAILED")


@with_options(request_error_status="200")
def test_what_cannot_be_executed_can_be_a_200(archie: GraphQL) -> None:
    for query, variables in (("{", None), ("{ nope }", None), (LIST, {})):
        reply = archie.post(query, variables)
        assert (reply.status_code, reply.json()["data"]) == (200, None)
        assert reply.json()["errors"]
    broken = archie.raw("POST", data=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["errors"][0]["extensions"]["code"]) == (200, "BAD_REQUEST")


@with_options(authentication_status="200")
def test_nobody_can_be_a_200_too(mockenv: Sandbox) -> None:
    reply = requests.post(f"{mockenv.url}/graphql", json={"query": "{ __typename }"}, timeout=10)
    assert (reply.status_code, reply.json()["errors"][0]["extensions"]["code"]) == (200, "UNAUTHENTICATED")


@with_options(project_header="ignore")
def test_the_project_header_can_be_ignored(archie: GraphQL) -> None:
    assert "errors" not in archie.post(LIST, {"projectId": PROJECT}, headers={"X-Project-ID": "other"}).json()


@with_options(delete_role="owner")
def test_deleting_can_need_the_project_owner(archie: GraphQL, member: GraphQL) -> None:
    archie.active()
    reply = member.post(DELETE, {"input": {"projectId": PROJECT, "environmentName": "staging"}}).json()
    assert reply["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert archie.delete()["success"]


@with_options(max_environments="2")
def test_a_project_can_have_a_limit(archie: GraphQL) -> None:
    assert archie.branch("one")["success"]
    assert archie.branch("two")["message"] == "This project has reached its limit of 2 environments"


@with_options(max_depth=3, max_complexity=5)
def test_documents_can_be_kept_small(archie: GraphQL) -> None:
    codes = [
        archie.post(query).json()["errors"][0]["extensions"]["code"]
        for query in ("{ a { b { c { d } } } }", "{ a b c d e f }", "{ a { b { c } } }")
    ]
    assert codes == ["DEPTH_LIMIT_EXCEEDED", "COMPLEXITY_LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED"]


@with_options(max_depth=0, max_complexity=0)
def test_or_as_large_as_the_parser_takes_them(archie: GraphQL) -> None:
    assert archie.post("{" + " ".join(f"a{n}: __typename" for n in range(5_000)) + "}").status_code == 200


@pytest.mark.parametrize("name", [name for name in OPTIONS if name.startswith("max_")])
def test_a_limit_that_is_no_number_is_refused(mockenv_server: Mockenv, name: str) -> None:
    with pytest.raises(MockenvError, match=rf"options\.archie\.{name}: 'many' is not a whole number"):
        mockenv_server.sandbox(options={"archie": {name: "many"}})
