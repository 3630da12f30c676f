"""Paths that say `things` and `things/{thing}` otherwise: each is taken for what it means, and served so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.model import Model
from mockenv.anyservice.reading.read import read
from tests.anyservice.conftest import Open, answers, document, takes

REF = {"$ref": "#/components/schemas/Thing"}
NAMED = {"type": "object", "properties": {"name": {"type": "string"}}}
THING = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def op(id: str, schema: Any = REF, body: Any = None, status: str = "200") -> dict[str, Any]:
    return {"operationId": id, "responses": answers(schema, status), **({"requestBody": takes(body)} if body else {})}


def listed(id: str) -> dict[str, Any]:
    return op(id, {"type": "array", "items": REF})


NAMED_METHODS = {
    "/things/json": {"get": listed("list")},
    "/things/create": {"post": op("create", body=NAMED, status="201")},
    "/things/{id}/json": {"get": op("read")},
    "/things/{id}/update": {"post": op("change", body=NAMED)},
    "/things/{id}": {"delete": op("delete")},
}
SINGULAR = {
    "/things": {"get": listed("list"), "post": op("create", body=NAMED, status="201")},
    "/thing/{id}": {"get": op("read"), "put": op("change", body=NAMED), "delete": op("delete")},
}
SCOPED = {
    "/things/{space}": {"get": listed("list"), "post": op("create", body=NAMED, status="201")},
    "/things/{space}/{id}": {"get": op("read"), "put": op("change", body=NAMED), "delete": op("delete")},
    "/things/{space}/{id}/restart": {"post": op("restart")},
}


@pytest.fixture
def model_of(tmp_path: Path) -> Any:
    def infer_(paths: dict[str, Any], **schemas: Any) -> Model:
        path = tmp_path / "service.yaml"
        path.write_text(yaml.safe_dump(document(paths, {"Thing": THING, **schemas})))
        return infer(read(path).document)

    return infer_


@pytest.mark.parametrize("paths", [NAMED_METHODS, SINGULAR, SCOPED])
def test_a_thing_is_made_listed_read_and_deleted_however_its_paths_are_spelled(model_of: Any, paths: Any) -> None:
    model = model_of(paths)
    told = {id: (one.does, one.resource) for id, one in model.operations.items()}
    assert {id: told[id] for id in ("list", "create", "read", "delete")} == {
        id: (id, "thing") for id in ("list", "create", "read", "delete")
    }


def test_words_for_methods_are_served_like_methods(open_service: Open) -> None:
    things = open_service(document(NAMED_METHODS, {"Thing": THING}))
    made = things("POST", "/things/create", {"name": "a"}).json()
    things("POST", f"/things/{made['id']}/update", {"name": "b"})
    assert things("GET", f"/things/{made['id']}/json").json()["name"] == "b"
    assert [one["id"] for one in things("GET", "/things/json").json()] == [made["id"]]
    things("DELETE", f"/things/{made['id']}")
    assert things("GET", f"/things/{made['id']}/json").status_code == 404


def test_a_parameter_that_holds_several_is_what_they_are_in_and_not_one_of_them(open_service: Open) -> None:
    things = open_service(document(SCOPED, {"Thing": THING}))
    made = things("POST", "/things/blue", {"name": "a"}).json()
    assert things("GET", f"/things/blue/{made['id']}").json()["name"] == "a"
    assert [one["id"] for one in things("GET", "/things/blue").json()] == [made["id"]]
    assert things("GET", "/things/red").json() == []
    assert things("GET", f"/things/red/{made['id']}").status_code == 404


def test_a_word_that_is_taken_by_its_method_is_what_it_was(model_of: Any) -> None:
    paths = {
        "/things": {"get": listed("list"), "post": op("create", body=NAMED, status="201")},
        "/things/all": {"get": listed("all")},
        "/things/{id}": {"get": op("read")},
        "/things/{id}/info": {"get": op("info", {"type": "object", "properties": {"uptime": {"type": "integer"}}})},
    }
    model = model_of(paths)
    assert {id: model.operations[id].does for id in ("list", "read", "info")} == {"list": "list", "read": "read", "info": "show"}


def test_a_region_that_nobody_makes_is_there_though_another_sort_of_region_is_made(open_service: Open) -> None:
    paths = {
        "/nets/{net}/regions/{region}": {"get": op("readRegion"), "put": op("makeRegion", body=NAMED)},
        "/nets": {"get": listed("nets"), "post": op("makeNet", body=NAMED, status="201")},
        "/projects/{project}/regions/{region}/things": {"get": listed("list"), "post": op("create", body=NAMED, status="201")},
    }
    things = open_service(document(paths, {"Thing": THING}))
    assert things("POST", "/projects/p/regions/eu/things", {"name": "a"}).status_code == 201
    assert len(things("GET", "/projects/p/regions/eu/things").json()) == 1
    assert things("GET", "/nets/n/regions/eu").status_code == 404


ID = {"type": "object", "required": ["thingId"], "properties": {"thingId": {"type": "string"}, "name": {"type": "string"}}}
CALLED = {
    "/api/things.createThing": {"post": op("create", body=NAMED)},
    "/api/things.list": {"get": listed("list")},
    "/api/things.one": {
        "get": op("read") | {"parameters": [{"name": "thingId", "in": "query", "required": True, "schema": {"type": "string"}}]}
    },
    "/api/things.update": {"post": op("change", body=ID)},
    "/api/things.stop": {"post": op("stop", body=ID)},
    "/api/things.deleteThing": {"post": op("delete", body=ID)},
}


def test_operations_that_are_called_by_name_find_what_their_query_or_body_names(open_service: Open) -> None:
    things = open_service(document(CALLED, {"Thing": THING}))
    id = things("POST", "/api/things.createThing", {"name": "a"}).json()["id"]
    assert things("GET", f"/api/things.one?thingId={id}").json()["name"] == "a"
    assert [one["id"] for one in things("GET", "/api/things.list").json()] == [id]
    things("POST", "/api/things.update", {"thingId": id, "name": "b"})
    assert things("POST", "/api/things.stop", {"thingId": id}).json()["name"] == "b"
    assert things("POST", "/api/things.deleteThing", {"thingId": id}).status_code == 200
    assert things("GET", f"/api/things.one?thingId={id}").status_code == 404
    assert things("POST", "/api/things.stop", {"thingId": id}).status_code == 404
