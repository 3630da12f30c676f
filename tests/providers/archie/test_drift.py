"""The SDL and the code behind it cannot drift, and the start does not pay for graphql-core."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, build_schema

from mockenv.bootstrap import build, document_of, openapi_folder
from mockenv.errors import CannotStart
from mockenv.providers.archie import Service
from mockenv.providers.archie.drift import check_fields, outline
from mockenv.providers.archie.operations.fields import FIELDS
from mockenv.providers.archie.schema import load_schema
from mockenv.settings import Settings

SDL = openapi_folder() / "archie.graphql"
DATABASE = """  database(
    "The project's id."
    projectId: String!
    "The environment's name."
    environment: String!
  ): DatabasePayload!
"""


def test_the_light_reading_of_the_sdl_finds_what_graphql_core_finds() -> None:
    schema = build_schema(SDL.read_text())
    types = {name: type for name, type in schema.type_map.items() if isinstance(type, GraphQLObjectType) and name[:2] != "__"}
    assert outline(SDL.read_text()) == {name: list(type.fields) for name, type in types.items()}


def test_every_field_of_query_and_mutation_has_its_resolver() -> None:
    schema = load_schema(SDL)
    for type, fields in FIELDS.items():
        found = schema.type_map[type]
        assert isinstance(found, GraphQLObjectType)
        assert set(found.fields) == set(fields)
        assert all(field.resolve for field in found.fields.values())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("  deleteEnvironment(", "  archiveEnvironment(id: ID!): Int\n  deleteEnvironment("), "field 'Mutation.archiveEnvironment' has no resolver"),
        (("  environmentTree(", "  treeOfEnvironments("), "'Query.treeOfEnvironments' has no resolver"),
        ((DATABASE, ""), "resolver 'Query.database' has no field"),
    ],
)  # fmt: skip
def test_a_field_without_a_resolver_and_a_resolver_without_a_field_stop_the_start(
    tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    text = SDL.read_text()
    assert change[0] in text
    (tmp_path / "archie.graphql").write_text(text.replace(*change))
    document = replace(document_of(Service), source=tmp_path / "archie.yaml")
    with pytest.raises(CannotStart, match=named):
        build(Settings(), documents={"archie": document})


def test_a_schema_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="cannot be read"):
        check_fields(tmp_path / "archie.graphql", FIELDS)


def test_graphql_core_is_imported_with_the_first_request_only() -> None:
    code = """
import sys
from mockenv.bootstrap import build
from mockenv.settings import Settings
from werkzeug.test import Client
server = build(Settings())
assert 'graphql' not in sys.modules
reply = Client(server.app).post('/graphql', json={'query': '{ __typename }'}, headers={'Authorization': 'Bearer x'})
assert reply.json == {'data': {'__typename': 'Query'}}, reply.text
assert 'graphql' in sys.modules
server.close()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
