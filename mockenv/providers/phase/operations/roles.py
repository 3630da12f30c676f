"""Roles: the five default ones, and custom ones with any subset of rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import policy
from mockenv.providers.phase.bodies import optional_text, read_object, text
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import MEMBER, ROLE, SERVICE_ACCOUNT, new_id, note, plan_of, shown_time
from mockenv.providers.phase.operations.callers import no_content
from mockenv.providers.phase.rights import VALID
from mockenv.store.base import Document
from mockenv.toolbox import is_taken

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_COLOR = 64, 500, 7
SCOPES = {"permissions": "org", "app_permissions": "app"}


def list_roles(call: Call, work: Work) -> Reply:
    return Reply(200, {"data": [_show(work, one) for one in work.find(ROLE)]})


def create_role(call: Call, work: Work) -> Reply:
    _check_plan(work)
    body = read_object(call)
    name = text(body, "name", LONGEST_NAME)
    _check_free(work, name)
    if not body.get("permissions") or not isinstance(body["permissions"], dict):
        raise refusal(400, "Missing required field: permissions (must be a JSON object)")
    role: Document = {"id": "", "name": name, "description": "", "color": "", "isDefault": False}
    role["createdAt"] = iso_micros(work.now)
    role["policy"] = _policy(body["permissions"])
    _describe(role, body)
    role["id"] = new_id(work, ROLE)
    work.put(ROLE, role["id"], role)
    note(work, "role.created", ROLE, role["id"], _show(work, role))
    return Reply(201, _show_all(work, role))


def get_role(call: Call, work: Work) -> Reply:
    return Reply(200, _show_all(work, require_role(call.params["role"], work)))


def update_role(call: Call, work: Work) -> Reply:
    role = require_role(call.params["role"], work)
    if role["isDefault"]:
        raise refusal(403, "Default roles cannot be modified.")
    _check_plan(work)
    body = read_object(call)
    if all(body.get(name) is None for name in ("name", "description", "color", "permissions")):
        raise refusal(400, "At least one field must be provided.")
    if body.get("name") is not None:
        role["name"] = text(body, "name", LONGEST_NAME)
        _check_free(work, role["name"], but=role["id"])
    _describe(role, body)
    if body.get("permissions") is not None:
        role["policy"] = _policy(body["permissions"])
    work.put(ROLE, role["id"], role)
    note(work, "role.updated", ROLE, role["id"], _show(work, role))
    return Reply(200, _show_all(work, role))


def delete_role(call: Call, work: Work) -> Reply:
    """Not while somebody has it. The two texts are guesses."""
    role = require_role(call.params["role"], work)
    if role["isDefault"]:
        raise refusal(403, "Default roles cannot be deleted.")
    if work.count(SERVICE_ACCOUNT, role=role["id"]) or any(not one["deletedAt"] for one in work.find(MEMBER, role=role["id"])):
        raise refusal(409, "This role is in use and cannot be deleted.")
    work.delete(ROLE, role["id"])
    note(work, "role.deleted", ROLE, role["id"], _show(work, role))
    return no_content()


def require_wanted_role(body: Mapping[str, Any], work: Work) -> Document:
    """The role that a body names as `role_id`."""
    if not body.get("role_id"):
        raise refusal(400, "Missing required field: role_id")
    return require_role(str(body["role_id"]), work)


def require_role(id: str, work: Work) -> Document:
    role = work.get(ROLE, id)
    if role is None:
        raise refusal(404, "Role not found.")
    return role


def _check_plan(work: Work) -> None:
    if plan_of(work) == "Free":
        raise refusal(403, "Custom roles are not available on your organisation's plan.")


def _check_free(work: Work, name: str, but: str | None = None) -> None:
    if is_taken(work, ROLE, but=but, name=name.casefold()):
        raise refusal(409, "A role with this name already exists.")


def _describe(role: Document, body: Mapping[str, Any]) -> None:
    if body.get("description") is not None:
        role["description"] = optional_text(body["description"], "description", LONGEST_DESCRIPTION) or ""
    color = body.get("color")
    if color is not None:
        if len(str(color)) > LONGEST_COLOR:
            raise refusal(400, "Role color cannot exceed 7 characters.")
        role["color"] = str(color)


def _policy(told: Any) -> dict[str, Any]:
    """Both maps, with known classes and actions; what a GET shows may be sent back."""
    if not isinstance(told, dict):
        raise refusal(400, "Permissions must be a JSON object.")
    told = {"app_permissions" if name == "appPermissions" else name: value for name, value in told.items()}
    if unknown := sorted(told.keys() - SCOPES.keys()):
        raise refusal(400, f"Unknown top-level keys: {', '.join(unknown)}. Allowed keys: {', '.join(SCOPES)}.")
    if missing := sorted(SCOPES.keys() - told.keys()):
        raise refusal(400, f"Missing required keys: {', '.join(missing)}. Required keys: {', '.join(SCOPES)}.")
    for scope in SCOPES:
        _check_scope(scope, told[scope])
    return {"permissions": told["permissions"], "appPermissions": told["app_permissions"], "globalAccess": False}


def _check_scope(scope: str, told: Any) -> None:
    if told is None:
        return
    if not isinstance(told, dict):
        raise refusal(400, f"{scope} must be a JSON object.")
    valid = VALID["appPermissions" if scope == "app_permissions" else scope]
    what = f"{SCOPES[scope]} permission class"
    for resource, actions in told.items():
        if resource not in valid:
            raise refusal(400, f"Unknown {what}: '{resource}'. Valid classes: {', '.join(sorted(valid))}.")
        if not isinstance(actions, list):
            raise refusal(400, f"Actions for '{resource}' must be an array.")
        for action in actions:
            if action not in valid[resource]:
                known = ", ".join(sorted(valid[resource]))
                raise refusal(400, f"Unknown action '{action}' for {what} '{resource}'. Valid actions: {known}.")


def _show(work: Work, role: Document) -> Document:
    named = {name: role[name] for name in ("id", "name", "description", "color", "isDefault")}
    return {**named, "createdAt": shown_time(work, role["createdAt"])}


def _show_all(work: Work, role: Document) -> Document:
    """The built-in roles' global access is shown; custom ones have no such member."""
    shown = dict(policy(role))
    if not role["isDefault"]:
        shown.pop("globalAccess")
    return {**_show(work, role), "permissions": shown}
