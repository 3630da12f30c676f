"""A typed GraphQL client from PyPI (gql): it reads our schema, checks its queries against it and is answered."""

from __future__ import annotations

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLError

from mockenv.client import Sandbox
from tests.providers.archie.conftest import BRANCH, LIST, PROJECT

INPUT = {"projectId": PROJECT, "name": "staging", "sourceEnvironment": "master", "mode": "full", "copyFileProviders": True}


def client(sandbox: Sandbox, role: str = "owner", headers: dict[str, str] | None = None) -> Client:
    token = sandbox.headers("archie", role) if headers is None else headers
    transport = HTTPXTransport(url=f"{sandbox.url}/graphql", headers=token, trust_env=False)
    return Client(transport=transport, fetch_schema_from_transport=True)


@pytest.mark.mockenv(clock="auto")
def test_it_fetches_the_schema_and_branches(mockenv: Sandbox) -> None:
    with client(mockenv) as session:
        made = session.execute(GraphQLRequest(BRANCH, variable_values={"input": INPUT}))["branchEnvironment"]
        assert (made["success"], made["environment"]["status"]) == (True, "active")
        found = session.execute(GraphQLRequest(LIST, variable_values={"projectId": PROJECT}))["projectEnvironments"]["environments"]
        assert found[1] == made["environment"]


def test_it_refuses_what_the_schema_does_not_have(mockenv: Sandbox) -> None:
    with client(mockenv) as session, pytest.raises(GraphQLError, match="Cannot query field 'nope'"):
        session.execute(GraphQLRequest("{ nope }"))


def test_errors_reach_it_with_their_codes(mockenv: Sandbox) -> None:
    with client(mockenv, "member") as session, pytest.raises(TransportQueryError) as refused:
        session.execute(GraphQLRequest(BRANCH, variable_values={"input": INPUT}))
    assert refused.value.errors
    assert refused.value.errors[0]["extensions"] == {"code": "FORBIDDEN"}


def test_nobody_is_told_so(mockenv: Sandbox) -> None:
    nobody = client(mockenv, headers={})
    nobody.fetch_schema_from_transport = False
    with nobody as session, pytest.raises((TransportServerError, TransportQueryError)):
        session.execute(GraphQLRequest("{ __typename }"))
