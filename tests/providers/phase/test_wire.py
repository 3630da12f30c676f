"""What every answer has: prefixes, headers, methods, media types and the texts of what cannot be read."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.providers.phase.conftest import APP, DEVELOPMENT, ENVIRONMENTS, SEALED_APP, Phase, error

DETAIL = f"/v1/environments/{DEVELOPMENT}/"
PREFIXES = ["/v1", "/public/v1", "/service/v1", "/service/public/v1"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_all_routes_answer_under_four_prefixes(phase: Phase, prefix: str) -> None:
    made = phase("POST", f"{prefix}/environments/?app_id={APP}", {"name": "canary"})
    assert made.status_code == 201
    path = f"{prefix}/environments/{made.json()['id']}/"
    assert phase("GET", path).json() == made.json()
    assert phase("PUT", path, {"name": "x"}).status_code == 200
    assert phase("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        *(f"{prefix}/environments?app_id={APP}" for prefix in PREFIXES),
        DETAIL[:-1],
        f"{DETAIL}/",
        f"/v1//environments/?app_id={APP}",
        f"/v1/environments//?app_id={APP}",
        f"{DETAIL}secrets/",
        "/v1",
        "/v1/",
        "/v1/nothing/",
        "/v1/secrets",
        "/public/public/v1/environments/",
        "/public",
        "/health",
        "/public/nothing/",
        "/service/nothing/",
        "/service/service/v1/environments/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("role", ["owner", "nobody"])
def test_an_unrouted_path_is_a_page_of_html_and_no_redirect_and_asks_nobody_who_he_is(
    phase: Phase, method: str, path: str, role: str
) -> None:
    reply = phase(method, path, role=role, allow_redirects=False)
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<title>Not Found</title>" in reply.text
    assert "Allow" not in reply.headers


@pytest.mark.parametrize("path", ["/services/v1/environments/", "/serviceabc", "/v1abc/", "/healthz/"])
def test_what_only_looks_like_one_of_its_prefixes_is_not_phases(phase: Phase, path: str) -> None:
    reply = phase("GET", path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_front_page_is_mockenvs_own(phase: Phase) -> None:
    reply = phase.browsers["nobody"].session.get(f"{phase.sandbox.server.url}/", timeout=30)
    assert (reply.status_code, "mockenv" in reply.text) == (200, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/health/", b'{"status": "alive", "version": "v2.73.2"}'),
        ("/service/health/", b'{"status": "alive", "version": "v2.73.2"}'),
        ("/public/", b'{"message": "API is alive.", "status": "ok"}'),
        ("/service/public/", b'{"message": "API is alive.", "status": "ok"}'),
        ("/service", b'{"message": "API is alive.", "status": "ok"}'),
        ("/service/", b'{"message": "API is alive.", "status": "ok"}'),
    ],
)
def test_the_probes_ask_nobody_who_he_is(phase: Phase, path: str, body: bytes) -> None:
    reply = phase("GET", path, role="nobody")
    assert (reply.status_code, reply.content, reply.headers["Content-Type"]) == (200, body, "application/json")
    assert phase("POST", path, role="nobody").status_code == 405
    assert phase("HEAD", path, role="nobody").status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        ("GET", ENVIRONMENTS, "owner", 200),
        ("POST", ENVIRONMENTS, "owner", 400),
        ("GET", ENVIRONMENTS, "nobody", 401),
        ("GET", "/v1/environments/", "owner", 403),
        ("GET", "/v1/environments/?app_id=zzz", "owner", 404),
        ("PATCH", ENVIRONMENTS, "owner", 405),
        ("GET", DETAIL, "owner", 200),
        ("DELETE", DETAIL, "owner", 204),
        ("GET", "/v1/apps/", "owner", 200),
        ("GET", "/v1/roles/zzz/", "owner", 404),
        ("GET", "/v1/nothing/", "owner", 404),
        ("GET", "/health/", "nobody", 200),
    ],
)
def test_every_answer_has_the_frameworks_headers(phase: Phase, method: str, path: str, role: str, status: int) -> None:
    reply = phase(method, path, role=role)
    assert reply.status_code == status
    expected = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "origin",
    }
    assert {name: reply.headers.get(name) for name in expected} == expected
    if status != 204 and "nothing" not in path:
        assert reply.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (ENVIRONMENTS, "GET, POST, HEAD, OPTIONS"),
        (DETAIL, "GET, PUT, DELETE, HEAD, OPTIONS"),
        ("/v1/apps/", "GET, POST, HEAD, OPTIONS"),
        (f"/v1/apps/{APP}/", "GET, PUT, DELETE, HEAD, OPTIONS"),
        ("/v1/secrets/", "GET, POST, PUT, DELETE, HEAD, OPTIONS"),
        ("/v1/service-accounts/zzz/tokens/", "POST, OPTIONS"),
        ("/v1/service-accounts/zzz/tokens/zzz/", "DELETE, OPTIONS"),
    ],
)
@pytest.mark.parametrize("role", ["owner", "nobody"])
def test_allow_lists_what_the_path_takes_and_head_and_options_too(phase: Phase, path: str, allow: str, role: str) -> None:
    assert phase("GET", path, role=role).headers["Allow"] == allow


@pytest.mark.parametrize("path", [ENVIRONMENTS, DETAIL, "/v1/apps/", f"/v1/apps/{APP}/", "/v1/members/", "/v1/roles/"])
@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_head_and_options_are_405_like_patch(phase: Phase, path: str, method: str) -> None:
    reply = phase(method, path)
    assert reply.status_code == 405
    assert reply.headers["Content-Type"] == "application/json"
    if method != "HEAD":
        assert error(reply) == (405, f'Method "{method}" not allowed.')


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE"])
def test_on_secrets_an_unknown_method_is_403(phase: Phase, method: str) -> None:
    for query in ("", f"?app_id={APP}&env=staging", f"?app_id={SEALED_APP}&env=staging"):
        assert error(phase(method, f"/v1/secrets/{query}")) == (403, f"Unsupported HTTP method: {method}")


@pytest.mark.parametrize("path", [ENVIRONMENTS, DETAIL, "/v1/environments?x", "/v1/nothing/"])
def test_a_preflight_is_answered_before_everything_else(phase: Phase, path: str) -> None:
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    reply = phase("OPTIONS", path, role="nobody", headers=headers)
    assert (reply.status_code, reply.content, "Allow" in reply.headers) == (200, b"", False)


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", "text/html, */*;q=0.1", "Application/JSON; q=0"])
def test_whoever_takes_json_gets_it(phase: Phase, accept: str) -> None:
    assert phase("GET", ENVIRONMENTS, headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/*", "json", "text/html, image/png;q=0.5"])
@pytest.mark.parametrize("role", ["owner", "nobody"])
def test_whoever_takes_none_is_told_before_he_is_asked_who_he_is(phase: Phase, accept: str, role: str) -> None:
    reply = phase("GET", "/v1/environments/?app_id=zzz", role=role, headers={"Accept": accept})
    assert error(reply) == (406, "Could not satisfy the request Accept header.")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"{'name': 'x'}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"name": "x"', "Expecting ',' delimiter: line 1 column 13 (char 12)"),
        (b'{"name": "x"} x', "Extra data: line 1 column 15 (char 14)"),
        (b"name=x", "Expecting value: line 1 column 1 (char 0)"),
        (b'{"name": NaN}', "Out of range float values are not JSON compliant: 'NaN'"),
        (b'{"name": -Infinity}', "Out of range float values are not JSON compliant: '-Infinity'"),
        (b'{"name": "\xff"}', "'utf-8' codec can't decode byte 0xff in position 10: invalid start byte"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", ENVIRONMENTS), ("PUT", DETAIL), ("POST", "/v1/apps/")])
def test_broken_json_is_told_in_pythons_words(phase: Phase, method: str, path: str, raw: bytes, text: str) -> None:
    reply = phase(method, path, data=raw, headers={"Content-Type": "application/json"})
    assert error(reply) == (400, f"JSON parse error - {text}")


@pytest.mark.parametrize("type", ["text/plain", "text/plain; charset=utf-8", "application/xml", "application/merge-patch+json"])
@pytest.mark.parametrize(("method", "path"), [("POST", ENVIRONMENTS), ("PUT", DETAIL), ("PUT", f"/v1/apps/{APP}/")])
def test_other_media_types_are_refused_by_their_whole_name(phase: Phase, method: str, path: str, type: str) -> None:
    reply = phase(method, path, data=b'{"name": "x"}', headers={"Content-Type": type})
    assert error(reply) == (415, f'Unsupported media type "{type}" in request.')


def test_a_body_without_a_content_type_is_refused_with_an_empty_name(phase: Phase) -> None:
    reply = phase("POST", ENVIRONMENTS, data=iter([b'{"name": "x"}']))  # a stream: the client names no type
    assert error(reply) == (415, 'Unsupported media type "" in request.')


def test_json_may_name_its_character_set(phase: Phase) -> None:
    reply = phase("POST", ENVIRONMENTS, data=b'{"name": "x"}', headers={"Content-Type": "application/json; charset=utf-8"})
    assert reply.status_code == 201


def test_forms_are_taken_like_json(phase: Phase) -> None:
    assert phase("POST", ENVIRONMENTS, data={"name": "urlencoded"}).json()["name"] == "urlencoded"
    assert phase("POST", ENVIRONMENTS, files={"name": (None, "multipart")}).json()["name"] == "multipart"
    assert (
        phase("PUT", DETAIL, data="name=first&name=last", headers={"Content-Type": "application/x-www-form-urlencoded"}).json()[
            "name"
        ]
        == "last"
    )
    assert error(phase("POST", ENVIRONMENTS, data={"name": "no good"}))[0] == 400
    assert error(phase("POST", ENVIRONMENTS, files={"name": ("x.txt", b"x")})) == (400, "'name' must be a string.")


@pytest.mark.parametrize("type", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_broken_multipart_body_is_a_clear_400(phase: Phase, type: str) -> None:
    status, _ = error(phase("POST", ENVIRONMENTS, data=b"--y\r\nrubbish", headers={"Content-Type": type}))
    assert status == 400


def test_of_a_members_double_key_the_last_counts(phase: Phase) -> None:
    raw = b'{"name": "first", "name": "last"}'
    assert phase("POST", ENVIRONMENTS, data=raw, headers={"Content-Type": "application/json"}).json()["name"] == "last"


def test_bodies_are_compact_and_keep_their_order(phase: Phase) -> None:
    assert phase("GET", DETAIL).content == (
        b'{"id":"af6b7a8e-c268-48c2-967c-032e86e26110","name":"Development","envType":"dev","index":0,'
        b'"createdAt":"2024-06-01T12:00:00Z","updatedAt":"2024-06-01T12:00:00Z"}'
    )
    assert phase("GET", "/v1/environments/").content == b'{"error":"Could not resolve app from request."}'


def test_an_oversized_body_is_413_in_the_dialect(phase: Phase) -> None:
    assert error(phase("POST", ENVIRONMENTS, data=b"x" * (1 << 20 | 1), headers={"Content-Type": "application/json"}))[0] == 413


def test_deep_nests_are_a_clear_400(phase: Phase) -> None:
    raw = b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert error(phase("POST", ENVIRONMENTS, data=raw, headers={"Content-Type": "application/json"}))[0] == 400


def test_no_content_has_neither_body_nor_type_on_the_wire(phase: Phase) -> None:
    """Read from the socket: client libraries make headers up."""
    url = urlsplit(phase.sandbox.server.url)
    assert url.hostname is not None
    with socket.create_connection((url.hostname, url.port or 80), timeout=30) as connection:
        token = phase.sandbox.tokens["phase"]["owner"]
        connection.sendall(
            f"DELETE {DETAIL} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
        )
        raw = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 204 ")
    assert b"\r\ncontent-type" not in head.lower()
    assert body == b""
