"""Whatever goes wrong on Vector's paths is told in Vector's envelope; and who is let in, in both modes of `--auth`."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser

SITES = "/api/v1/vector/sites"
UNAUTHENTICATED = {"data": {}, "message": "Unauthenticated", "http_status": 401}


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "message"),
    [
        ("GET", "/api/v1/vector/nowhere", {}, 404, "Not Found"),
        ("GET", "/api/v1/vector", {}, 404, "Not Found"),
        ("GET", "/api/v1/", {}, 404, "Not Found"),
        ("POST", "/api/v1/auth/login", {}, 404, "Not Found"),
        ("GET", "/api/v1/anything/else", {}, 404, "Not Found"),
        ("GET", f"{SITES}/1", {}, 404, "Site not found"),
        ("GET", f"{SITES}/nobody", {}, 404, "Site not found"),
        ("GET", f"{SITES}/12345/environments/nobody", {}, 404, "Environment not found"),
        ("GET", f"{SITES}/1/environments/1", {}, 404, "Site not found"),
        ("GET", "/api/v1/vector/webhooks/1", {}, 404, "Webhook not found"),
        (
            "PATCH",
            f"{SITES}/12345",
            {},
            405,
            "The PATCH method is not supported for route api/v1/vector/sites/12345. Supported methods: DELETE, GET, HEAD, PUT.",
        ),
        ("POST", SITES, {"data": b"{"}, 400, "The request body is not valid JSON: "),
        ("POST", SITES, {"data": b"\xff"}, 400, "The request body is not valid JSON: "),
        ("POST", SITES, {"data": b"{}", "type": "text/plain"}, 415, "Unsupported Media Type"),
        ("POST", SITES, {"data": b"{}", "type": "multipart/form-data"}, 415, "Unsupported Media Type"),
        ("POST", SITES, {"data": b" " * ((1 << 20) + 1)}, 413, "The POST data is too large."),
    ],
)
def test_every_failure_has_the_envelope(
    vector: Browser, method: str, path: str, more: dict[str, Any], status: int, message: str
) -> None:
    headers = {"Content-Type": more.pop("type", "application/json")}
    reply = vector(method, path, **more, headers=headers)
    assert (reply.status_code, reply.headers["Content-Type"]) == (status, "application/json")
    body = reply.json()
    assert (body["data"], body["http_status"], set(body)) == ({}, status, {"data", "message", "http_status"})
    assert body["message"].startswith(message)


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json", None]
)
def test_a_json_body_is_taken_by_any_of_its_names_or_none(vector: Browser, media_type: str | None) -> None:
    data = b'{"partner_customer_id":"c","dev_php_version":"8.3"}'
    assert vector("POST", SITES, data=data, headers={"Content-Type": media_type}).status_code == 201


def test_what_is_there_is_asked_before_the_body_is_read(vector: Browser) -> None:
    assert vector("POST", f"{SITES}/1/environments", data=b"{", headers={"Content-Type": "application/json"}).status_code == 404


# Who is let in


def ask(url: str, authorization: str | None, sandbox: str | None = None, path: str = f"{SITES}/12345") -> tuple[int, Any]:
    headers = {"Authorization": authorization, "X-Mockenv-Sandbox": sandbox}
    with requests.Session() as session:
        session.trust_env = False
        reply = session.get(url + path, headers={name: value for name, value in headers.items() if value is not None}, timeout=30)
        return reply.status_code, reply.json()


@pytest.fixture(params=["lenient", "strict"])
def server(request: pytest.FixtureRequest) -> tuple[str, Mockenv]:
    fixture = "mockenv_server" if request.param == "lenient" else "strict_server"
    return request.param, request.getfixturevalue(fixture)


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer    ", "Basic dXNlcjpwYXNz", "YOUR_API_TOKEN", "Token x"]
)
def test_no_credentials_are_401_in_both_modes(server: tuple[str, Mockenv], authorization: str | None) -> None:
    assert ask(server[1].url, authorization) == (401, UNAUTHENTICATED)
    assert ask(server[1].url, authorization, path="/api/v1/vector/nowhere") == (401, UNAUTHENTICATED)


def test_a_strangers_token_is_the_owner_in_lenient_and_nobody_in_strict(server: tuple[str, Mockenv]) -> None:
    mode, mockenv = server
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert ask(mockenv.url, f"{scheme} YOUR_API_TOKEN")[0] == (200 if mode == "lenient" else 401)


def test_an_issued_token_leads_to_its_sandbox_without_anything_else(server: tuple[str, Mockenv]) -> None:
    with server[1].sandbox(clock="manual", fixture={"vector": {"sites": [{"id": 7, "partner_customer_id": "mine"}]}}) as sandbox:
        status, body = ask(server[1].url, sandbox.headers("vector")["Authorization"], path=f"{SITES}/7")
        assert (status, body["data"]["partner_customer_id"]) == (200, "mine")
        assert ask(server[1].url, sandbox.headers("vector", "reader")["Authorization"], path=f"{SITES}/7")[0] == 200


def test_a_token_of_another_sandbox_counts_where_the_header_leads_only_in_lenient(server: tuple[str, Mockenv]) -> None:
    mode, mockenv = server
    with mockenv.sandbox(clock="manual") as here, mockenv.sandbox(clock="manual", fixture="empty") as there:
        foreign = here.headers("vector")["Authorization"]
        expected = (404, "Site not found") if mode == "lenient" else (401, "Unauthenticated")
        for way in ({"url": mockenv.url, "sandbox": there.name}, {"url": there.url}):
            status, body = ask(authorization=foreign, **way)
            assert (status, body["message"]) == expected
        for way in ({"url": mockenv.url, "sandbox": here.name}, {"url": here.url}):
            assert ask(authorization=foreign, **way)[0] == 200
        assert ask(here.url, foreign, sandbox=there.name)[0] == 200  # the path's prefix is asked before the header


def test_the_role_of_a_foreign_token_goes_along_in_lenient(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock="manual") as here, mockenv_server.sandbox(clock="manual") as there:
        reader = Browser(there, here.headers("vector", "reader"))
        assert reader("PUT", f"{SITES}/12345", {}).status_code == 403
        reader.session.close()


def test_the_token_of_a_sandbox_that_is_gone_is_refused_in_both_modes(server: tuple[str, Mockenv]) -> None:
    sandbox = server[1].sandbox(clock="manual")
    authorization = sandbox.headers("vector")["Authorization"]
    sandbox.drop()
    assert ask(server[1].url, authorization) == (401, UNAUTHENTICATED)


def test_a_sandbox_that_is_named_and_not_there_is_404_in_the_dialect(server: tuple[str, Mockenv]) -> None:
    for way in ({"url": server[1].url, "sandbox": "nobody"}, {"url": f"{server[1].url}/_sandbox/nobody"}):
        status, body = ask(authorization="Bearer x", **way)
        assert (status, body) == (404, {"data": {}, "message": "Sandbox 'nobody' does not exist.", "http_status": 404})


def test_tokens_survive_a_reset_and_a_restore_and_a_fork_has_its_own(server: tuple[str, Mockenv]) -> None:
    with server[1].sandbox(clock="manual") as sandbox:
        tokens = sandbox.tokens
        sandbox.snapshot("s")
        sandbox.reset()
        assert sandbox.tokens == tokens
        sandbox.restore("s")
        assert sandbox.tokens == tokens
        assert ask(sandbox.url, sandbox.headers("vector")["Authorization"])[0] == 200
        with sandbox.fork("s", f"{sandbox.name}-2") as fork:
            assert not set(fork.tokens["vector"].values()) & set(tokens["vector"].values())
            assert ask(server[1].url, fork.headers("vector")["Authorization"])[0] == 200


def test_what_was_refused_stands_in_the_journal_without_the_secret(vector: Browser, mockenv: Sandbox) -> None:
    vector("POST", SITES, {"partner_customer_id": "c", "db_password": "hunter2"})
    entry = mockenv.journal()[-1]
    assert (entry["operation"], entry["status"]) == ("createSite", 422)
    assert entry["request"]["body"] == {"partner_customer_id": "c", "db_password": "[redacted]"}
    assert "hunter2" not in str(mockenv.journal()) + str(mockenv.har())
    assert mockenv.tokens["vector"]["owner"] not in str(mockenv.journal()) + str(mockenv.har())
