"""Services in other styles than the example's: each served from a small document of its style, and used as its clients would."""

from __future__ import annotations

from typing import Any

import pytest

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


def test_a_thing_may_say_what_it_is_called_and_how_it_is_further_in(open_service: Open) -> None:
    metadata = {"type": "object", "properties": {"name": {"type": "string"}, "labels": {"type": "object"}}}
    phases = {"type": "object", "properties": {"phase": {"type": "string", "enum": ["Pending", "Running", "Failed"]}}}
    site = {"type": "object", "properties": {"metadata": metadata, "spec": {"type": "object"}, "status": phases}}
    sites = open_service(service(site, site, key="site.metadata.name"))
    made = sites("POST", "/sites", {"metadata": {"name": "shop"}, "spec": {"size": 1}}).json()
    assert (made["metadata"]["name"], made["status"]["phase"]) == ("shop", "Pending")
    sites.sandbox.advance("1s")
    assert sites("GET", "/sites/shop").json()["status"]["phase"] == "Running"
    changed = sites("PUT", "/sites/shop", {"metadata": {"name": "shop", "labels": {"a": "b"}}, "spec": {"size": 2}}).json()
    assert (changed["spec"], changed["metadata"]["labels"]) == ({"size": 2}, {"a": "b"})
    assert sites("POST", "/sites", {"metadata": {"name": "shop"}}).status_code == 409
    assert sites("DELETE", "/sites/shop").status_code == 204
    assert sites("GET", "/sites/shop").status_code == 404


def test_a_list_may_be_a_map_from_key_to_thing(open_service: Open) -> None:
    told = service()
    holder = {"type": "object", "properties": {"sites": {"type": "object", "additionalProperties": SITE}}}
    told["paths"]["/sites"]["get"]["responses"] = answers(holder)
    sites = open_service(told)
    assert sites("GET", "/sites").json() == {"sites": {}}
    made = sites("POST", "/sites", {"name": "a"}).json()
    assert sites("GET", "/sites").json() == {"sites": {"1": made}}


def test_a_list_may_be_of_plain_names(open_service: Open) -> None:
    told = service()
    told["paths"] = {
        "/abilities": {"get": {"responses": answers({"type": "array", "items": {"type": "string"}})}},
        "/abilities/{id}": {
            "get": {"responses": {"204": {"description": "It has it."}, **answers({})}},
            "delete": {"responses": answers({})},
        },
    }
    abilities = open_service(told)
    first, *others = abilities("GET", "/abilities").json()
    assert isinstance(first, str)
    assert others
    assert abilities("GET", f"/abilities/{first}").status_code == 200


def test_making_one_may_answer_with_the_list_that_it_is_in_or_with_where_it_is(open_service: Open) -> None:
    named = {"type": "object", "properties": {"ipAddress": {"type": "string"}}}
    told = service(named, {"type": "array", "items": named}, key="ipAddress")
    told["paths"]["/sites"]["post"]["responses"] = answers(
        {"type": "object", "properties": {"results": {"type": "array", "items": named}}}
    )
    sites = open_service(told)
    assert sites("POST", "/sites", [{"ipAddress": "10.0.0.1"}]).json() == {"results": [{"ipAddress": "10.0.0.1"}]}
    assert sites("GET", "/sites/10.0.0.1").status_code == 200

    told = service()
    del told["paths"]["/sites/{id}"]["get"]
    told["paths"]["/sites"]["post"]["responses"] = {
        "201": {"description": "Made.", "headers": {"Location": {"schema": {"type": "string"}}}}
    }
    sites = open_service(told)
    assert sites("POST", "/sites", {"name": "a"}).headers["Location"].endswith("/sites/1")


def test_the_thing_in_a_reply_with_more_in_it_is_the_one_that_reading_shows(open_service: Open) -> None:
    told = service({"$ref": "#/components/schemas/Organization"})
    told["components"]["schemas"]["Organization"] = SITE
    made = {
        "type": "object",
        "properties": {
            "token": {"type": "object", "properties": {"id": {"type": "string"}, "secret": {"type": "string"}}},
            "organization": {"$ref": "#/components/schemas/Organization"},
        },
    }
    told["paths"]["/sites"]["post"]["responses"] = answers(made, "201")
    sites = open_service(told)
    body = sites("POST", "/sites", {"name": "a"}).json()
    assert body["organization"] == sites("GET", f"/sites/{body['organization']['id']}").json()


def test_a_key_is_what_its_schema_allows_and_the_client_may_call_it_as_the_path_does(open_service: Open) -> None:
    named = {
        "type": "object",
        "properties": {"clientId": {"type": "string", "example": "sa_id_1", "pattern": "^sa_id_[a-f0-9]{24}$"}},
    }
    clients = open_service(service(named, {"type": "object", "properties": {"x": {"type": "string"}}}, key="clientId"))
    made = clients("POST", "/sites", {"x": "y"}).json()
    assert clients("GET", f"/sites/{made['clientId']}").json() == made

    shown = {"type": "object", "properties": {"name": {"type": "string"}}}
    asked = {"type": "object", "properties": {"project_name": {"type": "string"}}}
    projects = open_service(service(shown, asked, key="projectName"))
    projects("POST", "/sites", {"project_name": "shop"})
    assert projects("GET", "/sites/shop").json() == {"name": "shop"}


def test_a_document_without_replies_is_served_all_the_same(open_service: Open) -> None:
    told = service()
    for item in told["paths"].values():
        for method, operation in item.items():
            operation["responses"] = {{"post": "201", "delete": "204"}.get(method, "200"): {"description": "Good."}}
    sites = open_service(told, check_replies="off")  # a 404 is given, and documented nowhere
    made = sites("POST", "/sites", {"name": "a"}).json()
    assert made["name"] == "a"
    assert sites("GET", f"/sites/{made['id']}").json() == made
    assert sites("GET", "/sites").json() == [made]
    sites("PATCH", f"/sites/{made['id']}", {"name": "b"})
    assert sites("GET", f"/sites/{made['id']}").json()["name"] == "b"
    sites("DELETE", f"/sites/{made['id']}")
    assert (sites("GET", f"/sites/{made['id']}").status_code, sites("GET", "/sites").json()) == (404, [])


OPERATION = {
    "type": "object",
    "required": ["name", "done"],
    "properties": {
        "name": {"type": "string"},
        "done": {"type": "boolean"},
        "error": {"type": "object", "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}},
        "response": {"type": "object", "additionalProperties": True},
    },
}


def with_operations(state: Any) -> dict[str, Any]:
    """Sites that are made by operations, which are found at their own path."""
    operation = {"$ref": "#/components/schemas/Operation"}
    site = {**SITE, "properties": {**SITE["properties"], **state}}
    told = service(site, more={"/operations/{name}": {"get": {"operationId": "wait", "responses": answers(operation)}}})
    told["components"]["schemas"]["Operation"] = OPERATION
    told["paths"]["/sites"]["post"]["responses"] = answers(operation)
    return told


@pytest.mark.parametrize("state", [{"state": {"enum": ["CREATING", "READY", "FAILED"]}}, {}])
def test_an_operation_that_is_done_has_what_it_made_for_a_response(open_service: Open, state: Any) -> None:
    sites = open_service(with_operations(state))
    path = f"/operations/{sites('POST', '/sites', {'name': 'a'}).json()['name']}"
    assert "response" not in sites("GET", path).json()
    sites.sandbox.advance("1s")
    assert sites("GET", path).json()["response"] == sites("GET", "/sites").json()[0]


def test_an_operation_that_fails_is_done_and_says_why(open_service: Open) -> None:
    sites = open_service(with_operations({"state": {"enum": ["CREATING", "READY", "FAILED"]}}))
    sites.sandbox.fault(provider="service", resource="site", step="CREATING", effect={"fail": "no room left"})
    path = f"/operations/{sites('POST', '/sites', {'name': 'a'}).json()['name']}"
    sites.sandbox.advance("1s")
    over = sites("GET", path).json()
    assert (over["done"], over["error"]["message"], "response" in over) == (True, "no room left", False)
    assert sites("GET", "/sites").json()[0]["state"] == "FAILED"


def test_a_header_leads_to_the_operation_that_tells_how_far_a_thing_is(open_service: Open) -> None:
    status = {"type": "object", "required": ["status"], "properties": {"name": {"type": "string"}, "status": {"type": "string"}}}
    progress = {"type": "string", "enum": ["Creating", "Succeeded", "Failed"]}
    server = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "readOnly": True},
            "properties": {"type": "object", "properties": {"size": {"type": "string"}, "provisioningState": progress}},
        },
    }
    polled = {"Azure-AsyncOperation": {"schema": {"type": "string"}}, "Location": {"schema": {"type": "string"}}}
    item = "/subscriptions/{subscriptionId}/resourceGroups/{group}/servers/{serverName}"
    paths = {
        item: {
            "get": {"responses": answers(server)},
            "put": {
                "requestBody": takes(server),
                "responses": answers(server) | {"201": {**answers(server)["200"], "headers": polled}},
            },
            "delete": {"responses": answers({}) | {"202": {"description": "", "headers": polled}, "204": {"description": ""}}},
        },
        "/subscriptions/{subscriptionId}/locations/{location}/operationStatuses/{operationId}": {
            "get": {"responses": answers(status)}
        },
    }
    servers = open_service(document(paths))
    made = servers("PUT", "/subscriptions/s/resourceGroups/g/servers/db", {"properties": {"size": "small"}})
    assert (made.status_code, made.json()["properties"]["provisioningState"]) == (201, "Creating")
    poll = made.headers["Azure-AsyncOperation"].removeprefix(servers.sandbox.url)
    assert servers("GET", poll).json()["status"] == "InProgress"
    servers.sandbox.advance("1s")
    assert servers("GET", poll).json()["status"] == "Succeeded"
    assert servers("GET", "/subscriptions/s/resourceGroups/g/servers/db").json()["properties"] == {
        "size": "small",
        "provisioningState": "Succeeded",
    }
    gone = servers("DELETE", "/subscriptions/s/resourceGroups/g/servers/db")
    assert gone.status_code == 202
    assert gone.headers["Location"] == gone.headers["Azure-AsyncOperation"]
    servers.sandbox.advance("1s")
    assert servers("GET", gone.headers["Azure-AsyncOperation"].removeprefix(servers.sandbox.url)).json()["status"] == "Succeeded"
    assert servers("GET", "/subscriptions/s/resourceGroups/g/servers/db").status_code == 404


def test_a_query_may_be_of_values_that_are_described_elsewhere(open_service: Open) -> None:
    told = service()
    states = {"type": "array", "items": {"$ref": "#/components/schemas/State"}}
    told["components"]["schemas"]["State"] = {"type": "string", "enum": ["on", "off"]}
    told["paths"]["/sites"]["get"]["parameters"] = [{"name": "state", "in": "query", "schema": states}]
    sites = open_service(told)
    assert sites("GET", "/sites?state=on").status_code == 200
    assert sites("GET", "/sites?state=else").status_code == 422


def test_who_may_come_without_a_token_is_asked_for_none(open_service: Open) -> None:
    told = service()
    told["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    told["security"] = [{"key": []}]
    told["paths"]["/sites"]["get"]["security"] = [{"key": []}, {}]
    sites = open_service(told)
    del sites.session.headers["Authorization"]
    assert (sites("GET", "/sites").status_code, sites("POST", "/sites", {"name": "a"}).status_code) == (200, 401)


def test_what_is_there_once_and_has_no_refusal_is_there_until_it_is_deleted(open_service: Open) -> None:
    lease = {"type": "object", "properties": {"holder": {"type": "string"}}}
    good = {"200": answers(lease)["200"]}
    paths = {
        "/sites/{id}/lease": {
            "get": {"responses": good},
            "put": {"requestBody": takes(lease), "responses": good},
            "delete": {"responses": {"204": {"description": ""}}},
        }
    }
    always = open_service(document(paths), check_replies="off")
    documented = open_service(document(paths), option={"service": {"refusals": "documented"}}, check_replies="off")
    assert (always("GET", "/sites/1/lease").status_code, documented("GET", "/sites/1/lease").status_code) == (404, 200)
    assert documented("DELETE", "/sites/1/lease").status_code == 204
    assert documented("GET", "/sites/1/lease").status_code == 404


NAMED_ONLY = {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
SEVERAL = {"type": "array", "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}}


@pytest.mark.parametrize("envelope", ["", "items"])
def test_what_makes_several_at_once_makes_and_shows_all_or_none(open_service: Open, envelope: str) -> None:
    def enveloped(schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": [envelope], "properties": {envelope: schema}} if envelope else schema

    def told(*names: str) -> Any:
        things = [{"name": name} for name in names]
        return {envelope: things} if envelope else things

    def names(body: Any) -> list[str]:
        return [one["name"] for one in (body[envelope] if envelope else body)]

    listed = enveloped({"type": "array", "items": NAMED_ONLY})
    whole = {"get": {"responses": answers(listed)}}
    whole["post"] = {"requestBody": takes(enveloped(SEVERAL)), "responses": answers(listed, "201")}
    sites = open_service(document({"/sites": whole, "/sites/{id}": {"get": {"responses": answers(NAMED_ONLY)}}}))
    assert names(sites("POST", "/sites", told("a", "b", "c")).json()) == ["a", "b", "c"]
    assert names(sites("GET", "/sites").json()) == ["a", "b", "c"]
    assert sites("POST", "/sites", told()).status_code == 201
    refused = told("d")
    (refused[envelope] if envelope else refused).append({})
    assert sites("POST", "/sites", refused).status_code >= 400
    assert names(sites("GET", "/sites").json()) == ["a", "b", "c"]


def test_what_a_client_has_sent_is_not_made_anew_where_no_value_would_be_right(open_service: Open) -> None:
    """A vendor's `oneOf` of which any value fits two: no reply can keep to it."""
    whatever = {"type": "object", "properties": {"type": {"type": "string"}, "at": {"type": "string", "example": "10.0.0.1"}}}
    told = {"type": "object", "properties": {"hop": {"oneOf": [whatever, whatever]}}}
    site = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **told["properties"]}}  # type: ignore[dict-item]
    sites = open_service(service(site, told), check_replies="off")
    assert sites("POST", "/sites", {"hop": {"type": "ipv4", "at": "1.1.1.1"}}).json()["hop"] == {"type": "ipv4", "at": "1.1.1.1"}
