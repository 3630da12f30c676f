"""LaunchDarkly's manners: who may come in, what a refusal looks like, and the odd corners of its HTTP."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, replace

UNKNOWN = {"code": "unauthorized", "message": "Invalid account ID header"}
BEARER = {"code": "invalid_token", "message": "invalid access token"}
ROUTES = [
    ("GET", "/api/v2/projects"),
    ("POST", "/api/v2/projects"),
    ("GET", PROJECT),
    ("PATCH", f"{PROJECT}/environments/nix"),
    ("DELETE", "/api/v2/projects/nix"),
    ("POST", f"{ENVIRONMENTS}/test/apiKey"),
    ("PUT", ENVIRONMENTS),
]


def bare(sandbox: Sandbox, headers: dict[str, str]) -> Browser:
    return Browser(sandbox, headers)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}])
def test_without_a_token_it_is_401_before_anything_else(mockenv: Sandbox, method: str, path: str, headers: dict[str, str]) -> None:
    refused = bare(mockenv, headers)(method, path, data="{nonsense")
    assert (refused.status_code, refused.json()) == (401, UNKNOWN)


@pytest.mark.parametrize("token", ["<apiKey>", "api-whatever", "two words", "Bearer api-whatever", "bearer <apiKey>"])
def test_lenient_takes_any_token_and_overlooks_a_bearer(mockenv: Sandbox, token: str) -> None:
    assert bare(mockenv, {"Authorization": token})("GET", PROJECT).status_code == 200


@pytest.mark.parametrize("token", ["sdk-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e", "mob-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e"])
def test_an_environments_own_keys_open_nothing_here(mockenv: Sandbox, token: str) -> None:
    refused = bare(mockenv, {"Authorization": token})("GET", PROJECT)
    assert (refused.status_code, refused.json()) == (401, UNKNOWN)


def test_tokens_are_api_and_a_uuid_and_find_their_sandbox(mockenv: Sandbox) -> None:
    tokens = mockenv.tokens["launchdarkly"]
    assert list(tokens) == ["owner", "writer", "reader"]
    for token in tokens.values():
        assert re.fullmatch(r"api-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", token)
        assert str(uuid.UUID(token.removeprefix("api-"))) in token
    Browser(mockenv, mockenv.headers("launchdarkly"))("PATCH", PROJECT, [replace("/name", "Mine")])
    by_token = requests.get(f"{mockenv.server.url}{PROJECT}", headers={"Authorization": tokens["reader"]}, timeout=10)
    assert by_token.json()["name"] == "Mine"


def test_strict_knows_issued_tokens_only_and_takes_no_bearer(strict_server: Mockenv) -> None:
    with strict_server.sandbox(clock="manual") as sandbox:
        token = sandbox.tokens["launchdarkly"]["owner"]
        for value, status, body in (
            (token, 200, None),
            ("api-6b5c4b8e-9f7e-4d2c-8b4a-5f605b0f6b1e", 401, UNKNOWN),
            (f"Bearer {token}", 401, BEARER),
            ("Bearer junk", 401, BEARER),
            ("Bearer", 401, UNKNOWN),
        ):
            reply = bare(sandbox, {"Authorization": value})("GET", PROJECT)
            assert reply.status_code == status, value
            assert body is None or reply.json() == body


def test_then_404_then_400(ld: Browser) -> None:
    for method, path in (("POST", "/api/v2/projects/nix/environments"), ("PATCH", "/api/v2/projects/nix")):
        refused = ld(method, path, data="{nonsense")
        assert (refused.status_code, refused.json()["message"]) == (404, "Unknown project key nix")
    assert ld("POST", ENVIRONMENTS, data="{nonsense").status_code == 400


@pytest.mark.parametrize("path", ["/api/v2/nix", "/api/v2/projects/", f"{PROJECT}/flags", f"{ENVIRONMENTS}/test/sdkKey"])
def test_what_is_no_route_is_a_page_for_people_for_anybody(mockenv: Sandbox, path: str) -> None:
    refused = bare(mockenv, {})("GET", path)
    assert (refused.status_code, refused.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert refused.text.startswith("<!DOCTYPE html>")


def test_what_begins_alike_is_not_launchdarklys(mockenv: Sandbox) -> None:
    assert bare(mockenv, {})("GET", "/api/v20").headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", ENVIRONMENTS), ("PATCH", "/api/v2/projects"), ("GET", f"{ENVIRONMENTS}/test/apiKey")]
)
def test_a_wrong_method_is_405_in_the_envelope(ld: Browser, method: str, path: str) -> None:
    refused = ld(method, path)
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused.json()["message"] == "Method not allowed"
    assert method not in refused.headers["Allow"]


def test_errors_have_code_message_and_an_id(ld: Browser) -> None:
    refused = ld("GET", f"{ENVIRONMENTS}/bad-env-key").json()
    assert list(refused) == ["code", "message", "id"]
    assert (refused["code"], refused["message"]) == ("not_found", "Unknown environment key bad-env-key")
    assert uuid.UUID(refused["id"]).version == 4
    assert ld("GET", f"{ENVIRONMENTS}/other").json()["id"] != refused["id"]


@pytest.mark.parametrize(
    "raw", ["{", "[1,", "nonsense", '{"name": NaN}', "\ud800".encode("utf-8", "surrogatepass"), "[" * 200, b"\xff"]
)
def test_a_body_that_is_no_json_is_400(ld: Browser, raw: str | bytes) -> None:
    refused = ld("POST", ENVIRONMENTS, data=raw, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


def test_bodies_are_json_and_have_an_end(ld: Browser) -> None:
    body = json.dumps({"name": "A", "key": "a", "color": "aaaaaa"})
    refused = ld("POST", ENVIRONMENTS, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")
    assert ld("POST", ENVIRONMENTS, data="x" * (1 << 20) + "x").json()["code"] == "request_too_large"
    semantic = {"Content-Type": "application/json; domain-model=launchdarkly.semanticpatch"}
    assert ld("PATCH", f"{ENVIRONMENTS}/test", {"instructions": []}, headers=semantic).status_code == 400
    assert ld("POST", ENVIRONMENTS, data=body).status_code == 201  # no content type at all


def test_a_nul_in_a_name_is_refused(ld: Browser) -> None:
    assert ld("POST", ENVIRONMENTS, {"name": "a\0b", "key": "a", "color": "aaaaaa"}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("PATCH", f"{ENVIRONMENTS}/test", [replace("/name", "Tunnelled")], 200),
        ("patch", f"{ENVIRONMENTS}/test", [replace("/name", "Tunnelled")], 200),
        ("DELETE", f"{ENVIRONMENTS}/test", None, 204),
        ("PUT", f"{ENVIRONMENTS}/test", None, 405),
        ("GET", ENVIRONMENTS, {"name": "A", "key": "a", "color": "aaaaaa"}, 201),
    ],
)
def test_a_post_can_stand_for_another_method(ld: Browser, method: str, path: str, sent: Any, status: int) -> None:
    reply = ld("POST", path, sent, headers={"X-HTTP-Method-Override": method})
    assert reply.status_code == status, reply.text


def test_only_a_post_can(ld: Browser) -> None:
    assert ld("GET", f"{ENVIRONMENTS}/test", headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 200
    assert ld("GET", f"{ENVIRONMENTS}/test").status_code == 200


@pytest.mark.parametrize("version", ["20240415", "20220603", "beta", "whatever"])
def test_any_api_version_is_taken(ld: Browser, version: str) -> None:
    assert ld("GET", ENVIRONMENTS, headers={"LD-API-Version": version}).status_code == 200


def test_the_index_and_the_document_need_no_token(mockenv: Sandbox) -> None:
    anybody = bare(mockenv, {})
    links = anybody("GET", "/api/v2/").json()["links"]
    assert links["projects"] == {"href": f"/_sandbox/{mockenv.name}/api/v2/projects", "type": "application/json"}
    assert len(links) == 10
    document = anybody("GET", "/api/v2/openapi.json").json()
    assert document["servers"] == [{"url": mockenv.url}]
    assert document["paths"]["/api/v2/projects/{projectKey}/environments"]["post"]["operationId"] == "postEnvironment"


def test_the_index_is_at_both_its_paths(mockenv: Sandbox) -> None:
    anybody = bare(mockenv, {})
    assert anybody("GET", "/api/v2", allow_redirects=False).status_code == 200
    assert anybody("GET", "/api/v2").json() == anybody("GET", "/api/v2/").json()


def test_browsers_of_any_origin_are_welcome(ld: Browser, mockenv: Sandbox) -> None:
    assert ld("GET", PROJECT).headers["Access-Control-Allow-Origin"] == "*"
    origin = {"Origin": "https://example.com"}
    assert ld("GET", "/api/v2/nix", headers=origin).headers["Access-Control-Allow-Origin"] == "https://example.com"
    asked = bare(mockenv, {})("OPTIONS", PROJECT, headers={**origin, "Access-Control-Request-Method": "PATCH"})
    assert (asked.status_code, asked.headers["Access-Control-Max-Age"]) == (204, "300")
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]


def test_head_is_answered_where_get_is(ld: Browser) -> None:
    head = ld("HEAD", PROJECT)
    assert (head.status_code, head.content) == (200, b"")


def test_a_sandbox_that_is_not_there_is_refused_in_the_dialect(mockenv: Sandbox) -> None:
    reply = requests.get(
        f"{mockenv.server.url}{PROJECT}", headers={"Authorization": "api-x", "X-Mockenv-Sandbox": "nix"}, timeout=10
    )
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_the_journal_shows_no_keys(ld: Browser, mockenv: Sandbox) -> None:
    ld("GET", f"{ENVIRONMENTS}/test")
    entry = mockenv.journal()[-1]
    assert entry["reply"]["body"]["apiKey"] == entry["reply"]["body"]["mobileKey"] == "[redacted]"
    assert "sdk-" not in str(entry)
