"""A GraphQL client of Archie Core in a fresh sandbox, and what a project looks like through every query."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Sandbox
from tests.conftest import Browser

PROJECT = "f7e4a264-d659-4719-91e8-c2d74654e529"
STEPS = ("cloning_database", "creating_database_users", "registering_configuration", "copying_resources", "activating")
FLAGS = ("copyFileProviders", "copyGatewayRoutes", "copySecurityConfig", "copyEnvironmentVariables")
ALL_FLAGS: dict[str, Any] = dict.fromkeys(FLAGS, True)

BRANCH = """
mutation Branch($input: BranchEnvironmentInput!) {
  branchEnvironment(input: $input) {
    success message
    environment { id name parentId parentName branchMode branchedAt status createdAt updatedAt }
  }
}"""
DELETE = "mutation Delete($input: DeleteEnvironmentInput!) { deleteEnvironment(input: $input) { success message } }"
SET = "mutation Set($input: SetEnvironmentVariableInput!) { setEnvironmentVariable(input: $input) { success message } }"
LIST = """
query List($projectId: String!) {
  projectEnvironments(projectId: $projectId) {
    success message environments { id name parentId parentName branchMode branchedAt status createdAt updatedAt }
  }
}"""
TREE = """
query Tree($projectId: String!) {
  environmentTree(projectId: $projectId) { success message tree { ...Node children { ...Node children { ...Node children { ...Node } } } } }
}
fragment Node on EnvironmentTreeNode { environment { id name status parentName branchMode branchedAt } }"""
INSIDE = """
query Inside($projectId: String!, $environment: String!) {
  fileProviders(projectId: $projectId, environment: $environment) { success fileProviders { id name type bucketName region accessKeyId } }
  gatewayRoutes(projectId: $projectId, environment: $environment) {
    gatewayRoutes { id path targetUrl methods enabled allowedOrigins rateLimitPerMinute }
  }
  securityConfig(projectId: $projectId, environment: $environment) {
    securityConfig { corsOrigins rateLimits { globalPerMinute perIpPerMinute perApiKeyPerMinute burst } }
  }
  environmentVariables(projectId: $projectId, environment: $environment) { environmentVariables { key value } }
  authenticationProviders(projectId: $projectId, environment: $environment) { authenticationProviders { id name type enabled } }
  database(projectId: $projectId, environment: $environment) { database { id name host status user tables { name columns rowCount } } }
}"""

Json = dict[str, Any]


class GraphQL:
    """A client with a role's token: `post` gives the reply, `ask` the data of one that has no errors."""

    def __init__(self, sandbox: Sandbox, role: str = "owner") -> None:
        self.sandbox, self._browser = sandbox, Browser(sandbox, sandbox.headers("archie", role))

    def post(self, query: str, variables: Json | None = None, **more: Any) -> requests.Response:
        headers = more.pop("headers", {})
        return self._browser("POST", "/graphql", {"query": query, "variables": variables, **more}, headers=headers)

    def get(self, query: str, headers: Json | None = None, **more: str) -> requests.Response:
        return self._browser("GET", "/graphql", params={"query": query, **more}, headers=headers or {})

    def raw(self, method: str, path: str = "/graphql", **more: Any) -> requests.Response:
        return self._browser(method, path, **more)

    def ask(self, query: str, **variables: Any) -> Json:
        reply = self.post(query, variables)
        assert reply.status_code == 200, reply.text
        assert "errors" not in reply.json(), reply.text
        data: Json = reply.json()["data"]
        return data

    # The operations

    def branch(
        self, name: str = "staging", source: str = "master", mode: str = "full", project: str = PROJECT, **flags: Any
    ) -> Json:
        input = {"projectId": project, "name": name, "sourceEnvironment": source, "mode": mode, **flags}
        payload: Json = self.ask(BRANCH, input=input)["branchEnvironment"]
        return payload

    def active(self, name: str = "staging", source: str = "master", mode: str = "full", **flags: Any) -> Json:
        """A branch that is ready."""
        made = self.branch(name, source, mode, **flags)
        assert made["success"], made
        assert self.sandbox.advance_until(f"archie/environment/{made['environment']['id']}", "active").reached
        return self.environment(name)

    def delete(self, name: str = "staging", project: str = PROJECT) -> Json:
        payload: Json = self.ask(DELETE, input={"projectId": project, "environmentName": name})["deleteEnvironment"]
        return payload

    def set(self, environment: str, key: str, value: str | None) -> Json:
        input = {"projectId": PROJECT, "environment": environment, "key": key, "value": value}
        payload: Json = self.ask(SET, input=input)["setEnvironmentVariable"]
        return payload

    def environments(self, project: str = PROJECT) -> list[Json]:
        found: list[Json] = self.ask(LIST, projectId=project)["projectEnvironments"]["environments"]
        return found

    def environment(self, name: str) -> Json:
        return next(one for one in self.environments() if one["name"] == name)

    def tree(self, project: str = PROJECT) -> Json:
        tree: Json = self.ask(TREE, projectId=project)["environmentTree"]["tree"]
        return tree

    def inside(self, environment: str) -> Json:
        """What an environment holds, by the simulator's own queries."""
        data = self.ask(INSIDE, projectId=PROJECT, environment=environment)
        return {name: payload[name] for name, payload in data.items()}

    def world(self) -> Json:
        """Every query's answer about the project."""
        names = [one["name"] for one in self.environments()]
        return {"list": self.environments(), "tree": self.tree(), "inside": {name: self.inside(name) for name in names}}


@pytest.fixture
def archie(mockenv: Sandbox) -> GraphQL:
    return GraphQL(mockenv)


@pytest.fixture
def member(mockenv: Sandbox) -> GraphQL:
    return GraphQL(mockenv, "member")
