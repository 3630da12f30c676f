"""The documents where people look for them: /openapi.json, /openapi/{name}.json and .yaml, from the front page."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
import requests
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockenv.client import Mockenv, Sandbox
from mockenv.control.checked import MARK

NAMES = ("archie", "control", "launchdarkly", "phase", "vector")


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=30)


@pytest.mark.parametrize("place", ["/openapi", *(f"/openapi/{name}" for name in NAMES)])
def test_a_document_is_valid_openapi_and_the_same_as_yaml(mockenv: Sandbox, place: str) -> None:
    content = get(f"{mockenv.url}{place}.json").json()
    assert [error.message for error in OpenAPIV31SpecValidator(content).iter_errors()] == []
    written = get(f"{mockenv.url}{place}.yaml")
    assert written.headers["Content-Type"] == "application/yaml"
    assert _with_text_keys(yaml.safe_load(written.text)) == content
    assert get(f"{mockenv.url}{place}.yml").text == written.text
    assert content["servers"] == [{"url": mockenv.url}], "tools that load it come back here"


def test_the_one_document_has_every_operation_of_all_with_its_owners_name(mockenv: Sandbox) -> None:
    whole = get(f"{mockenv.url}/openapi.json").json()
    ids = {
        operation["operationId"] for item in whole["paths"].values() for operation in item.values() if "operationId" in operation
    }
    routes = {f"{name}_{one['operation']}" for name, known in mockenv.server.routes().items() for one in known}
    assert ids == routes
    linked = {link["operationId"] for link in _links(whole)}
    assert linked
    assert linked <= ids


def test_a_document_that_does_not_exist_is_answered_with_the_nearest(mockenv: Sandbox) -> None:
    reply = get(f"{mockenv.server.url}/openapi/vektor.json")
    assert (reply.status_code, "did you mean 'vector'" in reply.json()["detail"]) == (404, True)


def test_every_link_of_the_front_page_leads_somewhere_and_every_document_is_linked(mockenv: Sandbox) -> None:
    page = get(f"{mockenv.server.url}/").text
    links = re.findall(r'href="([^"]+)"', page)
    assert {"/openapi.json", *(f"/openapi/{name}.{form}" for name in NAMES for form in ("json", "yaml"))} <= set(links)
    assert {get(f"{mockenv.server.url}{link}").status_code for link in links} == {200}


def test_what_the_control_planes_document_says_of_names_is_what_the_server_takes(mockenv: Sandbox) -> None:
    """Marks of the file are schemas in what is served: every name that they list is taken, and none is left."""
    content = get(f"{mockenv.url}/openapi/control.json").json()
    assert MARK not in str(content)
    query = {one["name"]: one["schema"] for one in content["paths"]["/_mockenv/sandboxes/{sandbox}/events"]["get"]["parameters"]}
    where = f"{mockenv.server.url}/_mockenv/sandboxes/{mockenv.name}/events"
    assert {requests.get(where, params={"type": event}, timeout=30).status_code for event in query["type"]["enum"]} == {200}
    assert requests.get(where, params={"type": "vector.site.creatd"}, timeout=30).status_code == 422
    step = content["paths"]["/_mockenv/sandboxes/{sandbox}/holds/{step}"]["parameters"][1]["schema"]
    for name in step["enum"]:
        mockenv.hold(name)


@pytest.mark.parametrize("text", ["90s", "1h30m", "0.5", "250ms", "2d"])
def test_a_duration_that_the_server_takes_is_one_by_its_document(mockenv: Sandbox, text: str) -> None:
    schema = get(f"{mockenv.url}/openapi/control.json").json()["components"]["schemas"]["Duration"]
    assert jsonschema_rs.is_valid(schema, text)
    mockenv.advance(text)


@pytest.mark.parametrize("body", [{}, None])
def test_a_call_without_anything_to_say_takes_an_empty_object_or_nothing(mockenv: Sandbox, body: Any) -> None:
    mockenv.server.call("POST", f"sandboxes/{mockenv.name}/reset", body)


def test_a_call_without_anything_to_say_refuses_what_is_said(mockenv_server: Mockenv, mockenv: Sandbox) -> None:
    url = f"{mockenv_server.url}/_mockenv/sandboxes/{mockenv.name}/reset"
    assert requests.post(url, json={"clock": "manual"}, timeout=30).status_code == 422


def test_a_role_without_a_name_is_no_role(mockenv: Sandbox) -> None:
    url = f"{mockenv.server.url}/_mockenv/sandboxes/{mockenv.name}/variables/phase"
    assert requests.get(url, params={"role": ""}, timeout=30).status_code == 422
    assert requests.get(url, timeout=30).json()["role"] == "service_account"


def test_what_names_no_resource_is_no_resource_whose_events_could_be_asked_for(mockenv: Sandbox) -> None:
    url = f"{mockenv.server.url}/_mockenv/sandboxes/{mockenv.name}/events"
    reply = requests.get(url, params={"resource": "site-12345"}, timeout=30)
    assert reply.status_code == 422


def _links(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [link for one in node for link in _links(one)]
    if not isinstance(node, dict):
        return []
    own = [link for link in node["links"].values() if "operationId" in link] if isinstance(node.get("links"), dict) else []
    return own + [link for part in node.values() for link in _links(part)]


def _with_text_keys(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_text_keys(one) for one in node]
    return {str(key): _with_text_keys(part) for key, part in node.items()} if isinstance(node, dict) else node
