"""Service accounts and their tokens, which live and die on the sandbox's clock."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX
from tests.providers.phase.conftest import APP, DEVELOPMENT, ENVIRONMENTS, MISSING_NAME, Phase, error

ACCOUNTS = "/v1/service-accounts/"
GONE = (401, "Token expired or deleted")


def add(phase: Phase, **more: Any) -> dict[str, Any]:
    """A new account with its first token, which has the page's development environment."""
    reply = phase("POST", ACCOUNTS, {"name": "robot", "role_id": phase.role("Service"), **more})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    body = {"apps": [{"id": APP, "environments": [DEVELOPMENT]}]}
    assert phase("PUT", f"{ACCOUNTS}{made['id']}/access/", body).status_code == 200
    return made


def status(phase: Phase, token: dict[str, Any]) -> int:
    return phase.bearing(f"Bearer {token['bearerToken']}", "GET", ENVIRONMENTS).status_code


def add_token(phase: Phase, account: str, **more: Any) -> dict[str, Any]:
    reply = phase("POST", f"{ACCOUNTS}{account}/tokens/", {"name": "more", **more})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


@pytest.mark.parametrize("world", ["phase", "strict"])
def test_a_new_account_has_a_token_that_works_at_once(request: pytest.FixtureRequest, world: str) -> None:
    here: Phase = request.getfixturevalue(world)
    made = add(here, token_name="CI")
    assert list(made) == ["id", "name", "role", "createdAt", "updatedAt", "initialToken"]
    assert made["role"] == {"id": here.role("Service"), "name": "Service"}
    token = made["initialToken"]
    assert list(token) == ["id", "name", "createdAt", "expiresAt", "token", "bearerToken"]
    assert (token["name"], token["expiresAt"]) == ("CI", None)
    word, value = token["bearerToken"].split(" ")
    assert (word, len(value)) == ("ServiceAccount", 64)
    assert token["token"].split(":")[:3] == ["pss_service", "v2", value]
    listed = here.bearing(f"Bearer {token['bearerToken']}", "GET", ENVIRONMENTS).json()
    assert [one["name"] for one in listed] == ["Development"]
    assert error(here.bearing(f"Bearer User {value}", "GET", ENVIRONMENTS)) == GONE


def test_a_tokens_value_is_shown_once(phase: Phase) -> None:
    made = add(phase)
    shown = phase("GET", f"{ACCOUNTS}{made['id']}/")
    assert [list(one) for one in shown.json()["tokens"]] == [["id", "name", "createdAt", "expiresAt"]]
    value = made["initialToken"]["bearerToken"].split(" ")[1]
    assert value not in shown.text
    assert value not in str(phase.sandbox.resources())
    assert value not in str(phase.sandbox.events())


def test_accounts_are_listed_newest_first_and_changed(phase: Phase, mockenv: Sandbox) -> None:
    made = add(phase)
    listed = phase("GET", ACCOUNTS).json()["data"]
    assert [one["name"] for one in listed] == ["robot", "deploy-bot"]
    mockenv.advance(1)
    path = f"{ACCOUNTS}{made['id']}/"
    changed = phase("PUT", path, {"name": "robot-2", "role_id": phase.role("Developer")}).json()
    assert (changed["name"], changed["role"]["name"], changed["updatedAt"]) == ("robot-2", "Developer", "2026-01-24T10:30:01Z")
    text = "You don't have permission to delete environments."
    words = f"Bearer {made['initialToken']['bearerToken']}"
    assert error(phase.bearing(words, "DELETE", f"/v1/environments/{DEVELOPMENT}/")) == (403, text)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, MISSING_NAME)),
        ({"name": "n" * 65}, (400, "'name' cannot exceed 64 characters.")),
        ({"name": "x", "token_name": ""}, (400, "Missing required field: token_name")),
        ({"name": "x", "token_name": 5}, (400, "'token_name' must be a string.")),
        ({"name": "x"}, (400, "Missing required field: role_id")),
        ({"name": "x", "role_id": "zzz"}, (404, "Role not found.")),
        ({"name": "x", "role_id": "Admin"}, (400, "Service accounts cannot be assigned the 'Admin' role.")),
        ({"name": "x", "role_id": "Owner"}, (400, "Service accounts cannot be assigned the 'Owner' role.")),
        ([], (400, "Request body must be a JSON object.")),
    ],
)
def test_a_bad_account_is_refused(phase: Phase, body: Any, expected: tuple[int, str]) -> None:
    if isinstance(body, dict) and body.get("role_id") in ("Admin", "Owner"):
        body = {**body, "role_id": phase.role(body["role_id"])}
    assert error(phase("POST", ACCOUNTS, body)) == expected
    assert len(phase("GET", ACCOUNTS).json()["data"]) == 1


def test_a_bad_change_of_an_account_is_refused(phase: Phase) -> None:
    path = f"{ACCOUNTS}{phase.service_account()}/"
    assert error(phase("PUT", path, {})) == (400, "At least one of 'name' or 'role_id' must be provided.")
    assert error(phase("PUT", path, {"role_id": "zzz"})) == (404, "Role not found.")
    assert error(phase("PUT", path, {"role_id": phase.role("Admin")}))[0] == 400
    for method in ("GET", "PUT", "DELETE"):
        assert error(phase(method, f"{ACCOUNTS}zzz/")) == (404, "Service account not found.")


@pytest.mark.parametrize("world", ["phase", "strict"])
def test_a_deleted_accounts_tokens_are_void_at_once(request: pytest.FixtureRequest, world: str) -> None:
    here: Phase = request.getfixturevalue(world)
    made = add(here)
    assert here("DELETE", f"{ACCOUNTS}{made['id']}/").status_code == 204
    words = f"Bearer {made['initialToken']['bearerToken']}"
    assert error(here.bearing(words, "GET", ENVIRONMENTS)) == GONE
    assert here("DELETE", f"{ACCOUNTS}{here.service_account()}/").status_code == 204
    assert error(here("GET", ENVIRONMENTS, role="service_account")) == GONE


@pytest.mark.parametrize("world", ["phase", "strict"])
def test_a_withdrawn_token_is_void_and_the_others_are_not(request: pytest.FixtureRequest, world: str) -> None:
    here: Phase = request.getfixturevalue(world)
    made = add(here)
    more = add_token(here, made["id"])
    path = f"{ACCOUNTS}{made['id']}/tokens/{more['id']}/"
    assert error(here("DELETE", f"{ACCOUNTS}{here.service_account()}/tokens/{more['id']}/")) == (404, "Token not found.")
    assert here("DELETE", path).status_code == 204
    assert error(here("DELETE", path)) == (404, "Token not found.")
    assert (status(here, made["initialToken"]), status(here, more)) == (200, 401)
    assert [one["name"] for one in here("GET", f"{ACCOUNTS}{made['id']}/").json()["tokens"]] == ["Default"]


@pytest.mark.parametrize("world", ["phase", "strict"])
@DATED_BY_THE_SANDBOX
def test_expiry_runs_on_the_sandboxs_clock(request: pytest.FixtureRequest, world: str) -> None:
    here: Phase = request.getfixturevalue(world)
    account = add(here)["id"]
    spanned = add_token(here, account, expires_in=60)
    dated = add_token(here, account, expires_at="2026-01-24T11:32:00+01:00")
    both = add_token(here, account, expires_at="2026-01-24T10:33:00Z", expires_in=60)
    shown = [one["expiresAt"] for one in (spanned, dated, both)]
    assert shown == ["2026-01-24T10:31:00Z", "2026-01-24T10:32:00Z", "2026-01-24T10:33:00Z"]
    here.sandbox.advance("60s")
    assert status(here, spanned) == 200  # at the very moment it still counts
    here.sandbox.advance("250ms")
    assert (status(here, spanned), status(here, dated), status(here, both)) == (401, 200, 200)
    here.sandbox.advance("60s")
    assert (status(here, dated), status(here, both)) == (401, 200)
    here.sandbox.advance("60s")
    assert status(here, both) == 401


NOT_SECONDS = "'expires_in' must be a positive integer (seconds)."


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"name": ""}, MISSING_NAME),
        ({"expires_in": 0}, NOT_SECONDS),
        ({"expires_in": -1}, NOT_SECONDS),
        ({"expires_in": True}, NOT_SECONDS),
        ({"expires_in": "60"}, NOT_SECONDS),
        ({"expires_in": 1.5}, NOT_SECONDS),
        (
            {"expires_at": 5},
            "'expires_at' must be an ISO-8601 datetime string with timezone (e.g. '2026-12-31T23:59:59Z').",
        ),
        ({"expires_at": "tomorrow"}, "'expires_at' is not a valid ISO-8601 datetime."),
        ({"expires_at": "2030-01-01T00:00:00"}, "'expires_at' must include a timezone offset (e.g. 'Z' or '+00:00')."),
        ({"expires_at": "2026-01-24T10:30:00Z"}, "'expires_at' must be in the future."),
        (
            {"expiry": 60},
            "Unknown field 'expiry'. Use 'expires_at' (ISO-8601 with timezone) or 'expires_in' (positive integer seconds).",
        ),
    ],
)
def test_a_bad_expiry_is_refused(phase: Phase, more: dict[str, Any], text: str) -> None:
    reply = phase("POST", f"{ACCOUNTS}{phase.service_account()}/tokens/", {"name": "x", **more})
    assert error(reply) == (400, text)


def test_tokens_are_dealt_in_by_those_with_global_access_and_by_the_account_itself(phase: Phase) -> None:
    path = f"{ACCOUNTS}{phase.service_account()}/tokens/"
    assert error(phase("POST", path, {"name": "x"}, role="manager")) == (404, "Service account not found.")
    assert error(phase("POST", f"{ACCOUNTS}zzz/tokens/", {"name": "x"})) == (404, "Service account not found.")
    policy = {"permissions": {"ServiceAccountTokens": ["create", "delete"]}, "app_permissions": {}}
    role = phase("POST", "/v1/roles/", {"name": "Minter", "permissions": policy}).json()["id"]
    phase("PUT", f"{ACCOUNTS}{phase.service_account()}/", {"role_id": role})
    other = add(phase)["id"]
    assert phase("POST", path, {"name": "x"}, role="service_account").status_code == 201
    reply = phase("POST", f"{ACCOUNTS}{other}/tokens/", {"name": "x"}, role="service_account")
    assert error(reply) == (404, "Service account not found.")


@pytest.mark.parametrize("world", ["phase", "strict"])
def test_a_token_that_was_made_leads_to_its_sandbox_without_any_prefix(request: pytest.FixtureRequest, world: str) -> None:
    here: Phase = request.getfixturevalue(world)
    words = f"Bearer {add(here)['initialToken']['bearerToken']}"
    reply = requests.get(f"{here.sandbox.server.url}{ENVIRONMENTS}", headers={"Authorization": words}, timeout=30)
    assert [one["name"] for one in reply.json()] == ["Development"]
    here.sandbox.reset()
    assert error(requests.get(f"{here.sandbox.server.url}{ENVIRONMENTS}", headers={"Authorization": words}, timeout=30)) == GONE


def test_a_token_made_in_another_sandbox_is_no_strangers(mockenv_server: Mockenv, phase: Phase) -> None:
    """In lenient mode a stranger acts as the owner; what some sandbox made is never taken for a stranger's."""
    token = add(phase)["initialToken"]
    with mockenv_server.sandbox(clock="manual") as elsewhere:
        assert error(Phase(elsewhere).bearing(f"Bearer {token['bearerToken']}", "GET", ENVIRONMENTS)) == GONE


def test_a_reset_forgets_tokens_that_were_made_and_keeps_the_issued_ones(phase: Phase, mockenv: Sandbox) -> None:
    token = add(phase)["initialToken"]
    mockenv.reset()
    assert status(phase, token) == 401
    assert phase("GET", ENVIRONMENTS, role="service_account").status_code == 200
