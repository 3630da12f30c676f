"""The account's members over the API: who is there, who is invited, who goes."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import audit, listing
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.account.crud import Sort
from mockenv.providers.launchdarkly.errors import conflict, invalid
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.flags.keeping import forget_maintainer
from mockenv.providers.launchdarkly.members import MEMBER, ROLE, TEAM, caller_of
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.store.base import Document
from mockenv.toolbox import is_taken


def _make(call: Call, work: Work, form: Document) -> Document:
    given = {name: value for name, value in form.items() if value is not None}
    if is_taken(work, MEMBER, email=given["email"]):
        raise conflict(call, f"A member with the email {given['email']} already exists")
    return {
        "_id": object_id(work),
        **{name: given[name] for name in ("email", "firstName", "lastName") if name in given},
        "role": given.get("role", "reader"),
        "customRoles": given.get("customRoles", []),
        "teamKeys": given.get("teamKeys", []),
        "token": "",
        "pending": True,
        "creationDate": work.now // MILLISECOND,
    }


def _more(call: Call, work: Work, one: Document) -> Document:
    teams = [team for key in one.get("teamKeys", []) if (team := work.get(TEAM, key)) is not None]
    return {
        "_pendingInvite": one.get("pending", False),
        "_verified": not one.get("pending", False),
        "customRoles": one.get("customRoles", []),
        "mfa": "disabled",
        "_lastSeen": one.get("lastSeen", 0),
        "creationDate": one.get("creationDate", 0),
        "excludedDashboards": [],
        "teams": [{"key": team["key"], "name": team["name"], "customRoleKeys": team["customRoleKeys"]} for team in teams],
    }


def _check(call: Call, work: Work, one: Document) -> None:
    for kind, keys in ((ROLE, one.get("customRoles", [])), (TEAM, one.get("teamKeys", []))):
        for key in keys:
            if work.get(kind, key) is None and not is_taken(work, kind, _id=key):
                raise invalid(call, f"Invalid request body: there is no {kind.rpartition('/')[2]} {key}")


MEMBERS = Sort(
    kind=MEMBER,
    label="member",
    schema="Member",
    path=lambda one: f"members/{one['_id']}",
    shown=("_id", "email", "firstName", "lastName", "role"),
    defaults={"role": "reader", "customRoles": []},
    optional=("firstName", "lastName"),
    make=_make,
    more=_more,
    check=_check,
    kept=lambda one: {**one, "id": one["_id"]},
    actions={"+": "createMember", "-": "deleteMember", "role": "updateRole", "customRoles": "updateCustomRole", "firstName": "updateName", "lastName": "updateName"},
)  # fmt: skip


def _by_query(wanted: listing.Wanted, text: str) -> None:
    part = text.casefold()
    wanted.tests.append(lambda one: any(part in one.get(name, "").casefold() for name in ("email", "firstName", "lastName")))


def _by_role(wanted: listing.Wanted, text: str) -> None:
    wanted.tests.append(lambda one: one["role"] in text.split("|") or bool(set(one.get("customRoles", [])) & set(text.split("|"))))


def _by_team(wanted: listing.Wanted, text: str) -> None:
    wanted.tests.append(lambda one: text in one.get("teamKeys", []))


CONDITIONS = {"query": _by_query, "role": _by_role, "team": _by_team, "id": lambda wanted, text: wanted.tests.append(lambda one: one["_id"] in text.split("|"))}  # fmt: skip


def get_members(call: Call, work: Work) -> Reply:
    wanted = listing.read_wanted(call, CONDITIONS)
    wanted.ranks = {
        "displayName": lambda one: f"{one.get('firstName', '')} {one.get('lastName', '')}",
        "lastSeen": lambda one: one.get("lastSeen", 0),
    }
    offset, limit = asked_page(call)
    found, total = listing.find_page(work, MEMBER, wanted, offset, limit)
    items = [MEMBERS.show(call, work, one) for one in found]
    return Reply(200, {"_links": links_of(call, total, offset, limit), "items": items, "totalCount": total})


def post_members(call: Call, work: Work) -> Reply:
    """All of those that are invited, or none."""
    require_write(call)
    forms: list[Document] = call.body()
    made: list[Any] = []
    for form in forms:
        one = MEMBERS.kept(_make(call, work, form))
        _check(call, work, one)
        work.put(MEMBER, one["_id"], one)
        audit.record(call, work, MEMBERS.done({**one, "name": one["email"]}, "invited", "createMember"))
        made.append(MEMBERS.show(call, work, one))
    return Reply(201, {"_links": links_of(call, len(made), 0, max(len(made), 1)), "items": made, "totalCount": len(made)})


def delete_member(call: Call, work: Work) -> Reply:
    """Whoever asks stays (a guess)."""
    asks = caller_of(call, work)
    if asks is not None and asks["_id"] == call.params["id"]:
        raise conflict(call, "You cannot remove yourself")
    reply = MEMBERS.delete(call, work)
    forget_maintainer(work, call.params["id"])
    return reply


OPERATIONS: dict[str, Handler] = {
    "getMembers": get_members,
    "postMembers": post_members,
    "getMember": MEMBERS.get,
    "patchMember": MEMBERS.patch,
    "deleteMember": delete_member,
}
