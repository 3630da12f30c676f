"""Access tokens that are made over the API: each opens this sandbox, as far as its role, its custom roles or its own policy go."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.kernel.values.tokens import issue_at
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.account.crud import Sort, page_of
from mockenv.providers.launchdarkly.account.secrets import Secret
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.members import MEMBER, ROLE, TOKEN, caller_of, show_summary
from mockenv.store.base import Document
from mockenv.toolbox import find_one

VERSION = 20240415
DIGITS = 48
SHOWN_DIGITS = 4
"""The whole token is shown once, to who makes it."""


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    member, id = caller_of(call, work), object_id(work)
    now = work.now // MILLISECOND
    bound = {name: given[name] for name in ("customRoleIds", "inlineRole", "role") if given.get(name)}
    if len(bound) > 1:
        raise invalid(call, "Invalid request body: give role, customRoleIds or inlineRole, not several of them")
    return {
        "id": id,
        "_id": id,
        "ownerId": member["_id"] if member else "0" * 24,
        "memberId": member["_id"] if member else "0" * 24,
        **{name: given[name] for name in ("name", "description") if name in given},
        "creationDate": now,
        "lastModified": now,
        **(bound or {"role": "reader"}),
        "serviceToken": given.get("serviceToken", False),
        "defaultApiVersion": given.get("defaultApiVersion", VERSION),
        "resets": 0,
        "secret": _secret(work, id, 0),
    }


def _secret(work: Work, id: str, resets: int) -> str:
    return issue_at(work.sandbox.name, work.draw(TOKEN, id), f"secret/{resets}", "api-", DIGITS)


def _more(call: Call, work: Work, one: Document) -> Document:
    member = work.get(MEMBER, one["memberId"])
    return {"token": one["secret"][-SHOWN_DIGITS:], **({"_member": show_summary(call, member)} if member else {})}


def _check(call: Call, work: Work, one: Document) -> None:
    missing = [key for key in one.get("customRoleIds", []) if _role(work, key) is None]
    if missing:
        raise invalid(call, f"Invalid request body: there is no custom role {missing[0]}")


def _role(work: Work, name: str) -> Document | None:
    """By its key or its id."""
    return work.get(ROLE, name) or find_one(work, ROLE, _id=name)


TOKENS = Sort(
    kind=TOKEN,
    label="token",
    schema="Token",
    path=lambda one: f"tokens/{one['_id']}",
    shown=(
        "_id", "ownerId", "memberId", "name", "description", "creationDate", "lastModified", "customRoleIds", "inlineRole", "role",
        "serviceToken", "defaultApiVersion",
    ),
    defaults={},
    optional=("name", "description", "role", "customRoleIds", "inlineRole"),
    make=_make,
    more=_more,
    check=_check,
    actions={
        "+": "createAccessToken",
        "-": "deleteAccessToken",
        "name": "updateAccessTokenName",
        "description": "updateAccessTokenDescription",
        "role": "updateAccessTokenPolicy",
        "customRoleIds": "updateAccessTokenPolicy",
        "inlineRole": "updateAccessTokenPolicy",
    },
)  # fmt: skip
SECRET = Secret(TOKENS, "secret", "token", _secret, "resetAccessToken")


def get_all(call: Call, work: Work) -> Reply:
    return page_of(call, work, TOKENS)


OPERATIONS: dict[str, Handler] = {
    "getTokens": get_all,
    **TOKENS.handlers("getToken", "postToken", "patchToken", "deleteToken"),
    "postToken": SECRET.post,
    "resetToken": SECRET.reset,
}
