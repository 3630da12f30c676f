"""A batch of secrets as it comes in: read whatever the content type, and checked entry by entry."""

from __future__ import annotations

from typing import Any

from mockenv.provider import Call
from mockenv.providers.phase.bodies import read_secrets
from mockenv.providers.phase.contents import check_type
from mockenv.providers.phase.errors import plain_refusal

BatchEntry = dict[str, Any]


def read_batch(call: Call, wanted: str) -> list[Any]:
    """The member `secrets`, a list with something in it."""
    entries = read_secrets(call).get("secrets")
    if not isinstance(entries, list) or not entries:
        raise plain_refusal(400, wanted)
    return entries


def check_new(entry: Any) -> None:
    if not isinstance(entry, dict):
        raise plain_refusal(400, "Each entry in 'secrets' must be an object.")
    if not isinstance(entry.get("key"), str) or not entry["key"].strip():
        raise plain_refusal(400, "Each secret requires a non-empty 'key'.")
    check_value(entry)
    _check_rest(entry)


def check_changes(entry: Any) -> None:
    """Here a blank key is taken. The value is looked at later, when the secret has been found."""
    if not isinstance(entry, dict) or "id" not in entry:
        raise plain_refusal(400, "Secret ID not provided")
    _check_rest(entry)
    if not isinstance(entry.get("key", ""), str):
        raise plain_refusal(400, "'key' must be a string.")  # the real service fails (500)


def check_value(entry: BatchEntry) -> None:
    if not isinstance(entry.get("value"), str):
        raise plain_refusal(400, "Each secret requires a 'value' string.")


def check_override(override: Any) -> None:
    if not isinstance(override, dict):
        raise plain_refusal(400, "'override' must be a JSON object.")
    if not isinstance(override.get("value"), str):
        raise plain_refusal(400, "'override.value' must be a string.")
    if not isinstance(override.get("isActive"), bool):
        raise plain_refusal(400, "'override.isActive' must be a boolean.")


def _check_rest(entry: BatchEntry) -> None:
    check_type(entry)
    if "override" in entry:
        check_override(entry["override"])
    # Guesses: on these two the real service fails (500).
    if not isinstance(entry.get("comment"), str | None):
        raise plain_refusal(400, "'comment' must be a string.")
    if not isinstance(entry.get("tags"), list | None):
        raise plain_refusal(400, "'tags' must be a list.")
