"""How the app is found, what is answered where it is not, and who is let in: sections 1 and 2 of the contract, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.phase.conftest import APP, DEVELOPMENT, ENVIRONMENTS, PRODUCTION, SEALED_APP, STAGING, Phase, error

NO_APP = "Could not resolve app from request."
NO_SSE = "SSE is not enabled for this App."
LIST = "/v1/environments/"


@pytest.mark.parametrize(
    "query",
    [
        f"app_id={APP}",
        f"appId={APP}",
        f"app_id=zzz&app_id={APP}",
        f"app_id={APP}&env=development",
        f"app_id={APP}&env=DEVELOPMENT",
        f"app_id={APP}&env=",
        f"app_id={APP}&format=json",
        f"app_id={APP}&format=",
        f"app_id={APP}&whatever=1&limit=1",
    ],
)
def test_the_app_is_found_by_query_and_the_list_is_always_the_same(phase: Phase, query: str) -> None:
    reply = phase("GET", f"{LIST}?{query}")
    assert reply.status_code == 200
    assert [one["name"] for one in reply.json()] == ["Development", "Staging", "Production"]


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("", 403, NO_APP),
        ("app_id=", 403, NO_APP),
        ("env=development", 403, NO_APP),
        ("app=x", 403, NO_APP),
        ("app_id=zzz", 404, "App with ID zzz not found"),
        (f"app_id={APP}&app_id=zzz", 404, "App with ID zzz not found"),
        (f"app_id={APP.upper()}", 404, f"App with ID {APP.upper()} not found"),
        ("app_id=zzz&env=development", 404, "App with ID zzz not found"),
        (f"app_id={APP}&env=zzz", 404, f"Environment 'zzz' not found in App {APP}"),
        (f"app_id={SEALED_APP}", 403, NO_SSE),
        ("secret_id=zzz", 404, "Secret not found"),
        ("secretId=zzz", 404, "Secret not found"),
        (f"app_id={APP}&format=xml", 404, "Not found."),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_app_that_cannot_be_found_is_told_before_anything_else(
    phase: Phase, method: str, query: str, status: int, text: str
) -> None:
    assert error(phase(method, f"{LIST}?{query}", data="{broken" if method == "POST" else None)) == (status, text)


def test_the_environment_header_stands_for_the_app_on_the_list_path(phase: Phase) -> None:
    reply = phase("GET", LIST, headers={"Environment": STAGING})
    assert [one["name"] for one in reply.json()] == ["Development", "Staging", "Production"]
    assert phase("POST", LIST, {"name": "x"}, headers={"Environment": STAGING}).status_code == 201


def test_an_unknown_environment_header_is_401_of_all_things(phase: Phase) -> None:
    reply = phase("GET", LIST, headers={"Environment": "zzz"})
    assert error(reply) == (401, "Environment not found")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_a_secrets_id_stands_for_its_app_in_header_and_query(phase: Phase) -> None:
    secret = phase.add_secrets({"key": "A", "value": "1"})[0]["id"]
    assert phase("GET", LIST, headers={"Secret-Id": secret}).status_code == 200
    assert phase("GET", f"{LIST}?secret_id={secret}").status_code == 200
    assert error(phase("GET", LIST, headers={"Secret-Id": "zzz"})) == (404, "Secret not found")


def test_both_headers_are_ignored_on_detail_paths(phase: Phase) -> None:
    reply = phase("GET", f"{LIST}{DEVELOPMENT}/", headers={"Environment": "zzz", "Secret-Id": "zzz"})
    assert (reply.status_code, reply.json()["id"]) == (200, DEVELOPMENT)
    assert phase("GET", f"/v1/apps/{APP}/", headers={"Environment": "zzz", "Secret-Id": "zzz"}).status_code == 200


def test_an_app_in_the_query_wins_over_the_environment_in_the_path(phase: Phase) -> None:
    other = phase("POST", "/v1/apps/", {"name": "other"}).json()["id"]
    path = f"{LIST}{DEVELOPMENT}/"
    assert phase("GET", f"{path}?app_id={APP}").status_code == 200
    assert error(phase("GET", f"{path}?app_id={other}")) == (404, "Environment not found")
    assert error(phase("GET", f"{path}?app_id=zzz")) == (404, "App with ID zzz not found")


@pytest.mark.parametrize("id", ["zzz", DEVELOPMENT.upper(), "00000000-0000-4000-8000-000000000000", "%00", "a b"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "POST"])
def test_an_environment_that_is_not_there_is_404_for_every_method(phase: Phase, method: str, id: str) -> None:
    assert error(phase(method, f"{LIST}{id}/")) == (404, "Environment not found")


# Who is let in: a user is refused with 403, a service account with 401


def other_app(phase: Phase) -> tuple[str, str]:
    """An app that is the owner's alone, and one of its environments."""
    made = phase("POST", "/v1/apps/", {"name": "other"}).json()
    return made["id"], made["environments"][0]["id"]


@pytest.mark.parametrize("role", ["manager", "developer"])
def test_a_user_without_the_app_is_403(phase: Phase, role: str) -> None:
    app, environment = other_app(phase)
    for path in (f"{LIST}?app_id={app}", f"{LIST}{environment}/", f"/v1/apps/{app}/"):
        reply = phase("GET", path, role=role)
        assert error(reply) == (403, "User cannot access this app")
        assert "WWW-Authenticate" not in reply.headers
    assert error(phase("GET", f"{LIST}?app_id={app}&env=development", role=role)) == (403, "User cannot access this environment")


def test_a_service_account_without_the_app_is_401(phase: Phase) -> None:
    app, environment = other_app(phase)
    for path in (f"{LIST}?app_id={app}", f"{LIST}{environment}/", f"/v1/apps/{app}/"):
        reply = phase("GET", path, role="service_account")
        assert error(reply) == (401, "Service account cannot access this app")
        assert reply.headers["WWW-Authenticate"] == "Bearer"
    reply = phase("GET", f"{LIST}?app_id={app}&env=staging", role="service_account")
    assert error(reply) == (401, "Service account cannot access this environment")


def test_an_environment_in_the_query_that_the_caller_lacks_is_refused(phase: Phase) -> None:
    query = f"{LIST}?app_id={APP}&env=production"
    assert error(phase("GET", query, role="developer")) == (403, "User cannot access this environment")
    id = phase.service_account()
    body = {"apps": [{"id": APP, "environments": [STAGING]}]}
    assert phase("PUT", f"/v1/service-accounts/{id}/access/", body).status_code == 200
    assert error(phase("GET", query, role="service_account")) == (401, "Service account cannot access this environment")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_environment_in_the_path_that_the_caller_lacks_is_403_before_the_body_is_looked_at(phase: Phase, method: str) -> None:
    reply = phase(method, f"{LIST}{PRODUCTION}/", data="{broken", role="developer")
    assert error(reply) == (403, "You don't have access to this environment.")


def test_a_service_accounts_text_for_it_is_another(phase: Phase) -> None:
    body = {"apps": [{"id": APP, "environments": [STAGING]}]}
    phase("PUT", f"/v1/service-accounts/{phase.service_account()}/access/", body)
    text = "Service account doesn't have access to this environment."
    for method in ("GET", "PUT", "DELETE"):
        assert error(phase(method, f"{LIST}{PRODUCTION}/", role="service_account")) == (403, text)


@pytest.mark.parametrize("role", ["manager", "developer"])
def test_managers_and_developers_may_read_create_and_rename_but_not_delete(phase: Phase, role: str) -> None:
    made = phase.make("mine", role=role)
    path = f"{LIST}{made['id']}/"
    assert phase("GET", path, role=role).status_code == 200
    assert phase("PUT", path, {"name": "ours"}, role=role).status_code == 200
    assert error(phase("DELETE", path, role=role)) == (403, "You don't have permission to delete environments.")


def test_service_accounts_may_do_all_four(phase: Phase) -> None:
    made = phase.make("mine", role="service_account")
    assert phase("DELETE", f"{LIST}{made['id']}/", role="service_account").status_code == 204


def limit_developers_to(phase: Phase, environments: list[str]) -> None:
    """A custom role with these actions on environments, given to the developer."""
    policy = {"permissions": {}, "app_permissions": {"Environments": environments}}
    role = phase("POST", "/v1/roles/", {"name": "Limited", "permissions": policy}).json()["id"]
    assert phase("PUT", f"/v1/members/{phase.member('Developer')}/", {"role_id": role}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", ENVIRONMENTS, "read"),
        ("POST", ENVIRONMENTS, "create"),
        ("GET", f"{LIST}{DEVELOPMENT}/", "read"),
        ("PUT", f"{LIST}{DEVELOPMENT}/", "update"),
        ("DELETE", f"{LIST}{DEVELOPMENT}/", "delete"),
        ("PUT", ENVIRONMENTS, "update"),
        ("DELETE", ENVIRONMENTS, "delete"),
        ("POST", f"{LIST}{DEVELOPMENT}/", "create"),
    ],
)
def test_a_permission_that_lacks_is_told_before_body_and_method(phase: Phase, method: str, path: str, action: str) -> None:
    limit_developers_to(phase, [one for one in ("read", "create", "update", "delete") if one != action])
    reply = phase(method, path, data="{broken", role="developer")
    assert error(reply) == (403, f"You don't have permission to {action} environments.")


@pytest.mark.parametrize(
    ("method", "path", "role", "expected"),
    [
        # unknown app and environment are 404 even without permission
        ("DELETE", f"{LIST}zzz/", "developer", (404, "Environment not found")),
        ("DELETE", f"{LIST}?app_id=zzz", "developer", (404, "App with ID zzz not found")),
        # no app before the method, encryption mode before the method, the method before the permission
        ("PATCH", LIST, "owner", (403, NO_APP)),
        ("PATCH", f"{LIST}?app_id={SEALED_APP}", "owner", (403, NO_SSE)),
        ("PATCH", ENVIRONMENTS, "developer", (405, 'Method "PATCH" not allowed.')),
        ("DELETE", ENVIRONMENTS, "developer", (403, "You don't have permission to delete environments.")),
        ("DELETE", ENVIRONMENTS, "owner", (405, 'Method "DELETE" not allowed.')),
        ("PUT", ENVIRONMENTS, "owner", (405, 'Method "PUT" not allowed.')),
        ("POST", f"{LIST}{DEVELOPMENT}/", "owner", (405, 'Method "POST" not allowed.')),
        ("TRACE", ENVIRONMENTS, "owner", (405, 'Method "TRACE" not allowed.')),
        ("BREW", ENVIRONMENTS, "owner", (405, 'Method "BREW" not allowed.')),
    ],
)
def test_the_checks_come_in_the_services_order(phase: Phase, method: str, path: str, role: str, expected: tuple[int, str]) -> None:
    assert error(phase(method, path, role=role)) == expected


def test_an_app_encrypted_end_to_end_is_listed_and_otherwise_closed(phase: Phase) -> None:
    listed: list[dict[str, Any]] = phase("GET", "/v1/apps/").json()["data"]
    assert [one["sseEnabled"] for one in listed] == [True, False]
    for method in ("GET", "PUT", "DELETE"):
        assert error(phase(method, f"/v1/apps/{SEALED_APP}/")) == (403, NO_SSE)
