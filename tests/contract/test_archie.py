"""Archie Core against its two documents, by requests that nobody thought of: the HTTP side, and the GraphQL side."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from schemathesis import Case

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox
from tests.contract import fuzzing

PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"

http = fuzzing.load("archie")
fields = schemathesis.graphql.from_path(openapi_folder() / "archie.graphql", config=fuzzing.config())


@pytest.fixture(scope="module")
def known(world: Sandbox) -> Sandbox:
    """An active branch beside the fixture's master."""
    body = {
        "query": "mutation ($input: BranchEnvironmentInput!) { branchEnvironment(input: $input) { success } }",
        "variables": {"input": {"projectId": PROJECT, "name": "staging", "sourceEnvironment": "master", "mode": "full"}},
    }
    from tests.conftest import Browser

    assert Browser(world, world.headers("archie"))("POST", "/graphql", body).json()["data"]["branchEnvironment"]["success"]
    world.advance_until_idle()
    return world


@http.parametrize()
@fuzzing.SETTINGS
def test_every_reply_is_what_the_document_says(case: Case[Any], known: Sandbox) -> None:
    fuzzing.check(case, known, "archie", {})


@fields.parametrize()
@fuzzing.SETTINGS
def test_every_field_is_what_the_schema_says(case: Case[Any], known: Sandbox) -> None:
    case.call_and_validate(base_url=f"{known.url}/graphql", headers=known.headers("archie"))
