"""How GraphQL travels over HTTP: queries by GET, two media types, hashes instead of documents, the project's header."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from mockenv.bootstrap import openapi_folder
from mockenv.client import Mockenv, Sandbox
from mockenv.providers.archie.persisted import KEPT
from tests.providers.archie.conftest import BRANCH, LIST, PROJECT, GraphQL

GRAPHQL, JSON = "application/graphql-response+json", "application/json"


def told(reply: Any) -> tuple[int, str, Any]:
    """Status, the first error's code, and `data`."""
    body = reply.json()
    return reply.status_code, body["errors"][0]["extensions"]["code"], body.get("data")


def hashed(query: str, version: int = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": sha256(query.encode()).hexdigest()}}


# GET


def test_a_query_by_get_answers_what_the_same_one_by_post_answers(archie: GraphQL) -> None:
    by_get = archie.get(LIST, variables=json.dumps({"projectId": PROJECT}), operationName="List")
    assert (by_get.status_code, by_get.json()) == (200, archie.post(LIST, {"projectId": PROJECT}, operationName="List").json())


def test_a_mutation_by_get_is_refused_and_changes_nothing(archie: GraphQL) -> None:
    input = {"projectId": PROJECT, "name": "qa", "sourceEnvironment": "master", "mode": "full"}
    refused = archie.get(BRANCH, variables=json.dumps({"input": input}))
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (406, "GET requests only allow query operations")
    assert [one["name"] for one in archie.environments()] == ["master"]


@pytest.mark.parametrize("name", ["variables", "extensions"])
@pytest.mark.parametrize("text", ["{", "5", "[]", '"a"'])
def test_what_is_no_json_object_in_the_url_is_a_400(archie: GraphQL, name: str, text: str) -> None:
    reply = archie.raw("GET", params={"query": "{ __typename }", name: text})
    assert (reply.status_code, reply.json()["errors"][0]["message"]) == (400, f"{name} could not be decoded")


@pytest.mark.parametrize("name", ["variables", "extensions", "operationName"])
def test_null_and_nothing_in_the_url_are_as_good_as_absent(archie: GraphQL, name: str) -> None:
    texts = [""] if name == "operationName" else ["", "null"]
    queries = [{"query": "{ __typename }", name: text} for text in texts]
    assert [archie.raw("GET", params=query).status_code for query in queries] == [200] * len(texts)


def test_a_get_without_a_document_has_no_operation(archie: GraphQL) -> None:
    assert told(archie.raw("GET")) == (422, "GRAPHQL_VALIDATION_FAILED", None)


def test_the_journal_calls_a_query_by_get_by_its_fields(archie: GraphQL, mockenv: Sandbox) -> None:
    archie.get(LIST, variables=json.dumps({"projectId": PROJECT}))
    archie.get("{")
    assert [one["operation"] for one in mockenv.journal()] == ["projectEnvironments", "graphqlByGet"]


def test_a_rule_for_a_field_acts_on_a_query_by_get(archie: GraphQL, mockenv: Sandbox) -> None:
    mockenv.fault(provider="archie", operation="projectEnvironments", effect={"status": 503}, times=1)
    variables = json.dumps({"projectId": PROJECT})
    assert [archie.get(LIST, variables=variables).status_code for _ in range(2)] == [503, 200]


def test_polling_by_get_moves_an_auto_clock(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="auto", options={"archie": {"branch_reply": "immediate"}}) as sandbox:
        archie = GraphQL(sandbox)
        archie.branch()
        query, variables = LIST, json.dumps({"projectId": PROJECT})
        seen = [archie.get(query, variables=variables).json()["data"]["projectEnvironments"]["environments"] for _ in range(5)]
        assert seen[-1][-1]["status"] == "active"


# Two media types


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.1, {JSON}", GRAPHQL),  # from left to right, weights aside
        (f"{JSON}, {GRAPHQL}", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("text/html", GRAPHQL),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ],
)
def test_the_media_type_is_the_first_that_the_client_accepts(archie: GraphQL, accept: str | None, media: str) -> None:
    for reply in (
        archie.post("{ __typename }", headers={"Accept": accept}),
        archie.post("{", headers={"Accept": accept}),
        archie.get("{ __typename }", {"Accept": accept}),
        archie.raw("PUT", headers={"Accept": accept}),
    ):
        assert reply.headers["Content-Type"].partition(";")[0] == media


@pytest.mark.parametrize("query", ["{", "{ nope }", "", "fragment F on Query { __typename }", "query ($a: Nope) { __typename }"])
def test_where_plain_json_has_422_the_other_media_type_has_400(archie: GraphQL, query: str) -> None:
    statuses = [archie.post(query, headers={"Accept": accept}).status_code for accept in (JSON, GRAPHQL)]
    assert statuses == [422, 400]


# Hashes instead of documents


def test_a_hash_that_nobody_knows_is_told_so_that_clients_send_the_document(archie: GraphQL) -> None:
    query = "{ __typename }"
    for reply in (
        archie.raw("POST", json={"extensions": hashed(query)}),
        archie.raw("GET", params={"extensions": json.dumps(hashed(query))}),
    ):
        assert told(reply) == (200, "PERSISTED_QUERY_NOT_FOUND", None)
        assert reply.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert archie.post(query, extensions=hashed(query)).json() == {"data": {"__typename": "Query"}}
    assert archie.raw("POST", json={"extensions": hashed(query)}).json() == {"data": {"__typename": "Query"}}
    assert archie.raw("GET", params={"extensions": json.dumps(hashed(query))}).json() == {"data": {"__typename": "Query"}}


def test_a_document_that_came_with_its_hash_by_get_is_known_too(archie: GraphQL) -> None:
    query = "query Kind { __typename }"
    assert archie.get(query, extensions=json.dumps(hashed(query))).status_code == 200
    assert archie.raw("POST", json={"extensions": hashed(query)}).json() == {"data": {"__typename": "Query"}}


def test_a_document_is_known_in_its_own_sandbox_alone_and_until_it_is_reset(archie: GraphQL, mockenv_server: Mockenv) -> None:
    query = "{ __typename }"
    archie.post(query, extensions=hashed(query))
    with mockenv_server.sandbox(clock="manual") as other:
        assert told(GraphQL(other).raw("POST", json={"extensions": hashed(query)}))[1] == "PERSISTED_QUERY_NOT_FOUND"
    archie.sandbox.reset()
    assert told(archie.raw("POST", json={"extensions": hashed(query)}))[1] == "PERSISTED_QUERY_NOT_FOUND"


def test_the_oldest_documents_are_forgotten(archie: GraphQL) -> None:
    queries = [f"query Q{number} {{ __typename }}" for number in range(KEPT + 1)]
    for query in queries:
        archie.post(query, extensions=hashed(query))
    answers = [archie.raw("POST", json={"extensions": hashed(query)}).json() for query in (queries[0], queries[1])]
    assert ["errors" in answer for answer in answers] == [True, False]


@pytest.mark.parametrize(
    ("extensions", "message"),
    [
        (hashed("{ __typename }", version=2), "unsupported APQ version"),
        (hashed("{ another }"), "provided APQ hash does not match query"),
        ({"persistedQuery": "a"}, "invalid APQ extension data"),
        ({"persistedQuery": {"version": 1, "sha256Hash": 5}}, "invalid APQ extension data"),
    ],
)
def test_a_hash_that_is_wrong_is_told(archie: GraphQL, extensions: dict[str, Any], message: str) -> None:
    reply = archie.post("{ __typename }", extensions=extensions)
    assert (reply.status_code, reply.json()["errors"][0]["message"]) == (200, message)


# The project's header


@pytest.mark.mockenv(options={"archie": {"project_header": "required"}})
def test_the_header_of_the_project_can_be_required(archie: GraphQL) -> None:
    for headers in ({}, {"X-Project-ID": "a b"}, {"X-Project-ID": "x" * 65}):
        assert told(archie.post("{ __typename }", headers=headers)) == (400, "MISSING_PROJECT_ID", None)
    assert archie.post("{ __typename }", headers={"X-Project-ID": PROJECT}).status_code == 200
    assert told(archie.post(LIST, {"projectId": PROJECT}, headers={"X-Project-ID": "another"}))[1] == "FORBIDDEN"
    assert archie.raw("PUT").status_code == 405


# What explorers show


def test_every_type_field_and_argument_is_described() -> None:
    schema = build_schema((openapi_folder() / "archie.graphql").read_text())
    bare = []
    for name, type in schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Boolean", "ID", "Float"):
            continue
        bare += [name] * (not type.description)
        if isinstance(type, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for key, field in type.fields.items():
                bare += [f"{name}.{key}"] * (not field.description)
                bare += [f"{name}.{key}({at})" for at, one in getattr(field, "args", {}).items() if not one.description]
    assert bare == []


def test_a_field_that_the_vendor_has_and_this_has_not_is_told_from_a_typo(archie: GraphQL) -> None:
    absent, typo = archie.post("{ migrationHistory { id } }"), archie.post("{ migrationHistry { id } }")
    assert (absent.status_code, absent.headers["X-Mockenv-Absent"]) == (422, "migrationHistory")
    assert (typo.status_code, "X-Mockenv-Absent" in typo.headers) == (422, False)
    assert "X-Mockenv-Absent" not in archie.post("mutation { migrationHistory { id } }").headers
