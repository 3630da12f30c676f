"""Services in other styles than the example's: each served from a small document of its style, and used as its clients would."""

from __future__ import annotations

from typing import Any

from tests.anyservice.conftest import Open, answers, document, takes

SITE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "plan": {"type": "object", "required": ["slug"], "properties": {"slug": {"type": "string"}}},
    },
}
NAMED = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "plan": {"type": "string"}}}


def service(schema: Any = SITE, body: Any = NAMED, key: str = "id", more: dict[str, Any] | None = None) -> dict[str, Any]:
    paths = {
        "/sites": {
            "get": {"responses": answers({"type": "array", "items": schema})},
            "post": {"requestBody": takes(body), "responses": answers(schema, "201")},
        },
        f"/sites/{{{key}}}": {
            "get": {"responses": answers(schema)},
            "put": {"requestBody": takes(body), "responses": answers(schema)},
            "patch": {"requestBody": takes(body), "responses": answers(schema)},
            "delete": {"responses": answers(schema, "204") | {"204": {"description": "Gone."}}},
        },
        **(more or {}),
    }
    return document(paths)


def test_numbers_count_up_and_a_text_becomes_the_object_that_the_reply_has(open_service: Open) -> None:
    sites = open_service(service())
    made = [sites("POST", "/sites", {"name": name, "plan": "pro"}).json() for name in "ab"]
    assert [one["id"] for one in made] == [1, 2]
    assert made[0]["plan"]["slug"] == "pro"
    assert sites("GET", "/sites/2").json() == made[1]


def test_a_change_leaves_the_id_what_it_is_and_a_put_takes_away_what_it_leaves_out(open_service: Open) -> None:
    sites = open_service(service())
    sites("POST", "/sites", {"name": "a", "plan": "pro"})
    assert sites("PATCH", "/sites/1", {"id": 7, "name": "b"}).json()["id"] == 1
    assert sites("GET", "/sites/1").json()["name"] == "b"
    assert "plan" not in sites("PUT", "/sites/1", {"name": "c"}).json()


def test_what_a_client_names_is_found_by_its_name_and_may_be_renamed(open_service: Open) -> None:
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    sites = open_service(service(named, named, key="name"))
    assert sites("POST", "/sites", {"name": "shop"}).status_code == 201
    assert sites("POST", "/sites", {"name": "shop"}).status_code == 409
    assert sites("PATCH", "/sites/shop", {"name": "store"}).json() == {"name": "store"}
    assert sites("GET", "/sites/store").status_code == 200
    assert sites("GET", "/sites/shop").status_code == 404


def test_a_json_patch_changes_what_it_says(open_service: Open) -> None:
    told = service()
    told["paths"]["/sites/{id}"]["patch"]["requestBody"] = takes({"type": "array"}, "application/json-patch+json")
    sites = open_service(told)
    sites("POST", "/sites", {"name": "a"})
    change = [{"op": "replace", "path": "/name", "value": "b"}]
    sites.session.headers["Content-Type"] = "application/json-patch+json"
    assert sites("PATCH", "/sites/1", change).json()["name"] == "b"
    assert sites("PATCH", "/sites/1", [{"op": "remove", "path": "/none"}]).status_code == 422


def test_a_form_is_read_as_what_it_stands_for(open_service: Open) -> None:
    told = service()
    told["paths"]["/sites"]["post"]["requestBody"] = takes(NAMED, "application/x-www-form-urlencoded")
    sites = open_service(told)
    assert sites("POST", "/sites", data={"name": "a", "plan": "pro"}).json()["name"] == "a"
    assert sites("POST", "/sites", data={"id": "one"}).status_code == 422


def test_settings_are_there_once_for_each_and_are_kept(open_service: Open) -> None:
    settings = {"type": "object", "required": ["colour"], "properties": {"colour": {"type": "string", "default": "grey"}}}
    single = {
        "get": {"responses": answers(settings)},
        "put": {"requestBody": takes(settings), "responses": answers(settings)},
    }
    sites = open_service(service(more={"/sites/{id}/settings": single}))
    for name in "ab":
        sites("POST", "/sites", {"name": name})
    assert sites("GET", "/sites/1/settings").json() == {"colour": "grey"}
    assert sites("PUT", "/sites/1/settings", {"colour": "red"}).json() == {"colour": "red"}
    assert [sites("GET", f"/sites/{id}/settings").json()["colour"] for id in (1, 2)] == ["red", "grey"]
    assert sites("GET", "/sites/3/settings").status_code == 404


def test_keys_may_stand_in_a_header_a_query_or_behind_a_user(open_service: Open) -> None:
    schemes = {
        "header": {"type": "apiKey", "in": "header", "name": "X-Auth"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "basic": {"type": "http", "scheme": "basic"},
    }
    told = {**service(), "security": [{name: []} for name in schemes]}
    told["components"]["securitySchemes"] = schemes
    sites = open_service(told)
    del sites.session.headers["Authorization"]
    assert sites("GET", "/sites").status_code == 401
    assert sites("GET", "/sites", headers={"X-Auth": "me"}).status_code == 200
    assert sites("GET", "/sites", params={"key": "me"}).status_code == 200
    assert sites("GET", "/sites", auth=("me", "secret")).status_code == 200


def test_a_document_that_asks_for_no_token_is_served_without_one(open_service: Open) -> None:
    sites = open_service(service())
    del sites.session.headers["Authorization"]
    assert sites("GET", "/sites").json() == []


def test_a_reply_never_has_what_its_document_forbids(open_service: Open) -> None:
    strict = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "code", "kind", "at"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "code": {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"},
            "kind": {
                "oneOf": [
                    {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 7}}},
                    {"type": "null"},
                ]
            },
            "at": {"type": "string", "format": "date-time"},
            "secret": {"type": "string", "writeOnly": True},
            "name": {"type": "string", "maxLength": 3},
        },
    }
    sites = open_service(service(strict, {"type": "object"}))
    made = sites("POST", "/sites", {"name": "longer", "secret": "s", "extra": 1, "at": "today", "kind": {"a": 1}})
    assert made.status_code == 201
    assert not made.json().keys() & {"secret", "extra"}


def test_with_refusals_as_documented_what_has_none_is_taken(open_service: Open) -> None:
    told = service()
    for item in told["paths"].values():
        for operation in item.values():
            operation["responses"].pop("default")
    always, documented = (
        open_service(told, check_replies="off"),
        open_service(told, option={"service": {"refusals": "documented"}}, check_replies="off"),
    )
    assert (always("GET", "/sites/9").status_code, documented("GET", "/sites/9").status_code) == (404, 200)
    assert (always("POST", "/sites", {"id": "x"}).status_code, documented("POST", "/sites", {"id": "x"}).status_code) == (422, 201)
    assert documented("DELETE", "/sites/9").status_code == 204
    assert documented("GET", "/sites/9").status_code == 404


def test_a_long_running_operation_is_not_done_until_what_it_makes_is_ready(open_service: Open) -> None:
    operation = {
        "type": "object",
        "required": ["name", "done"],
        "properties": {"name": {"type": "string"}, "done": {"type": "boolean"}, "error": {"type": "object"}},
    }
    site = {**SITE, "properties": {**SITE["properties"], "state": {"enum": ["CREATING", "READY"]}}}
    told = service(
        site,
        more={
            "/operations/{name}": {"get": {"operationId": "wait", "responses": answers({"$ref": "#/components/schemas/Operation"})}}
        },
    )
    told["components"]["schemas"]["Operation"] = operation
    told["paths"]["/sites"]["post"]["responses"] = answers({"$ref": "#/components/schemas/Operation"}, "202") | {
        "202": {
            "description": "Accepted.",
            "headers": {"Location": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Operation"}}},
        }
    }
    sites = open_service(told)
    reply = sites("POST", "/sites", {"name": "a"})
    assert reply.json()["done"] is False
    assert reply.headers["Location"] == f"{sites.sandbox.url}/operations/{reply.json()['name']}"
    path = f"/operations/{reply.json()['name']}"
    assert sites("GET", path).json()["done"] is False
    assert sites("GET", "/sites").json()[0]["state"] == "CREATING"
    sites.sandbox.advance("1s")
    assert sites("GET", path).json()["done"] is True
    assert sites("GET", "/sites").json()[0]["state"] == "READY"
