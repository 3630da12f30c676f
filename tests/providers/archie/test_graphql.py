"""GraphQL as a language, and every way of being refused before a field is asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox
from mockenv.providers.archie.errors import failure
from tests.providers.archie.conftest import BRANCH, LIST, PROJECT, TREE, GraphQL

VALIDATION, SYNTAX = "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"


def codes(body: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in body["errors"]}


def test_selections_aliases_fragments_and_typename_are_honoured(archie: GraphQL) -> None:
    archie.active()
    query = """
    query ($id: String!, $deep: Boolean!) {
      __typename
      all: projectEnvironments(projectId: $id) { environments { ...Short } }
      environmentTree(projectId: $id) {
        tree { __typename environment { name } children @include(if: $deep) { environment { ... on Environment { parent: parentName } } } }
      }
    }
    fragment Short on Environment { name __typename }"""
    assert archie.ask(query, id=PROJECT, deep=True) == {
        "__typename": "Query",
        "all": {
            "environments": [{"name": "master", "__typename": "Environment"}, {"name": "staging", "__typename": "Environment"}]
        },
        "environmentTree": {
            "tree": {
                "__typename": "EnvironmentTreeNode",
                "environment": {"name": "master"},
                "children": [{"environment": {"parent": "master"}}],
            }
        },
    }
    assert "children" not in archie.ask(query, id=PROJECT, deep=False)["environmentTree"]["tree"]


def test_queries_answer_with_success_and_message_too(archie: GraphQL) -> None:
    for query, field in ((LIST, "projectEnvironments"), (TREE, "environmentTree")):
        payload = archie.ask(query, projectId=PROJECT)[field]
        assert payload["success"] is True
        assert payload["message"]


def test_literals_do_as_well_as_variables(archie: GraphQL) -> None:
    query = f'mutation {{ branchEnvironment(input: {{projectId: "{PROJECT}", name: "qa", sourceEnvironment: "master", mode: "system"}}) {{ success environment {{ branchMode }} }} }}'
    assert archie.ask(query) == {"branchEnvironment": {"success": True, "environment": {"branchMode": "system"}}}


def test_of_several_operations_the_named_one_runs(archie: GraphQL) -> None:
    both = 'query One { __typename } mutation Two { deleteEnvironment(input: {projectId: "x", environmentName: "y"}) { success } }'
    assert archie.post(both, operationName="One").json() == {"data": {"__typename": "Query"}}
    for name in (None, "Three"):
        refused = archie.post(both, operationName=name)
        assert (refused.status_code, codes(refused.json())) == (422, {VALIDATION})


def test_the_tree_goes_as_deep_as_somebody_asks(archie: GraphQL) -> None:
    source = "master"
    for number in range(12):
        archie.active(f"level-{number}", source)
        source = f"level-{number}"
    nest = "environment { name }" + " children { environment { name }" * 14 + " }" * 14
    node = archie.ask(f'{{ environmentTree(projectId: "{PROJECT}") {{ tree {{ {nest} }} }} }}')["environmentTree"]["tree"]
    names = []
    while node["children"]:
        (node,) = node["children"]
        names.append(node["environment"]["name"])
    assert names == [f"level-{number}" for number in range(12)]


def test_introspection_shows_the_schema_that_is_shipped(archie: GraphQL) -> None:
    shown = build_client_schema(archie.ask(get_introspection_query(descriptions=False)))  # type: ignore[arg-type]  # that is what it is
    shipped = build_schema((openapi_folder() / "archie.graphql").read_text())
    assert print_schema(shown) == print_schema(build_client_schema(_introspected(shipped)))


def _introspected(schema: Any) -> Any:
    from graphql import introspection_from_schema

    return introspection_from_schema(schema, descriptions=False)


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, SYNTAX),
        ("", None, VALIDATION),
        ("# nothing", None, VALIDATION),
        ('{ projectEnvironments(projectId: "\\u") { success } }', None, SYNTAX),
        ("{ nope }", None, VALIDATION),
        ("fragment F on Query { __typename }", None, VALIDATION),
        ("subscription { environmentChanged { id } }", None, VALIDATION),
        ("{ projectEnvironments { success } }", None, VALIDATION),
        ("{ projectEnvironments(projectId: 5) { success } }", None, VALIDATION),
        ("query ($id: ID!) { projectEnvironments(projectId: $id) { success } }", {"id": PROJECT}, VALIDATION),
        (LIST, {}, VALIDATION),
        (LIST, {"projectId": None}, VALIDATION),
        (LIST, {"projectId": 5}, VALIDATION),
        (BRANCH, {"input": {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master"}}, VALIDATION),
        (BRANCH, {"input": {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": None}}, VALIDATION),
        (BRANCH, {"input": {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full", "x": 1}}, VALIDATION),
        (
            BRANCH,
            {"input": {"projectId": PROJECT, "name": "a", "sourceEnvironment": "master", "mode": "full", "copyGatewayRoutes": "yes"}},
            VALIDATION,
        ),
        ("{ a " * 200, None, SYNTAX),
        ("{" + " __typename" * 30_000 + "}", None, SYNTAX),
    ],
)  # fmt: skip
def test_what_cannot_be_executed_is_a_422_with_a_code(
    archie: GraphQL, query: str, variables: dict[str, Any] | None, code: str
) -> None:
    reply = archie.post(query, variables)
    assert (reply.status_code, codes(reply.json()), reply.json()["data"]) == (422, {code}, None)
    assert len(archie.environments()) == 1


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ a " * 100 + "}" * 100, "DEPTH_LIMIT_EXCEEDED"),
        ("{" + " __typename" * 1001 + "}", "COMPLEXITY_LIMIT_EXCEEDED"),
    ],
)
def test_a_document_that_is_too_large_is_told_with_a_200(archie: GraphQL, query: str, code: str, accept: str) -> None:
    reply = archie.post(query, headers={"Accept": accept})
    assert (reply.status_code, codes(reply.json()), reply.json()["data"]) == (200, {code}, None)


def test_fragments_that_multiply_are_counted_where_they_are_spread(archie: GraphQL) -> None:
    bomb = "query { ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    reply = archie.post(bomb + " fragment F40 on Query { __typename }")
    assert (reply.status_code, codes(reply.json())) == (200, {"COMPLEXITY_LIMIT_EXCEEDED"})
    circle = archie.post("query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
    assert (circle.status_code, codes(circle.json())) == (422, {VALIDATION})


def test_a_long_chain_of_fragments_is_refused_not_crashed_on(archie: GraphQL) -> None:
    links = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(2_000))
    reply = archie.post(f"query {{ ...F0 }} {links} fragment F2000 on Query {{ __typename }}")
    assert (reply.status_code, codes(reply.json())) == (200, {"DEPTH_LIMIT_EXCEEDED"})


def test_what_came_in_is_quoted_in_measure(archie: GraphQL) -> None:
    assert len(archie.branch("x" * 100_000)["message"]) < 600
    assert (
        len(archie.raw("POST", data=b"[%s]" % (b"5," * 99_999 + b"5"), headers={"Content-Type": "application/json"}).text) < 1_000
    )


def test_a_status_that_is_asked_for_has_a_code_of_letters() -> None:
    for status in range(400, 600):
        (error,) = failure(status).body["errors"]
        assert re.fullmatch("[A-Z][A-Z_]*", error["extensions"]["code"])
        assert error["message"]


def test_the_standard_introspection_is_within_the_limits(archie: GraphQL) -> None:
    everything = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    assert archie.ask(everything)["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"NaN", b"[]", b"[{}]", b'"a"', b"5", b'{"query": 5}', b'{"query": "{a}", "variables": []}']
)
def test_a_body_that_is_no_request_is_a_400(archie: GraphQL, body: bytes) -> None:
    reply = archie.raw("POST", data=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, codes(reply.json()), reply.json()["data"]) == (400, {"BAD_REQUEST"}, None)


@pytest.mark.parametrize("body", [b"{}", b'{"query": null}', b'{"variables": {}}'])
def test_a_request_without_a_document_is_a_422(archie: GraphQL, body: bytes) -> None:
    reply = archie.raw("POST", data=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["errors"][0]["message"]) == (422, "no operation provided")


def test_members_that_nobody_knows_are_overlooked(archie: GraphQL) -> None:
    assert archie.post("{ __typename }", extensions={"persistedQuery": None}, more=1, operationName="").status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_get_and_post_are_supported(archie: GraphQL, method: str) -> None:
    reply = archie.raw(method)
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, POST")
    assert method == "HEAD" or codes(reply.json()) == {"METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize("media", [None, "text/plain", "application/x-www-form-urlencoded", "application/graphql"])
def test_a_post_of_another_media_type_than_json_or_of_none_is_a_400(archie: GraphQL, media: str | None) -> None:
    reply = archie.raw("POST", data=b'{"query": "{ __typename }"}', headers={"Content-Type": media} if media else {})
    assert (reply.status_code, reply.json()["errors"][0]["message"]) == (400, "transport not supported")


def test_other_paths_and_sizes_are_refused_in_the_same_shape(archie: GraphQL) -> None:
    unknown = archie.raw("POST", "/graphql/", json={"query": "{ __typename }"})
    large = archie.raw("POST", data=b" " * 1_100_000, headers={"Content-Type": "application/json"})
    for reply, status, code in ((unknown, 404, "NOT_FOUND"), (large, 413, None)):
        assert reply.status_code == status
        assert list(reply.json()) == ["errors"]
        assert code is None or codes(reply.json()) == {code}


@pytest.mark.parametrize("header", [{}, {"Authorization": ""}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}])
def test_nobody_gets_a_401_without_data(mockenv: Sandbox, header: dict[str, str]) -> None:
    import requests

    for reply in (
        requests.post(f"{mockenv.url}/graphql", json={"query": "{ __typename }"}, headers=header, timeout=10),
        requests.get(f"{mockenv.url}/graphql", headers=header, timeout=10),
    ):
        assert (reply.status_code, list(reply.json()), codes(reply.json())) == (401, ["errors"], {"UNAUTHENTICATED"})


def test_a_strict_server_knows_its_own_tokens_only(strict_server: Any) -> None:
    with strict_server.sandbox(clock="manual") as sandbox:
        archie = GraphQL(sandbox)
        assert archie.post("{ __typename }").status_code == 200
        stranger = archie.post("{ __typename }", headers={"Authorization": "Bearer somebody"})
        assert (stranger.status_code, list(stranger.json())) == (401, ["errors"])


def test_tokens_have_the_vendors_prefix(mockenv: Sandbox) -> None:
    assert set(mockenv.tokens["archie"]) == {"owner", "member"}
    assert all(token.startswith("archie_") for token in mockenv.tokens["archie"].values())
