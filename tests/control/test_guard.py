"""Who may drive the control plane: what a browser would send from elsewhere is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from mockenv.client import Mockenv, MockenvError
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:6368", "127.0.0.1.evil.example", "localhost.evil.example"])
def test_a_foreign_host_is_refused(mockenv_server: Mockenv, host: str) -> None:
    """DNS rebinding: the page's own name points here."""
    reply = requests.get(f"{mockenv_server.url}/_mockenv/sandboxes", headers={"Host": host}, timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (403, "application/problem+json")
    assert "--allow-host" in reply.json()["detail"]


@pytest.mark.parametrize("host", ["localhost:1", "LOCALHOST", "127.0.0.1:6368", "[::1]:6368", "192.168.1.4"])
def test_local_names_and_addresses_are_welcome(mockenv_server: Mockenv, host: str) -> None:
    assert requests.get(f"{mockenv_server.url}/_mockenv/health", headers={"Host": host}, timeout=5).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_origin_is_refused(mockenv_server: Mockenv, headers: dict[str, str]) -> None:
    reply = requests.post(f"{mockenv_server.url}/_mockenv/sandboxes", headers=headers | JSON, data="{}", timeout=5)
    assert reply.status_code == 403
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]


def test_a_page_of_our_own_origin_is_welcome(mockenv_server: Mockenv) -> None:
    reply = requests.get(f"{mockenv_server.url}/_mockenv/health", headers={"Origin": mockenv_server.url}, timeout=5)
    assert reply.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_changes_want_a_json_content_type(mockenv_server: Mockenv, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    reply = requests.post(f"{mockenv_server.url}/_mockenv/sandboxes/default/reset", headers=headers, timeout=5)
    assert reply.status_code == 415


def test_a_delete_needs_no_content_type(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox() as sandbox:
        assert requests.delete(f"{mockenv_server.url}/_mockenv/sandboxes/{sandbox.name}/faults", timeout=5).status_code == 200


@pytest.fixture(scope="module")
def guarded() -> Iterator[Mockenv]:
    running = ThreadedServer(Settings(port=0, admin_token="let-me-in", allow_host=("mockenv",), log_level="warning")).start()
    try:
        yield Mockenv(running.url, "let-me-in")
    finally:
        running.stop()


def test_an_admin_token_is_wanted_where_one_is_set(guarded: Mockenv) -> None:
    assert guarded.sandboxes()
    for token in (None, "let-me", "let-me-in-please"):
        with pytest.raises(MockenvError, match="admin-token") as refused:
            Mockenv(guarded.url, token).sandboxes()
        assert refused.value.status == 401
    assert Mockenv(guarded.url).health()["status"] == "ok"


def test_an_allowed_host_is_welcome(guarded: Mockenv) -> None:
    assert requests.get(f"{guarded.url}/_mockenv/health", headers={"Host": "mockenv:6368"}, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 5000, 400),
        (b'{"name": NaN}', 400),
        (b'"\xff"', 400),
        (b"[]", 422),
        (b'{"seed": 1e400}', 400),
        (b" " * (1 << 20) + b"{}", 413),
    ],
)
def test_bad_bodies_get_a_clear_problem(mockenv_server: Mockenv, body: bytes, status: int) -> None:
    reply = requests.post(f"{mockenv_server.url}/_mockenv/sandboxes", headers=JSON, data=body, timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"], reply.json()["status"]) == (
        status,
        "application/problem+json",
        status,
    )
