"""The account's members: one for each role of the tokens; who may be a maintainer, and who it is that asks."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.store.base import Document, Kind, by

MEMBER = "launchdarkly/member"
KINDS = (Kind(MEMBER, {"email": by("email"), "role": by("role"), "token": by("token")}),)


def add_members(work: Work, roles: tuple[str, ...]) -> None:
    """Ids that count nothing: an environment's are the same with them and without."""
    for role in roles:
        draw = work.draw(MEMBER, role)
        id = draw.hex("id", 24)
        member = {
            "_id": id,
            "token": role,
            "role": role,
            "email": f"{role}@example.com",
            "firstName": role.title(),
            "lastName": "Example",
        }
        work.put(MEMBER, id, member)


def caller_of(call: Call, work: Work) -> Document | None:
    """The member whose token this is."""
    return next(iter(work.find(MEMBER, token=call.caller.role)), None)


def account_id(work: Work) -> str:
    return work.draw(MEMBER, "account").hex("id", 24)


def statements_of(call: Call, work: Work) -> list[Document] | None:
    """The policy that decides for this caller; None where a role that comes with the account does."""
    return None


def show_summary(call: Call, member: Document) -> Document:
    return {
        "_id": member["_id"],
        "_links": {"self": link_here(call, f"{ROOT}/members/{member['_id']}")},
        **{name: member[name] for name in ("email", "firstName", "lastName", "role")},
    }


def summary_of_maintainer(call: Call, work: Work, owned: Document) -> Document:
    """`_maintainer`, where it is a member who is there."""
    member = work.get(MEMBER, owned["maintainerId"]) if "maintainerId" in owned else None
    return {"_maintainer": show_summary(call, member)} if member else {}
