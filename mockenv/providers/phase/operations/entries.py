"""A batch of secrets as it comes in: read whatever the content type, and checked entry by entry."""

from __future__ import annotations

import re
from typing import Any

from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.provider import Call
from mockenv.providers.phase.bodies import NOT_AN_OBJECT
from mockenv.providers.phase.errors import plain_refusal
from mockenv.providers.phase.model import SECRET_TYPES

BatchEntry = dict[str, Any]


def read_batch(call: Call, wanted: str) -> list[Any]:
    """The member `secrets`, a list with something in it. Here the content type is not looked at."""
    if not call.raw:
        raise plain_refusal(400, "Request body is required.")
    try:
        body = parse_json(call.raw)
    except BadJSON:
        raise plain_refusal(400, "Request body must be valid JSON.") from None
    if not isinstance(body, dict):
        raise plain_refusal(400, NOT_AN_OBJECT)
    entries = body.get("secrets")
    if not isinstance(entries, list) or not entries:
        raise plain_refusal(400, wanted)
    return entries


def check_new(entry: Any) -> None:
    if not isinstance(entry, dict):
        raise plain_refusal(400, "Each entry in 'secrets' must be an object.")
    _check_key(entry.get("key"))
    _check_value(entry.get("value"))
    _check_rest(entry)


def check_changes(entry: Any) -> None:
    if not isinstance(entry, dict) or "id" not in entry:
        raise plain_refusal(400, "Secret ID not provided")
    _check_rest(entry)
    if "key" in entry:
        _check_key(entry["key"])
    if "value" in entry:
        _check_value(entry["value"])


def normal_path(path: Any) -> str:
    """One leading slash, none behind, none doubled; what is no text is the root."""
    if not isinstance(path, str):
        return "/"
    return "/" + re.sub("/+", "/", path).strip("/")


def _check_key(key: Any) -> None:
    if not isinstance(key, str) or not key.strip():
        raise plain_refusal(400, "Each secret requires a non-empty 'key'.")


def _check_value(value: Any) -> None:
    if not isinstance(value, str):
        raise plain_refusal(400, "Each secret requires a 'value' string.")


def _check_rest(entry: BatchEntry) -> None:
    if entry.get("type") is not None and entry["type"] not in SECRET_TYPES:
        raise plain_refusal(400, f"Invalid 'type': {entry['type']!r}. Must be one of {list(SECRET_TYPES)}.")
    if "override" in entry:
        _check_override(entry["override"])
    # Guesses: on these two the real service fails (500).
    if not isinstance(entry.get("comment"), str | None):
        raise plain_refusal(400, "'comment' must be a string.")
    if not isinstance(entry.get("tags"), list | None):
        raise plain_refusal(400, "'tags' must be a list.")


def _check_override(override: Any) -> None:
    if not isinstance(override, dict):
        raise plain_refusal(400, "'override' must be a JSON object.")
    if not isinstance(override.get("value"), str):
        raise plain_refusal(400, "'override.value' must be a string.")
    if not isinstance(override.get("isActive"), bool):
        raise plain_refusal(400, "'override.isActive' must be a boolean.")
