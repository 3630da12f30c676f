"""Documents, routes, validators and JSON from strangers: the pieces that every provider stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockenv.contract.document import JSON, Document, load_document
from mockenv.contract.jsonbody import MAX_DEPTH, BadJSON, parse_json
from mockenv.contract.routing import Routes
from mockenv.contract.validation import Validators

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1}}
        - {name: deep, in: query, schema: {$ref: "#/components/schemas/Flag"}}
        - {name: "tags[]", in: query, schema: {type: array, items: {type: string, minLength: 1}}}
        - {name: must, in: query, required: true, schema: {type: string}}
      responses: &answers
        "200": {description: ok, content: {application/json: {schema: {type: object, required: [id]}}, text/plain: {}}}
        "204": {description: nothing}
        default: {$ref: "#/components/responses/Failure"}
    post:
      operationId: makeThing
      requestBody: {$ref: "#/components/requestBodies/Thing"}
      responses: *answers
  /things/{thing}: {get: {operationId: getThing, responses: *answers}, delete: {operationId: dropThing, responses: *answers}}
  /things/special: {get: {operationId: getSpecial, responses: *answers}}
  /slashed/{thing}/: {post: {operationId: postSlashed, responses: *answers}}
components:
  schemas:
    Flag: {type: boolean}
    Thing:
      type: object
      required: [name]
      properties: {name: {type: string}, inner: {type: array, items: {$ref: "#/components/schemas/Thing"}}}
  requestBodies: {Thing: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
  responses: {Failure: {description: no, content: {application/json: {schema: {type: object, required: [error]}}}}}
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path: Path = tmp_path_factory.mktemp("documents") / "things.yaml"
    path.write_text(DOCUMENT)
    return load_document("things", path)


# Documents


def test_a_document_is_known_by_its_operations_and_read_when_a_schema_is_asked_for(document: Document) -> None:
    again = load_document("things", document.source)
    assert again.operations == document.operations
    assert "content" not in vars(again)
    validators = Validators(again)
    assert "content" not in vars(again)
    assert validators.body(again.operations["makeThing"], JSON, {"name": 1})[0].field == "name"
    assert "content" in vars(again)


def test_a_document_that_has_changed_is_not_taken_for_the_one_that_was_read_before(tmp_path: Path) -> None:
    path = tmp_path / "things.yaml"
    for id in ("first", "second"):
        path.write_text(DOCUMENT.replace("getSpecial", id))
        assert id in load_document("things", path).operations


# Routes


@pytest.mark.parametrize(
    ("method", "path", "operation", "allowed"),
    [
        ("GET", "/things", "listThings", ()),
        ("HEAD", "/things", "listThings", ()),
        ("GET", "/things/1", "getThing", ()),
        ("GET", "/things/special", "getSpecial", ()),
        ("POST", "/slashed/1/", "postSlashed", ()),
        ("PUT", "/things", None, ("GET", "HEAD", "POST")),
        ("PUT", "/things/1", None, ("DELETE", "GET", "HEAD")),
        ("BREW", "/slashed/1/", None, ("POST",)),
        ("GET", "/slashed/1/", None, ("POST",)),
        ("GET", "/things/", None, ()),
        ("GET", "/things//", None, ()),
        ("GET", "/things/1/2", None, ()),
        ("POST", "/slashed/1", None, ()),
        ("POST", "/slashed//", None, ()),
        ("GET", "/", None, ()),
        ("GET", "", None, ()),
        ("GET", "things", "listThings", ()),
    ],
)
def test_a_path_is_matched_as_it_is_written(
    document: Document, method: str, path: str, operation: str | None, allowed: tuple[str, ...]
) -> None:
    found = Routes(document, head_as_get=True).match(method, path)
    assert (found.operation.id if found.operation else None, found.allowed) == (operation, allowed)


def test_a_service_without_head_does_not_have_it(document: Document) -> None:
    routes = Routes(document, head_as_get=False)
    assert (routes.match("HEAD", "/things").operation, routes.match("HEAD", "/things").allowed) == (None, ("GET", "POST"))
    assert routes.match("PUT", "/things").allowed == ("GET", "POST")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1))
def test_a_parameter_is_whatever_stands_between_two_slashes(document: Document, name: str) -> None:
    found = Routes(document, head_as_get=True).match("GET", f"/things/{name}")
    assert found.operation is not None
    assert found.params == ({} if name == "special" else {"thing": name})


# JSON from strangers

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(values)
def test_what_is_json_is_read_as_it_is(value: Any) -> None:
    assert parse_json(orjson.dumps(value)) == value


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"[1,]", "line 1 column"),
        (b"{'a': 1}", "Expecting property name enclosed in double quotes"),
        (b"NaN", "Out of range float values are not JSON compliant: NaN"),
        (b"[-Infinity]", "Out of range float values are not JSON compliant: -Infinity"),
        (b"\xff", "can't decode byte 0xff"),
        (b'"\\ud800"', ""),
        (b"1e999", ""),
        (b"{} {}", "Extra data: line 1 column 4 (char 3)"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "Nested deeper than 100 levels"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "Nested deeper than 100 levels"),
        (b"[" * 100_000, "Nested deeper than 100 levels"),
        ("\ufeff{}".encode(), ""),
    ],
)
def test_what_is_not_json_is_refused_in_pythons_words(raw: bytes, text: str) -> None:
    with pytest.raises(BadJSON) as refused:
        parse_json(raw)
    assert text in str(refused.value)
    assert str(refused.value)


def test_depth_is_counted_and_brackets_in_texts_are_not() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse_json(deepest)
    assert parse_json(b'["' + b"[" * 5000 + b'"]') == ["[" * 5000]


# Validators


def test_a_body_is_checked_through_references_and_findings_say_where(document: Document) -> None:
    validators, operation = Validators(document), document.operations["makeThing"]
    assert validators.body(operation, "application/json", {"name": "x", "inner": [{"name": "y"}]}) == []
    findings = validators.body(operation, "application/json", {"inner": [{"name": 5}, {}]})
    assert {(one.field, one.keyword) for one in findings} == {
        ("name", "required"),
        ("inner.0.name", "type"),
        ("inner.1.name", "required"),
    }
    assert {one.location for one in findings} == {"body"}


@pytest.mark.parametrize(
    ("given", "typed", "wrong"),
    [
        ({"must": ["x"]}, {"must": "x"}, []),
        ({"must": ["x"], "page": ["2"]}, {"must": "x", "page": 2}, []),
        ({"must": ["x"], "page": ["1", "3"]}, {"must": "x", "page": 3}, []),
        ({"must": ["x"], "page": ["-1"]}, {"must": "x", "page": -1}, [("page", "minimum")]),
        ({"must": ["x"], "page": ["1.5"]}, {"must": "x", "page": "1.5"}, [("page", "type")]),
        ({"must": ["x"], "page": ["٣"]}, {"must": "x", "page": "٣"}, [("page", "type")]),
        ({"must": ["x"], "page": ["9" * 40]}, {"must": "x", "page": "9" * 40}, [("page", "type")]),
        ({"must": ["x"], "deep": ["true"]}, {"must": "x", "deep": True}, []),
        ({"must": ["x"], "deep": ["0"]}, {"must": "x", "deep": False}, []),
        ({"must": ["x"], "deep": ["maybe"]}, {"must": "x", "deep": "maybe"}, [("deep", "type")]),
        ({"must": ["x"], "tags[]": ["a", "b"]}, {"must": "x", "tags[]": ["a", "b"]}, []),
        ({"must": ["x"], "tags[]": [""]}, {"must": "x", "tags[]": [""]}, [("tags[]", "minLength")]),
        ({"must": ["x"], "unknown": ["y"]}, {"must": "x"}, []),
        ({}, {}, [("must", "required")]),
    ],
)
def test_query_parameters_are_typed_as_declared(
    document: Document, given: dict[str, list[str]], typed: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    values, findings = Validators(document).query(document.operations["listThings"], given)
    assert values == typed
    assert [(str(one.path[0]), one.keyword) for one in findings] == wrong


@pytest.mark.parametrize(
    ("status", "media", "body", "problem"),
    [
        (200, "application/json", {"id": 1}, None),
        (200, "application/json", {}, '"id" is a required property'),
        (200, "text/plain", b"anything", None),
        (200, "text/html", b"x", "is text/html, the document says application/json, text/plain"),
        (200, "", None, "is without a content type"),
        (204, "", None, None),
        (204, "application/json", {}, "has a body, the document has none"),
        (418, "application/json", {"error": "x"}, None),
        (418, "application/json", {}, '"error" is a required property'),
    ],
)
def test_a_reply_is_held_against_its_status(document: Document, status: int, media: str, body: Any, problem: str | None) -> None:
    found = Validators(document).reply(document.operations["getThing"], status, media, body)
    assert bool(found) == (problem is not None)
    assert problem is None or problem in found[0]
