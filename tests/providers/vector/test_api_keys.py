"""Vector Pro's API keys: real tokens, of their own sandbox, that may do what their abilities say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockenv.bootstrap import document_of
from mockenv.client import Mockenv, Sandbox
from mockenv.providers.vector import Service
from mockenv.providers.vector.abilities import ABILITIES
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, data

KEYS = f"{API}/api-keys"
UNAUTHENTICATED = {"data": {}, "message": "Unauthenticated", "http_status": 401}
UNAUTHORIZED = {"data": {}, "message": "Unauthorized", "http_status": 403}


@pytest.fixture
def strict(strict_server: Mockenv) -> Iterator[Browser]:
    with strict_server.sandbox(clock="manual", seed=1) as sandbox:
        yield Browser(sandbox, sandbox.headers("vector"))


def make(vector: Browser, name: str = "CI/CD Key", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = data(vector, "POST", KEYS, {"name": name, **more}, 201)
    return made


def using(vector: Browser, key: dict[str, Any]) -> Browser:
    return Browser(vector.sandbox, {"Authorization": f"Bearer {key['token']}"})


def alone(vector: Browser, token: str, path: str = f"{API}/sites") -> requests.Response:
    """With nothing that names the sandbox but the token."""
    session = requests.Session()
    session.trust_env = False
    return session.get(f"{vector.sandbox.server.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def test_the_token_is_shown_once(vector: Browser, mockenv: Sandbox) -> None:
    reply = vector("POST", KEYS, {"name": "CI/CD Key"})
    made = reply.json()["data"]
    assert (reply.status_code, reply.json()["message"]) == (201, "API key created successfully")
    assert (made["name"], made["abilities"], made["last_used_at"]) == ("CI/CD Key", ["*"], None)
    assert made["token"].startswith("vp_live_")
    listed = vector("GET", KEYS).json()
    assert listed["data"] == [{name: value for name, value in made.items() if name != "token"}]
    assert listed["meta"]["total"] == 1
    assert made["token"] not in str(mockenv.journal())


@pytest.mark.parametrize("server", ["vector", "strict"])
def test_a_key_opens_its_own_sandbox_with_and_without_its_name(request: pytest.FixtureRequest, server: str) -> None:
    owner: Browser = request.getfixturevalue(server)
    data(owner, "POST", f"{API}/sites", {"partner_customer_id": "only here", "dev_php_version": "8.1"}, 201)
    key = make(owner)
    for reply in (using(owner, key)("GET", f"{API}/sites"), alone(owner, key["token"])):
        assert [one["partner_customer_id"] for one in reply.json()["data"]] == ["cust_abc123", "only here"]


def test_two_sandboxes_of_one_seed_issue_different_tokens(strict_server: Mockenv) -> None:
    with strict_server.sandbox(seed=1) as one, strict_server.sandbox(seed=1) as other:
        keys = [make(Browser(sandbox, sandbox.headers("vector"))) for sandbox in (one, other)]
        assert keys[0]["id"] == keys[1]["id"]
        assert keys[0]["token"] != keys[1]["token"]
        foreign = Browser(one, {"Authorization": f"Bearer {keys[1]['token']}"})
        assert foreign("GET", f"{API}/sites").json() == UNAUTHENTICATED


@pytest.mark.parametrize("server", ["vector", "strict"])
def test_a_deleted_key_is_dead_at_once(request: pytest.FixtureRequest, server: str) -> None:
    owner: Browser = request.getfixturevalue(server)
    key = make(owner)
    reply = owner("DELETE", f"{KEYS}/{key['id']}")
    assert (reply.status_code, reply.json()["data"]) == (200, {})
    for refused in (using(owner, key)("GET", f"{API}/sites"), alone(owner, key["token"])):
        assert (refused.status_code, refused.json()) == (401, UNAUTHENTICATED)
    assert data(owner, "GET", KEYS) == []
    assert owner("DELETE", f"{KEYS}/{key['id']}").json()["message"] == "API key not found"


def test_the_key_in_use_is_not_deleted(vector: Browser) -> None:
    first, second = make(vector), make(vector, "other")
    refused = using(vector, first)("DELETE", f"{KEYS}/{first['id']}")
    assert (refused.status_code, refused.json()["message"]) == (403, "Cannot delete the token currently in use")
    assert using(vector, second)("DELETE", f"{KEYS}/{first['id']}").status_code == 200


@pytest.mark.parametrize(("path", "status"), [(SITE, 200), (f"{SITE}9", 404)], ids=["granted", "refused"])
def test_a_key_notes_when_it_was_last_used(vector: Browser, mockenv: Sandbox, path: str, status: int) -> None:
    key = make(vector)
    mockenv.advance("90s")
    assert using(vector, key)("GET", path).status_code == status
    assert data(vector, "GET", KEYS)[0]["last_used_at"] == "2026-01-24T10:31:30.000000Z"


def test_a_read_only_key_reads_and_does_not_write(vector: Browser) -> None:
    key = using(vector, make(vector, abilities=["vector:sites:read"]))
    assert key("GET", SITE).status_code == 200
    for method, path in (
        ("POST", f"{API}/sites"),
        ("PUT", SITE),
        ("DELETE", SITE),
        ("PUT", f"{SITE}/suspend"),
        ("POST", f"{SITE}/clone"),
        ("POST", f"{SITE}/purge-cache"),
        ("POST", KEYS),
    ):
        refused = key(method, path)
        assert (refused.status_code, refused.json()) == (403, UNAUTHORIZED), path


@pytest.mark.parametrize(
    ("ability", "allowed", "refused"),
    [
        ("vector:logs:read", ("GET", f"{SITE}/logs"), ("GET", SITE)),
        ("vector:cdn:write", ("POST", f"{SITE}/purge-cache"), ("POST", f"{SITE}/suspend")),
        ("vector:webhooks:read", ("GET", f"{API}/webhooks"), ("GET", f"{API}/sites")),
        ("vector:sites:write", ("POST", f"{SITE}/suspend"), ("GET", SITE)),
        ("vector:unheard-of", ("GET", f"{API}/php-versions"), ("GET", f"{API}/webhooks")),
    ],
)
def test_a_key_may_do_what_its_abilities_say(
    vector: Browser, ability: str, allowed: tuple[str, str], refused: tuple[str, str]
) -> None:
    key = using(vector, make(vector, abilities=[ability]))
    assert key(*allowed).status_code == 200
    assert key(*refused).status_code == 403


def test_every_operation_asks_for_an_ability() -> None:
    assert set(document_of(Service).operations) <= set(ABILITIES)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": ["The name field is required."]}),
        ({"name": 5}, {"name": ["The name must be a string."]}),
        ({"name": "a", "abilities": "all"}, {"abilities": ["The abilities must be an array."]}),
    ],
)
def test_bad_values_are_named(vector: Browser, body: Any, errors: Any) -> None:
    assert vector("POST", KEYS, body).json()["errors"] == errors


def test_a_key_goes_with_its_sandbox_and_comes_back_with_a_snapshot(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox(clock="manual")
    vector = Browser(sandbox, sandbox.headers("vector"))
    key = make(vector)
    sandbox.snapshot("with-key")
    sandbox.reset()
    assert using(vector, key)("GET", SITE).status_code == 401
    sandbox.restore("with-key")
    assert alone(vector, key["token"]).status_code == 200
    with sandbox.fork("with-key", f"{sandbox.name}-fork") as fork:
        assert Browser(fork, {"Authorization": f"Bearer {key['token']}"})("GET", SITE).status_code == 200
    sandbox.drop()
    assert alone(vector, key["token"]).json() == UNAUTHENTICATED


def test_a_key_outlives_a_restart(tmp_path: Path) -> None:
    settings = Settings(port=0, state=str(tmp_path / "state.json"), auth="strict", log_level="error")
    with_owner = Mockenv((running := ThreadedServer(settings).start()).url).get()
    try:
        key = make(Browser(with_owner, with_owner.headers("vector")))
    finally:
        running.stop()
    running = ThreadedServer(settings).start()
    try:
        again = Mockenv(running.url).get()
        assert alone(Browser(again, {}), key["token"]).status_code == 200
    finally:
        running.stop()


def test_its_events_say_which_key_and_never_its_token(vector: Browser, mockenv: Sandbox) -> None:
    key = make(vector)
    data(vector, "DELETE", f"{KEYS}/{key['id']}")
    told = {"id": key["id"], "name": "CI/CD Key", "abilities": ["*"]}
    assert [(one["type"], one["data"]) for one in mockenv.events()] == [
        ("vector.api-key.created", told),
        ("vector.api-key.deleted", told),
    ]
