"""Who asks: `Bearer <Type> <token>`, and the three refusals where that is not so; decides nothing about apps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import parse_instant
from mockenv.provider import Call, Caller
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.fakes import SERVICE_ACCOUNT, TYPES, USER, is_ours, token_digest
from mockenv.providers.phase.model import MEMBER, TOKEN
from mockenv.providers.phase.model import SERVICE_ACCOUNT as SERVICE_ACCOUNTS
from mockenv.store.base import Document
from mockenv.toolbox import find_one

NOT_PROVIDED = "Authentication credentials were not provided."
INVALID = "Invalid token"
GONE = "Token expired or deleted"
LENIENT_ROLE = "owner"


@dataclass(frozen=True, slots=True)
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
    if call.grant:
        return _issued(work, call.grant.role)
    token = find_one(work, TOKEN, digest=token_digest(value))
    if token is not None and type == SERVICE_ACCOUNT:
        return _service_account(work, token)
    if call.strict or token is not None or is_ours(value):
        raise refusal(401, GONE)
    return _issued(work, LENIENT_ROLE, issued=False)


def _issued(work: Work, role: str, *, issued: bool = True) -> Principal:
    """The holder of one of the sandbox's own tokens."""
    if role == "service_account":
        return _service_account(work, find_one(work, TOKEN, grant=role))
    member = next(iter(work.find(MEMBER, grant=role)))
    return Principal(role, member["id"], issued, USER, member["role"], bool(member["deletedAt"]))


def _service_account(work: Work, token: Document | None) -> Principal:
    account = work.get(SERVICE_ACCOUNTS, token["account"]) if token else None
    if token is None or account is None or token["deletedAt"] or _is_over(work, token["expiresAt"]):
        raise refusal(401, GONE)
    return Principal("service_account", account["id"], True, SERVICE_ACCOUNT, account["role"])


def _is_over(work: Work, moment: str | None) -> bool:
    """Expiry runs on the sandbox's clock; at the very moment the token still counts."""
    return moment is not None and parse_instant(moment) < work.now
