"""The account's members: one for each role of the tokens; who may be a maintainer, and who it is that asks."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import LATEST, MILLISECOND
from mockenv.provider import Call
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.store.base import Document, Kind, by

MEMBER, TEAM, ROLE, TOKEN = "launchdarkly/member", "launchdarkly/team", "launchdarkly/custom_role", "launchdarkly/token"
KINDS = (
    Kind(MEMBER, {"email": by("email"), "role": by("role"), "token": by("token"), "_id": by("_id")}),
    Kind(TEAM, {"_id": by("key")}),
    Kind(ROLE, {"_id": by("_id")}),
    Kind(TOKEN, {"secret": lambda one: (one["secret"], *(old["secret"] for old in one.get("olds", [])))}),
)
CUSTOM = "custom"
"""The role of a token whose policy, or whose custom roles' policies, decide."""


def add_members(work: Work, roles: tuple[str, ...]) -> None:
    """Ids that count nothing: an environment's are the same with them and without."""
    for role in roles:
        draw = work.draw(MEMBER, role)
        id = draw.hex("id", 24)
        member = {
            "id": id,
            "_id": id,
            "token": role,
            "role": role,
            "email": f"{role}@example.com",
            "firstName": role.title(),
            "lastName": "Example",
        }
        work.put(MEMBER, id, member)


def token_of(work: Work, secret: str) -> Document | None:
    """The token that was made over the API and has this value, or had it before a reset whose expiry has not come."""
    found = next(iter(work.find(TOKEN, secret=secret)), None)
    if found is None or found["secret"] == secret:
        return found
    until = next(old["until"] for old in found["olds"] if old["secret"] == secret)
    return None if work.has_come(min(until * MILLISECOND, LATEST)) else found


def role_of(token: Document) -> str:
    return str(token.get("role", CUSTOM))


def caller_of(call: Call, work: Work) -> Document | None:
    """The member whose token this is."""
    token = work.get(TOKEN, call.caller.id) if call.caller.id else None
    if token is not None:
        return work.get(MEMBER, token["memberId"])
    return next(iter(work.find(MEMBER, token=call.caller.role)), None)


def account_id(work: Work) -> str:
    return work.draw(MEMBER, "account").hex("id", 24)


def statements_of(call: Call, work: Work) -> list[Document] | None:
    """The policy that decides for this caller; None where a role that comes with the account does."""
    token = work.get(TOKEN, call.caller.id) if call.caller.role == CUSTOM else None
    if token is None:
        return None
    roles = [work.get(ROLE, key) or next(iter(work.find(ROLE, _id=key)), None) for key in token.get("customRoleIds", [])]
    return [*token.get("inlineRole", []), *(statement for role in roles if role for statement in role["policy"])]


def show_summary(call: Call, member: Document) -> Document:
    return {
        "_id": member["_id"],
        "_links": {"self": link_here(call, f"{ROOT}/members/{member['_id']}")},
        **{name: member[name] for name in ("email", "firstName", "lastName", "role") if name in member},
    }


def summary_of_maintainer(call: Call, work: Work, owned: Document) -> Document:
    """`_maintainer`, where it is a member who is there."""
    member = work.get(MEMBER, owned["maintainerId"]) if "maintainerId" in owned else None
    return {"_maintainer": show_summary(call, member)} if member else {}
