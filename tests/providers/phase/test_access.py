"""Members, roles and access: who is there, and how an app or environment is given and taken."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.providers.phase.conftest import (
    APP,
    DEVELOPMENT,
    ENVIRONMENTS,
    MISSING_NAME,
    PRODUCTION,
    SEALED_APP,
    STAGING,
    Phase,
    error,
)

MEMBERS, ACCOUNTS, ROLES = "/v1/members/", "/v1/service-accounts/", "/v1/roles/"


def access(environments: list[Any], app: Any = APP) -> dict[str, Any]:
    return {"apps": [{"id": app, "environments": environments}]}


def test_every_sandbox_has_one_member_per_role(phase: Phase) -> None:
    listed = phase("GET", MEMBERS).json()["data"]
    assert [one["role"]["name"] for one in listed] == ["Owner", "Manager", "Developer"]
    assert list(listed[0]) == ["id", "username", "fullName", "email", "role", "createdAt", "updatedAt"]
    assert list(listed[0]["role"]) == ["id", "name"]
    assert len({one["email"] for one in listed}) == 3
    assert phase("GET", f"{MEMBERS}{listed[1]['id']}/").json() == listed[1]
    assert error(phase("GET", f"{MEMBERS}zzz/")) == (404, "Member not found.")


def test_the_default_roles_are_five_and_cannot_be_touched(phase: Phase) -> None:
    listed = phase("GET", ROLES).json()["data"]
    assert [one["name"] for one in listed] == ["Owner", "Admin", "Manager", "Developer", "Service"]
    assert all(one["isDefault"] for one in listed)
    shown = phase("GET", f"{ROLES}{phase.role('Manager')}/").json()["permissions"]
    assert shown["appPermissions"]["Environments"] == ["read", "create", "update"]
    assert shown["globalAccess"] is False
    for role in listed:
        assert error(phase("PUT", f"{ROLES}{role['id']}/", {"name": "x"})) == (403, "Default roles cannot be modified.")
        assert error(phase("DELETE", f"{ROLES}{role['id']}/"))[0] == 403
    assert error(phase("GET", f"{ROLES}zzz/")) == (404, "Role not found.")


@pytest.mark.parametrize(
    ("method", "path", "role", "words"),
    [
        ("PUT", f"{MEMBERS}x/", "developer", "update members"),
        ("DELETE", f"{MEMBERS}x/", "developer", "delete members"),
        ("PUT", f"{MEMBERS}x/access/", "developer", "update members"),
        ("PUT", f"{MEMBERS}x/access/", "service_account", "update members"),
        ("POST", MEMBERS, "service_account", "create members"),
        ("GET", ACCOUNTS, "developer", "read service accounts"),
        ("POST", ACCOUNTS, "service_account", "create service accounts"),
        ("PUT", f"{ACCOUNTS}x/access/", "service_account", "update service accounts"),
        ("POST", f"{ACCOUNTS}x/tokens/", "service_account", "create service account tokens"),
        ("DELETE", f"{ACCOUNTS}x/tokens/x/", "developer", "delete service account tokens"),
        ("POST", ROLES, "developer", "create roles"),
        ("DELETE", f"{ROLES}x/", "service_account", "delete roles"),
    ],
)
def test_what_a_role_may_not_do_is_403_before_anything_is_looked_for(
    phase: Phase, method: str, path: str, role: str, words: str
) -> None:
    assert error(phase(method, path, data="{broken", role=role)) == (403, f"You don't have permission to {words}.")


# Access


@pytest.mark.parametrize("who", ["member", "account"])
def test_access_is_set_as_a_whole_and_takes_effect_at_once(phase: Phase, who: str) -> None:
    id, role = (phase.member("Developer"), "developer") if who == "member" else (phase.service_account(), "service_account")
    path = f"{MEMBERS if who == 'member' else ACCOUNTS}{id}/access/"
    shown = phase("PUT", path, access([STAGING, PRODUCTION, STAGING])).json()
    expected = [
        {"id": STAGING, "name": "Staging", "envType": "staging"},
        {"id": PRODUCTION, "name": "Production", "envType": "prod"},
    ]
    assert shown["apps"] == [{"id": APP, "name": "My App", "environments": expected}]
    detail = path if who == "member" else path.removesuffix("access/")
    assert phase("GET", detail).json() == shown
    assert phase.names(role=role) == ["Staging", "Production"]
    assert error(phase("GET", f"/v1/environments/{DEVELOPMENT}/", role=role))[0] == 403
    assert phase("PUT", path, {"apps": []}).json()["apps"] == []
    assert phase("GET", ENVIRONMENTS, role=role).status_code == (403 if who == "member" else 401)


def test_the_first_access_of_the_docs_world(phase: Phase) -> None:
    assert phase.names(role="owner") == ["Development", "Staging", "Production"]
    assert phase.names(role="manager") == ["Development", "Staging"]
    assert phase.names(role="developer") == ["Development"]
    assert phase.names(role="service_account") == ["Development", "Staging", "Production"]


BAD: list[tuple[Any, int, str]] = [
    ({}, 400, "Missing required field: apps"),
    ({"apps": None}, 400, "Missing required field: apps"),
    ({"apps": {}}, 400, "'apps' must be a list."),
    ({"apps": ["x"]}, 400, "Each entry in 'apps' must be an object with 'id' and 'environments'."),
    ({"apps": [{"environments": []}]}, 400, "Each app entry must have an 'id' field."),
    (access([], "zzz"), 404, "App not found: zzz"),
    (access([], 5), 404, "App not found: 5"),
    (access([], SEALED_APP), 400, "App 'Sealed App' does not have SSE enabled. Only SSE apps are supported."),
    ({"apps": [{"id": APP}]}, 400, "Each app entry must have an 'environments' list of environment IDs."),
    (access([STAGING, "x", "y"]), 404, "Environment(s) not found in app 'My App': x, y"),
]


@pytest.mark.parametrize(("body", "status", "text"), BAD)
def test_bad_access_is_refused_for_both_and_changes_nothing(phase: Phase, body: Any, status: int, text: str) -> None:
    for path in (f"{MEMBERS}{phase.member('Developer')}/access/", f"{ACCOUNTS}{phase.service_account()}/access/"):
        before = phase("GET", path).json()
        assert error(phase("PUT", path, body)) == (status, text)
        assert phase("GET", path).json() == before


def test_no_environments_at_all_is_told_in_two_ways(phase: Phase) -> None:
    text = f"'environments' for app '{APP}' must not be empty. To revoke all access, remove the app from the list"
    account = phase("PUT", f"{ACCOUNTS}{phase.service_account()}/access/", access([]))
    assert error(account) == (400, f"{text}.")
    member = phase("PUT", f"{MEMBERS}{phase.member('Developer')}/access/", access([]))
    assert error(member) == (400, f"{text} entirely.")


def test_access_of_the_owner_cannot_be_changed_and_of_nobody_is_404(phase: Phase) -> None:
    text = "Access cannot be changed for members with a global access role."
    assert error(phase("PUT", f"{MEMBERS}{phase.member('Owner')}/access/", access([STAGING]))) == (403, text)
    assert len(phase("GET", f"{MEMBERS}{phase.member('Owner')}/access/").json()["apps"]) == 2
    assert error(phase("PUT", f"{MEMBERS}zzz/access/", access([]))) == (404, "Member not found.")
    assert error(phase("PUT", f"{ACCOUNTS}zzz/access/", access([]))) == (404, "Service account not found.")


def test_a_manager_gives_only_what_he_has(phase: Phase) -> None:
    path = f"{MEMBERS}{phase.member('Developer')}/access/"
    assert phase("PUT", path, access([STAGING]), role="manager").status_code == 200
    text = "You don't have access to one or more environments in app 'My App'."
    assert error(phase("PUT", path, access([STAGING, PRODUCTION]), role="manager")) == (403, text)
    other = phase("POST", "/v1/apps/", {"name": "other"}).json()
    body = access([other["environments"][0]["id"]], other["id"])
    assert error(phase("PUT", path, body, role="manager")) == (403, "You don't have access to app 'other'.")


# Members


def test_a_members_role_is_changed_and_counts_from_the_next_request(phase: Phase, mockenv: Sandbox) -> None:
    mockenv.advance(1)
    path = f"{MEMBERS}{phase.member('Developer')}/"
    assert phase("GET", ACCOUNTS, role="developer").status_code == 403
    changed = phase("PUT", path, {"role_id": phase.role("Manager")}).json()
    assert (changed["role"]["name"], changed["updatedAt"]) == ("Manager", "2026-01-24T10:30:01Z")
    assert phase("GET", ACCOUNTS, role="developer").status_code == 200


def test_the_rules_around_roles_of_members(phase: Phase) -> None:
    owner, manager, developer = (f"{MEMBERS}{phase.member(role)}/" for role in ("Owner", "Manager", "Developer"))
    admin = {"role_id": phase.role("Admin")}
    transfer = "Use the ownership transfer flow."
    assert error(phase("PUT", owner, admin)) == (403, f"The Owner role cannot be changed via the API. {transfer}")
    assert error(phase("DELETE", owner)) == (403, f"The Owner cannot be removed via the API. {transfer}")
    assert error(phase("PUT", manager, admin, role="manager")) == (403, "You cannot update your own role.")
    assert error(phase("DELETE", manager, role="manager")) == (403, "You cannot remove yourself from the organisation.")
    assert error(phase("PUT", developer, {})) == (400, "Missing required field: role_id")
    assert error(phase("PUT", developer, {"role_id": "zzz"})) == (404, "Role not found.")
    text = f"You cannot assign the Owner role directly. {transfer}"
    assert error(phase("PUT", developer, {"role_id": phase.role("Owner")})) == (403, text)
    assert error(phase("PUT", developer, admin, role="manager")) == (403, "You cannot assign the 'Admin' role.")
    assert phase("PUT", developer, admin).status_code == 200
    text = "You cannot update the role of a member with global access."
    assert error(phase("PUT", developer, {"role_id": phase.role("Service")}, role="manager")) == (403, text)


def test_a_removed_member_is_gone_from_the_list(phase: Phase) -> None:
    path = f"{MEMBERS}{phase.member('Developer')}/"
    assert phase("DELETE", path, role="manager").status_code == 204
    assert error(phase("GET", path)) == (404, "Member not found.")
    assert [one["role"]["name"] for one in phase("GET", MEMBERS).json()["data"]] == ["Owner", "Manager"]


# Custom roles

POLICY = {"permissions": {"Apps": ["read"]}, "app_permissions": {"Environments": ["read"]}}


def test_a_custom_role_is_made_changed_shown_and_removed(phase: Phase) -> None:
    reply = phase("POST", ROLES, {"name": "Reader", "description": "d", "color": "#123456", "permissions": POLICY})
    made = reply.json()
    assert reply.status_code == 201
    assert made["permissions"] == {"permissions": {"Apps": ["read"]}, "appPermissions": {"Environments": ["read"]}}
    path = f"{ROLES}{made['id']}/"
    assert phase("PUT", path, {"name": "reader", "permissions": made["permissions"]}).json() == {**made, "name": "reader"}
    assert phase("PUT", f"{MEMBERS}{phase.member('Developer')}/", {"role_id": made["id"]}).status_code == 200
    assert error(phase("DELETE", path))[0] == 409
    assert phase("PUT", f"{MEMBERS}{phase.member('reader')}/", {"role_id": phase.role("Developer")}).status_code == 200
    assert phase("DELETE", path).status_code == 204
    assert error(phase("GET", path)) == (404, "Role not found.")


NO_POLICY = "Missing required field: permissions (must be a JSON object)"
BAD_ROLES: list[tuple[Any, int, str]] = [
    ({}, 400, MISSING_NAME),
    ({"name": "owner", "permissions": POLICY}, 409, "A role with this name already exists."),
    ({"name": "x"}, 400, NO_POLICY),
    ({"name": "x", "permissions": {}}, 400, NO_POLICY),
    ({"name": "x", "permissions": []}, 400, NO_POLICY),
    (
        {"name": "x", "permissions": {**POLICY, "global_access": True}},
        400,
        "Unknown top-level keys: global_access. Allowed keys: permissions, app_permissions.",
    ),
    (
        {"name": "x", "permissions": {"permissions": {}}},
        400,
        "Missing required keys: app_permissions. Required keys: permissions, app_permissions.",
    ),
    ({"name": "x", "permissions": {**POLICY, "permissions": []}}, 400, "permissions must be a JSON object."),
    ({"name": "x", "permissions": {**POLICY, "permissions": {"Apps": "read"}}}, 400, "Actions for 'Apps' must be an array."),
    (
        {"name": "x", "permissions": {**POLICY, "app_permissions": {"EncryptionMode": ["read", "delete"]}}},
        400,
        "Unknown action 'delete' for app permission class 'EncryptionMode'. Valid actions: read, update.",
    ),
    ({"name": "x", "permissions": POLICY, "color": "#12345678"}, 400, "Role color cannot exceed 7 characters."),
]


@pytest.mark.parametrize(("body", "status", "text"), BAD_ROLES)
def test_a_bad_role_is_refused(phase: Phase, body: Any, status: int, text: str) -> None:
    assert error(phase("POST", ROLES, body)) == (status, text)
    assert len(phase("GET", ROLES).json()["data"]) == 5


@pytest.mark.mockenv(fixture={"phase": {"organisation": {"plan": "Free"}}})
def test_on_free_there_are_no_custom_roles(phase: Phase) -> None:
    text = "Custom roles are not available on your organisation's plan."
    assert error(phase("POST", ROLES, {"name": "x", "permissions": POLICY})) == (403, text)
