"""Tokens of service accounts: made with or without an end, and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockenv.errors import BadInput
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, Instant, iso_micros, later, parse_instant
from mockenv.provider import Call, Reply
from mockenv.providers.phase.access import is_global
from mockenv.providers.phase.authentication import caller_of
from mockenv.providers.phase.bodies import read_object, text
from mockenv.providers.phase.credentials import spell
from mockenv.providers.phase.errors import refusal
from mockenv.providers.phase.fakes import SERVICE_ACCOUNT, mint, token_digest
from mockenv.providers.phase.model import TOKEN, new_token, note, show_token
from mockenv.providers.phase.operations.callers import no_content, require_service_account
from mockenv.store.base import Document

LONGEST_NAME = 64
NOT_SECONDS = "'expires_in' must be a positive integer (seconds)."
NOT_A_TEXT = "'expires_at' must be an ISO-8601 datetime string with timezone (e.g. '2026-12-31T23:59:59Z')."
NO_ZONE = "'expires_at' must include a timezone offset (e.g. 'Z' or '+00:00')."
EXPIRY = "Unknown field 'expiry'. Use 'expires_at' (ISO-8601 with timezone) or 'expires_in' (positive integer seconds)."


def create_token(call: Call, work: Work) -> Reply:
    account = _require_own(call, work)
    body = read_object(call)
    name = text(body, "name", LONGEST_NAME)
    return Reply(201, add_token(work, account["id"], name, _expiry(work, body)))


def delete_token(call: Call, work: Work) -> Reply:
    account = _require_own(call, work)
    token = work.get(TOKEN, call.params["token"])
    if token is None or token["account"] != account["id"] or token["status"] == "deleted":
        raise refusal(404, "Token not found.")
    work.put(TOKEN, token["id"], {**token, "status": "deleted"})
    note(work, "token.deleted", TOKEN, token["id"], show_token(work, token))
    return no_content()


def add_token(work: Work, account: str, name: str, expires: Instant | None) -> Document:
    """The token as it is shown this once; stored is a digest."""
    token = new_token(work, SERVICE_ACCOUNT, account, grant=None, name=name)
    value = mint(work.sandbox.name, work.draw(TOKEN, token["id"]))
    token |= {"digest": token_digest(value), "expiresAt": None if expires is None else iso_micros(expires)}
    work.put(TOKEN, token["id"], token)
    note(work, "token.created", TOKEN, token["id"], show_token(work, token))
    return {**show_token(work, token), "token": spell(work, token, value), "bearerToken": f"{SERVICE_ACCOUNT} {value}"}


def _require_own(call: Call, work: Work) -> Document:
    """A token has its account's access, so those without global access may deal in their own account's only."""
    account, who = require_service_account(call, work), caller_of(call)
    may = is_global(work, who.role_id) if who.is_user else who.id == account["id"]
    if not may:
        raise refusal(404, "Service account not found.")
    return account


def _expiry(work: Work, body: Mapping[str, Any]) -> Instant | None:
    """A moment wins over a span; the real one refuses the name it once had, so that no token lives for ever by mistake."""
    if "expiry" in body:
        raise refusal(400, EXPIRY)
    moment, span = body.get("expires_at"), body.get("expires_in")
    if moment is not None:
        return _moment(work, moment)
    if span is None:
        return None
    if isinstance(span, bool) or not isinstance(span, int) or span <= 0:
        raise refusal(400, NOT_SECONDS)
    return later(work.now, span * SECOND)


def _moment(work: Work, told: Any) -> Instant:
    if not isinstance(told, str):
        raise refusal(400, NOT_A_TEXT)
    try:
        naive = datetime.fromisoformat(told).tzinfo is None
        moment = 0 if naive else work.as_meant(parse_instant(told))
    except (ValueError, OverflowError, BadInput):
        raise refusal(400, "'expires_at' is not a valid ISO-8601 datetime.") from None
    if naive:
        raise refusal(400, NO_ZONE)
    if work.has_come(moment):
        raise refusal(400, "'expires_at' must be in the future.")
    return moment
