"""Branch an environment over GraphQL

Archie Core has one endpoint, `/graphql`. Branching takes five seconds of the sandbox's time, in steps that can be watched, held and
failed; a failed one is rolled back. Any GraphQL client will do: here it is gql.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXTransport

from mockenv.client import Sandbox

PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"
BRANCH = """
mutation ($input: BranchEnvironmentInput!) {
  branchEnvironment(input: $input) { success message environment { id name status } }
}"""
STATUSES = "query ($projectId: String!) { projectEnvironments(projectId: $projectId) { environments { name status } } }"


def execute(sandbox: Sandbox, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    transport = HTTPXTransport(url=f"{sandbox.url}/graphql", headers=sandbox.headers("archie", "owner"), trust_env=False)
    with Client(transport=transport) as session:
        return dict(session.execute(GraphQLRequest(query, variable_values=variables)))


def branch(sandbox: Sandbox, name: str, **more: Any) -> dict[str, Any]:
    input = {"projectId": PROJECT, "name": name, "sourceEnvironment": "master", "mode": "full", **more}
    return dict(execute(sandbox, BRANCH, {"input": input})["branchEnvironment"])


@pytest.mark.mockenv(clock="auto")
def test_the_answer_comes_with_the_active_environment(mockenv: Sandbox) -> None:
    """As the service does it: the mutation answers when the environment is active. An `auto` clock makes that instant."""
    made = branch(mockenv, "staging", copyEnvironmentVariables=True)
    assert made["message"] == "Environment created successfully"
    assert made["environment"]["status"] == "active"


def test_seeing_what_others_see_meanwhile(mockenv: Sandbox) -> None:
    """On a `manual` clock the mutation answers at once, with `branching`, and you move the time."""
    id = branch(mockenv, "staging")["environment"]["id"]
    seen = execute(mockenv, STATUSES, {"projectId": PROJECT})["projectEnvironments"]["environments"]
    assert seen == [{"name": "master", "status": "active"}, {"name": "staging", "status": "branching"}]
    assert mockenv.advance_until(f"archie/environment/{id}", "active").reached


@pytest.mark.mockenv(clock={"mode": "real", "speed": 100})
def test_a_slow_step(mockenv: Sandbox) -> None:
    """Does your client give up too early? Hold a step for as long as you like."""
    mockenv.hold("cloning_database")
    answers: list[dict[str, Any]] = []
    client = threading.Thread(target=lambda: answers.append(branch(mockenv, "staging")))
    client.start()
    client.join(0.2)
    assert client.is_alive()
    mockenv.release("cloning_database")
    client.join(10)
    assert answers[0]["success"]


@pytest.mark.mockenv(clock="auto")
def test_a_failed_step_is_rolled_back(mockenv: Sandbox) -> None:
    """Nothing is left of it, and the name is free. `"rollback": "keeps_record"` or `"fails"` make it worse."""
    mockenv.fault({"fail": "no disk left"}, provider="archie", step="copying_resources", times=1)
    failed = branch(mockenv, "staging", copyFileProviders=True)
    assert not failed["success"]
    assert "copying_resources: no disk left" in failed["message"]
    assert branch(mockenv, "staging")["success"]
