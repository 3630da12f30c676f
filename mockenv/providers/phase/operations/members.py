"""Members of the organisation: list, get, change their role, remove."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import is_global
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.bodies import read_object
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.model import MEMBER, note, show_member
from mockenv.providers.phase.operations.callers import no_content, require_member
from mockenv.providers.phase.operations.roles import require_wanted_role
from mockenv.store.base import Document

TRANSFER = "Use the ownership transfer flow."


def list_members(call: Call, work: Work) -> Reply:
    return Reply(200, {"data": [show_member(work, one) for one in work.find(MEMBER) if not one["deletedAt"]]})


def get_member(call: Call, work: Work) -> Reply:
    return Reply(200, show_member(work, require_member(call, work)))


def update_member(call: Call, work: Work) -> Reply:
    """A new role. Nobody changes the owner's or his own; global roles are given and taken by those who have one."""
    member, who = require_member(call, work), caller_of(call)
    if _is_owner(work, member):
        raise refusal(403, f"The Owner role cannot be changed via the API. {TRANSFER}")
    if who.id == member["id"]:
        raise refusal(403, "You cannot update your own role.")
    if is_global(work, member["role"]) and not is_global(work, who.role_id):
        text = "You cannot update the role of a member" if who.is_user else "Service accounts cannot modify members"
        raise refusal(403, f"{text} with global access.")
    role = require_wanted_role(read_object(call), work)
    if role["name"].lower() == "owner":
        raise refusal(403, f"You cannot assign the Owner role directly. {TRANSFER}")
    if is_global(work, role["id"]) and not (who.is_user and is_global(work, who.role_id)):
        raise refusal(403, f"You cannot assign the '{role['name']}' role.")
    member.update(role=role["id"], updatedAt=iso_micros(work.now))
    work.put(MEMBER, member["id"], member)
    note(work, "member.updated", MEMBER, member["id"], show_member(work, member))
    return Reply(200, show_member(work, member))


def delete_member(call: Call, work: Work) -> Reply:
    """The record stays: a removed member's token is answered with 404, not with 401."""
    member, who = require_member(call, work), caller_of(call)
    if _is_owner(work, member):
        raise refusal(403, f"The Owner cannot be removed via the API. {TRANSFER}")
    if who.id == member["id"]:
        raise refusal(403, "You cannot remove yourself from the organisation.")
    if not who.is_user and is_global(work, member["role"]):
        raise refusal(403, "Service accounts cannot remove members with global access.")
    member["deletedAt"] = iso_micros(work.now)
    work.put(MEMBER, member["id"], member)
    note(work, "member.deleted", MEMBER, member["id"], show_member(work, member))
    return no_content()


def _is_owner(work: Work, member: Document) -> bool:
    return bool(member["grant"] == "owner")
