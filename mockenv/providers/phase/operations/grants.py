"""Who has which apps and environments: shown, and set as a whole, for members and service accounts."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import has_app, has_environment, is_global, set_access, show_apps
from mockenv.providers.phase.authentication import Principal, caller_of
from mockenv.providers.phase.bodies import read_object
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import APP, ENVIRONMENT, show_member
from mockenv.providers.phase.operations.callers import require_member, require_service_account
from mockenv.providers.phase.operations.service_accounts import show_all
from mockenv.store.base import Document

NOT_AN_ENTRY = "Each entry in 'apps' must be an object with 'id' and 'environments'."


def set_service_account_access(call: Call, work: Work) -> Reply:
    account = require_service_account(call, work)
    set_access(work, account["id"], _wanted(call, work, "list."))
    return Reply(200, show_all(work, account))


def get_member_access(call: Call, work: Work) -> Reply:
    return Reply(200, _show_member(work, require_member(call, work)))


def set_member_access(call: Call, work: Work) -> Reply:
    member = require_member(call, work)
    if is_global(work, member["role"]):
        raise refusal(403, "Access cannot be changed for members with a global access role.")
    set_access(work, member["id"], _wanted(call, work, "list entirely."))
    return Reply(200, _show_member(work, member))


def _show_member(work: Work, member: Document) -> Document:
    return {**show_member(work, member), "apps": show_apps(work, member["id"])}


def _wanted(call: Call, work: Work, ending: str) -> dict[str, list[str]]:
    """App → environments, checked entry by entry. Nobody gives what he has not, but for the global roles."""
    body, who = read_object(call), caller_of(call)
    if body.get("apps") is None:
        raise refusal(400, "Missing required field: apps")
    if not isinstance(body["apps"], list):
        raise refusal(400, "'apps' must be a list.")
    return dict(_entry(entry, work, who, ending) for entry in body["apps"])


def _entry(entry: Any, work: Work, who: Principal, ending: str) -> tuple[str, list[str]]:
    if not isinstance(entry, dict):
        raise refusal(400, NOT_AN_ENTRY)
    if not entry.get("id"):
        raise refusal(400, "Each app entry must have an 'id' field.")
    app = work.get(APP, str(entry["id"]))
    if app is None:
        raise refusal(404, f"App not found: {entry['id']}")
    if not app["sseEnabled"]:
        raise refusal(400, f"App '{app['name']}' does not have SSE enabled. Only SSE apps are supported.")
    free = is_global(work, who.role_id)
    if not free and not has_app(work, who.id, app["id"]):
        raise refusal(403, f"You don't have access to app '{app['name']}'.")
    environments = _environments(entry, work, app, ending)
    if not free and not all(has_environment(work, who.id, id) for id in environments):
        raise refusal(403, f"You don't have access to one or more environments in app '{app['name']}'.")
    return app["id"], environments


def _environments(entry: Document, work: Work, app: Document, ending: str) -> list[str]:
    ids = entry.get("environments")
    if not isinstance(ids, list):
        raise refusal(400, "Each app entry must have an 'environments' list of environment IDs.")
    if not ids:
        text = f"'environments' for app '{app['id']}' must not be empty. To revoke all access, remove the app from the {ending}"
        raise refusal(400, text)
    ids = list(dict.fromkeys(map(str, ids)))
    unknown = [id for id in ids if (work.get(ENVIRONMENT, id) or {}).get("app") != app["id"]]
    if unknown:
        raise refusal(404, f"Environment(s) not found in app '{app['name']}': {', '.join(unknown)}")
    return ids
