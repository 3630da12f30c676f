"""Who asks: `Bearer <Type> <token>`, and the three refusals where that is not so; decides nothing about apps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import parse_instant
from mockenv.provider import Call, Caller
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.fakes import SERVICE, SERVICE_ACCOUNT, TYPES, USER, is_ours, token_digest
from mockenv.providers.phase.model import MEMBER, TOKEN
from mockenv.providers.phase.model import SERVICE_ACCOUNT as SERVICE_ACCOUNTS
from mockenv.store.base import Document

NOT_PROVIDED = "Authentication credentials were not provided."
INVALID = "Invalid token"
GONE = "Token expired or deleted"
LENIENT_ROLE = "owner"
HOLDERS = {USER: MEMBER, SERVICE_ACCOUNT: SERVICE_ACCOUNTS, SERVICE: TOKEN}
"""What kind of account each type of token speaks for; a legacy service token has access itself."""


@dataclass(frozen=True)
class Principal(Caller):
    """An account, and the app and environment that its request speaks of (ids; empty for none)."""

    type: str = USER
    role_id: str = ""
    is_gone: bool = False
    """A user who is no longer a member; told only after the app has been found."""
    app: str = ""
    environment: str = ""

    @property
    def is_user(self) -> bool:
        return self.type == USER

    @property
    def is_legacy(self) -> bool:
        """A service token of old: for the secrets of one app's environments, and not asked for permissions there."""
        return self.type == SERVICE


def caller_of(call: Call) -> Principal:
    assert isinstance(call.caller, Principal)  # `admit` gives no other
    return call.caller


def member_of(call: Call) -> str | None:
    """The member who asks, the only one who may have overrides; None for a program."""
    who = caller_of(call)
    return who.id if who.is_user else None


def spelled_token(headers: Mapping[str, str]) -> str | None:
    """The words behind `Bearer` that count: type and token, or the one word that the lenient mode takes."""
    words = headers.get("authorization", "").split(" ")
    if words[0].lower() != "bearer":
        return None
    if len(words) >= 3 and words[1] in TYPES and words[2]:
        return f"{words[1]} {words[2]}"  # what comes after the third word is ignored
    return words[1] if len(words) == 2 and words[1] else None


def authenticate(call: Call, work: Work) -> Principal:
    """Raises Refused (401). In lenient mode a token that nobody here issued acts as the owner."""
    header = call.header("authorization")
    if not header:
        raise refusal(401, NOT_PROVIDED)
    type, _, value = (spelled_token(call.headers) or "").rpartition(" ")
    if not value or (not type and call.strict):
        raise refusal(401, INVALID)
    token = find_token(call, work, type, value)
    if token is not None:
        return holder_of(work, token)
    if call.strict or is_ours(value) or work.count(TOKEN, digest=token_digest(value)):
        raise refusal(401, GONE)
    return holder_of(work, work.find(TOKEN, grant=LENIENT_ROLE)[0], issued=False)


def find_token(call: Call, work: Work, type: str, value: str) -> Document | None:
    """The token of this type and value, if it is one of the sandbox's: issued with it, or made in it."""
    where = {"grant": call.grant.role} if call.grant else {"digest": token_digest(value)}
    return next((one for one in work.find(TOKEN, **where) if one["type"] == type), None)


def holder_of(work: Work, token: Document, *, issued: bool = True) -> Principal:
    """Whose token it is. Raises Refused (401) where it is withdrawn or over."""
    if not is_valid(work, token):
        raise refusal(401, GONE)
    account = _account(work, token) or {}
    is_gone = token["type"] == USER and bool(account["deletedAt"])
    return Principal(token["grant"] or "service_account", account["id"], issued, token["type"], account.get("role", ""), is_gone)


def is_valid(work: Work, token: Document) -> bool:
    """Expiry runs on the sandbox's clock; at the very moment the token still counts."""
    is_over = token["expiresAt"] is not None and work.has_come(parse_instant(token["expiresAt"]) + 1)
    return not (is_over or token["status"] == "deleted" or _account(work, token) is None)


def _account(work: Work, token: Document) -> Document | None:
    return work.get(HOLDERS[token["type"]], token["account"])
