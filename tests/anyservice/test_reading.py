"""Documents in every form that vendors publish come out as one that is served; what cannot be is named, and only that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockenv.anyservice.reading.read import name_of, read
from mockenv.contract.validation import Validators
from mockenv.errors import CannotStart
from tests.anyservice.conftest import answers, document, takes

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "size": {"type": "integer"}}}


def written(folder: Path, **files: Any) -> Path:
    """Files of these names, `__` for a slash; the first is the document."""
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return folder / f"{next(iter(files))}.yaml"


def findings(path: Path, schema: str, value: Any) -> list[str]:
    return [one.keyword for one in Validators(read(path).document).component(schema, value)]


def test_swagger_2_is_served_like_openapi_3(tmp_path: Path) -> None:
    old = {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "basePath": "/api",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {"basic": {"type": "basic"}},
        "parameters": {"tags": {"name": "tags", "in": "query", "type": "array", "items": {"type": "integer"}}},
        "definitions": {"Thing": THING},
        "responses": {"Gone": {"description": "Gone.", "schema": {"$ref": "#/definitions/Thing"}}},
        "paths": {
            "/things": {
                "parameters": [{"name": "thing", "in": "body", "schema": {"$ref": "#/definitions/Thing"}}],
                "post": {"operationId": "make", "responses": {201: {"description": "", "schema": {"$ref": "#/definitions/Thing"}}}},
                "get": {
                    "parameters": [{"$ref": "#/parameters/tags"}],
                    "responses": {"410": {"$ref": "#/responses/Gone"}, "default": {"$ref": "#/responses/Gone"}},
                },
            }
        },
    }
    found = read(written(tmp_path, old=old)).document
    make, listed = found.operations["make"], found.operations["get_things"]
    assert (make.path, make.body_types) == ("/api/things", ("application/json",))
    assert Validators(found).body(make, "application/json", {"size": 1})[0].keyword == "required"
    assert Validators(found).query(listed, {"tags": ["1,2"]}) == ({"tags": [1, 2]}, [])
    assert Validators(found).reply(listed, 410, "application/json", {"id": "x"}) == []
    assert Validators(found).reply(listed, 500, "application/json", {})[0].startswith("id: ")
    assert found.content["components"]["securitySchemes"] == {"basic": {"type": "http", "scheme": "basic"}}


def test_references_lead_into_other_files_and_back(tmp_path: Path) -> None:
    whole = document({"/things": {"$ref": "paths/things.yaml"}}, {"Size": {"type": "integer"}})
    things = {"get": {"$ref": "../operations.yaml#/list"}}
    operations = {"list": {"responses": answers({"type": "array", "items": {"$ref": "models/thing.yaml#/Thing"}})}}
    models = {
        "Thing": {
            "type": "object",
            "properties": {"size": {"$ref": "../whole.yaml#/components/schemas/Size"}, "in": {"$ref": "#/Thing"}},
        }
    }
    path = written(tmp_path, whole=whole, paths__things=things, operations=operations, models__thing=models)
    found = read(path)
    assert not found.remarks
    [operation] = found.document.operations.values()
    problems = Validators(found.document).reply(operation, 200, "application/json", [{"in": {"size": "large"}}])
    assert problems == ['0.in.size: "large" is not of type "integer"']


def test_what_was_nullable_before_3_1_may_be_null(tmp_path: Path) -> None:
    schemas = {
        "Plain": {"type": "string", "nullable": True, "enum": ["a"]},
        "Thing": {"type": "object", "properties": {"one": {"$ref": "#/components/schemas/Other", "nullable": True}}},
        "Other": {"type": "object"},
        "Bound": {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
    }
    path = written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, schemas))
    assert findings(path, "Plain", None) == findings(path, "Thing", {"one": None}) == []
    assert findings(path, "Plain", "b") == ["enum"]
    assert findings(path, "Bound", 1) == ["exclusiveMinimum"]


def test_required_members_that_only_a_reply_has_are_not_required_of_a_request(tmp_path: Path) -> None:
    thing = {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "string", "readOnly": True}, "name": {}}}
    path = written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, {"Thing": thing}))
    assert findings(path, "Thing", {"name": "x"}) == []
    assert findings(path, "Thing", {}) == ["required"]


def test_properties_may_be_called_like_keywords(tmp_path: Path) -> None:
    thing = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("type", "required", "nullable", "enum", "pattern")},
    }
    path = written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, {"Thing": thing}))
    assert findings(path, "Thing", {"type": "x", "required": "x", "nullable": "x", "enum": "x", "pattern": "x"}) == []
    assert findings(path, "Thing", {"enum": 1}) == ["type"]


def test_a_schema_that_is_none_is_mended_and_not_refused(tmp_path: Path) -> None:
    schemas = {
        "Odd": {"type": "int", "required": True, "minimum": "3", "enum": []},
        "Old": {"type": "array", "items": [{"type": "string"}]},
        "Bad": {"type": "string", "pattern": "(?<broken"},
        "Lost": {"$ref": "#/components/schemas/Nowhere"},
    }
    found = read(written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, schemas)))
    assert findings(tmp_path / "thing.yaml", "Odd", 2) == ["minimum"]
    assert findings(tmp_path / "thing.yaml", "Old", [1]) == ["type"]
    assert [str(one) for one in found.remarks] == [
        "#/components/schemas/Nowhere: is referred to and is not there, so anything is taken",
        "/components/schemas/Bad: the pattern '(?<broken' is none that can be checked, so anything is taken",
    ]


def test_an_operation_that_cannot_be_served_is_named_in_one_line_and_the_others_are_served(tmp_path: Path) -> None:
    get = {"get": {"responses": answers({})}}
    found = read(written(tmp_path, thing=document({"/good": get, "/by?name=x": get, "/all/{name=*}": get})))
    assert [one.path for one in found.document.operations.values()] == ["/good"]
    assert {one.where for one in found.remarks} == {"GET /by?name=x", "GET /all/{name=*}"}


def test_operations_without_a_name_get_one_and_two_of_a_name_are_told_apart(tmp_path: Path) -> None:
    twice = {"operationId": "same", "responses": answers({})}
    found = read(written(tmp_path, thing=document({"/a/{id}": {"get": {"responses": answers({})}, "put": twice, "post": twice}})))
    assert list(found.document.operations) == ["get_a_id", "same", "same_2"]
    assert len(found.remarks) == 1


def test_a_parameters_text_becomes_what_its_schema_says(tmp_path: Path) -> None:
    told = [
        {"name": "ratio", "in": "query", "schema": {"type": "number"}},
        {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "on", "in": "query", "content": {"application/json": {"schema": {"type": "boolean"}}}},
    ]
    found = read(written(tmp_path, thing=document({"/x": {"get": {"parameters": told, "responses": answers({})}}}))).document
    typed, wrong = Validators(found).query(found.operations["get_x"], {"ratio": ["0.5"], "ids": ["1,2"], "on": ["true"]})
    assert (typed, wrong) == ({"ratio": 0.5, "ids": [1, 2], "on": True}, [])
    assert Validators(found).query(found.operations["get_x"], {"ratio": ["half"]})[1][0].keyword == "type"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "is not an OpenAPI document"),
        ("{}", "has neither `openapi` nor `swagger` in it"),
        ("openapi: 4.0.0", "says it is version '4.0.0'"),
        ("openapi: 3.0.0\npaths: {}", "has no operation that can be served"),
        ("a: [", "document"),
    ],
)
def test_a_file_that_is_no_document_is_refused_in_one_line(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(CannotStart, match=problem.replace("`", "`")) as caught:
        read(written(tmp_path, thing=content))
    assert "\n" not in str(caught.value)


def test_json_is_read_as_well_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "thing.json"
    path.write_text(json.dumps(document({"/x": {"post": {"requestBody": takes(THING), "responses": answers(THING)}}})))
    assert list(read(path).document.operations) == ["post_x"]


@pytest.mark.parametrize(
    ("file", "name"),
    [("neon.yaml", "neon"), ("Acme-Cloud.v2.openapi.json", "acme-cloud"), ("My Service.yml", "my-service"), ("€.yaml", "service")],
)
def test_a_service_is_called_like_its_file(file: str, name: str) -> None:
    assert name_of(Path(file)) == name


def test_what_only_a_reply_has_may_be_said_in_one_part_of_a_schema_and_required_in_another(tmp_path: Path) -> None:
    base = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}, "kind": {"type": "string"}}}
    thing = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "required": ["id", "kind"]}]}
    path = written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, {"Base": base, "Thing": thing}))
    assert findings(path, "Thing", {"kind": "a"}) == []
    assert findings(path, "Thing", {}) != []


def test_what_is_required_and_described_nowhere_is_not_asked_for(tmp_path: Path) -> None:
    slip = {"type": "object", "required": ["id", "name"], "properties": {"name": {"type": "string"}}}
    part = {"type": "object", "required": ["base"], "properties": {"own": {"type": "string"}}}
    whole = {"allOf": [{"type": "object", "properties": {"base": {"type": "string"}}}, part]}
    path = written(tmp_path, thing=document({"/x": {"get": {"responses": answers({})}}}, {"Slip": slip, "Whole": whole}))
    assert findings(path, "Slip", {"name": "a"}) == []
    assert findings(path, "Slip", {}) == ["required"]
    assert findings(path, "Whole", {}) != []


def test_of_two_paths_that_no_request_tells_apart_the_first_is_served_and_the_other_named(tmp_path: Path) -> None:
    get, put = ({"operationId": id, "responses": answers({})} for id in ("one", "change"))
    paths = {"/x/{id}": {"get": get}, "/x/{name}": {"get": {**get, "operationId": "other"}, "put": put}}
    found = read(written(tmp_path, thing=document(paths)))
    assert {*found.document.operations} == {"one", "change"}
    assert [(one.where, "/x/{id}" in one.what) for one in found.remarks] == [("GET /x/{name}", True)]


def test_json_that_is_not_described_is_json_all_the_same(tmp_path: Path) -> None:
    replies = {"200": {"description": "", "content": {"application/json": {}}}, "404": {"description": ""}}
    content = read(written(tmp_path, thing=document({"/x": {"delete": {"responses": replies}}}))).document.content
    told = content["paths"]["/x"]["delete"]["responses"]
    assert (told["200"]["content"]["application/json"], "content" in told["404"]) == ({"schema": {}}, False)


def test_an_equals_sign_alone_is_a_text(tmp_path: Path) -> None:
    paths = "{/x: {get: {parameters: [{name: is, in: query, schema: {enum: [=, <]}}], responses: {200: {description: ''}}}}}"
    path = written(tmp_path, thing=f"openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\npaths: {paths}\n")
    assert read(path).document.operations["get_x"].query[0].schema == {"enum": ["=", "<"]}


def test_a_body_that_is_only_shown_is_described_by_what_it_shows(tmp_path: Path) -> None:
    shown = {"id": "a1", "size": 3, "tags": ["x"], "on": True}
    replies = {
        "200": {"description": "", "content": {"application/json": {"example": shown}}},
        "201": {
            "description": "",
            "content": {"application/json": {"schema": {"type": "object"}, "examples": {"a": {"value": shown}}}},
        },
    }
    content = read(written(tmp_path, thing=document({"/x": {"get": {"responses": replies}}}))).document.content
    for status in ("200", "201"):
        schema = content["paths"]["/x"]["get"]["responses"][status]["content"]["application/json"]["schema"]
        assert {name: one["type"] for name, one in schema["properties"].items()} == {
            "id": "string",
            "size": "integer",
            "tags": "array",
            "on": "boolean",
        }
