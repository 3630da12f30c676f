"""Service accounts: list, create (with a first token), get, change, delete."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import is_global, show_apps, take_everything
from mockenv.providers.phase.bodies import read_object, text
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import SERVICE_ACCOUNT, TOKEN, new_id, note, show_service_account, show_token
from mockenv.providers.phase.operations.callers import no_content, require_service_account
from mockenv.providers.phase.operations.roles import require_role, require_wanted_role
from mockenv.providers.phase.operations.tokens import add_token
from mockenv.store.base import Document

LONGEST_NAME = 64


def list_service_accounts(call: Call, work: Work) -> Reply:
    """Newest first."""
    found, _ = work.page(SERVICE_ACCOUNT, {}, 0, work.count(SERVICE_ACCOUNT), newest_first=True)
    return Reply(200, {"data": [show_service_account(work, one) for one in found]})


def create_service_account(call: Call, work: Work) -> Reply:
    """The first token is in this reply and in no later one."""
    body = read_object(call)
    name = text(body, "name", LONGEST_NAME)
    token_name = text({"token_name": "Default", **body}, "token_name", LONGEST_NAME)
    role = require_wanted_role(body, work)
    if body.get("team_id") is not None:
        raise refusal(404, "Team not found.")  # there are no teams here
    _check_role(work, role)
    moment = iso_micros(work.now)
    account = {"id": new_id(work, SERVICE_ACCOUNT), "name": name, "role": role["id"], "createdAt": moment, "updatedAt": moment}
    work.put(SERVICE_ACCOUNT, account["id"], account)
    note(work, "service_account.created", SERVICE_ACCOUNT, account["id"], show_service_account(work, account))
    return Reply(201, {**show_service_account(work, account), "initialToken": add_token(work, account["id"], token_name, None)})


def get_service_account(call: Call, work: Work) -> Reply:
    return Reply(200, show_all(work, require_service_account(call, work)))


def update_service_account(call: Call, work: Work) -> Reply:
    account, body = require_service_account(call, work), read_object(call)
    if body.get("name") is None and body.get("role_id") is None:
        raise refusal(400, "At least one of 'name' or 'role_id' must be provided.")
    if body.get("name") is not None:
        account["name"] = text(body, "name", LONGEST_NAME)
    if body.get("role_id") is not None:
        role = require_role(str(body["role_id"]), work)
        _check_role(work, role)
        account["role"] = role["id"]
    account["updatedAt"] = iso_micros(work.now)
    work.put(SERVICE_ACCOUNT, account["id"], account)
    note(work, "service_account.updated", SERVICE_ACCOUNT, account["id"], show_service_account(work, account))
    return Reply(200, show_all(work, account))


def delete_service_account(call: Call, work: Work) -> Reply:
    """Its tokens are void at once, and what it had it has no more."""
    account = require_service_account(call, work)
    take_everything(work, account["id"])
    for token in work.find(TOKEN, account=account["id"]):
        work.put(TOKEN, token["id"], {**token, "status": "deleted"})
    work.delete(SERVICE_ACCOUNT, account["id"])
    note(work, "service_account.deleted", SERVICE_ACCOUNT, account["id"], show_service_account(work, account))
    return no_content()


def show_all(work: Work, account: Document) -> Document:
    """With its tokens (newest first, without their values) and its apps."""
    tokens = [show_token(work, one) for one in reversed(work.find(TOKEN, account=account["id"])) if one["status"] == "active"]
    return {**show_service_account(work, account), "tokens": tokens, "apps": show_apps(work, account["id"])}


def _check_role(work: Work, role: Document) -> None:
    if is_global(work, role["id"]):
        raise refusal(400, f"Service accounts cannot be assigned the '{role['name']}' role.")
