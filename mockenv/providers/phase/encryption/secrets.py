"""The secrets of an environment as the CLI and the SDKs read and write them: every text is a ciphertext to the environment's key."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Parked, Reply
from mockenv.providers.phase.authentication import caller_of, member_of
from mockenv.providers.phase.bodies import read_secrets
from mockenv.providers.phase.contents import add, bury, change, check_duplicates, check_type, find, hidden_of, reach
from mockenv.providers.phase.dynamic import Asked, with_dynamic
from mockenv.providers.phase.encryption.keys import environment_keys, seal_for
from mockenv.providers.phase.encryption.sealing import KeyPair, Unreadable, unseal
from mockenv.providers.phase.errors import plain_refusal
from mockenv.providers.phase.model import OVERRIDE, SECRET, camelised, shown_times
from mockenv.store.base import Document

BAD_CIPHERTEXT = "Invalid ciphertext format"
TEXTS = ("key", "value", "comment")
Entry = dict[str, Any]


def list_encrypted_secrets(call: Call, work: Work) -> Reply | Parked:
    """The filters are headers, and the key is named by its digest."""
    who = caller_of(call)
    keys = environment_keys(work, who.environment)
    found = find(work, who.environment, call.header("path"), call.header("keydigest"), call.header("tags"))
    spell = camelised if call.header("x-use-camel-case") == "true" else _as_it_is
    shown = spell([_show(work, one, keys, member_of(call)) for one in found])
    asked = Asked.by(who, call.header, "lease-ttl")

    def seal(text: str, what: str) -> str:
        return seal_for(work, text, keys, what)

    return with_dynamic(work, asked, seal, spell, lambda work, dynamic: Reply(200, shown + dynamic))


def create_encrypted_secrets(call: Call, work: Work) -> Reply:
    """Nothing comes back but 200."""
    who = caller_of(call)
    entries = _entries(call)
    check_duplicates(work, who.environment, entries)
    keys = environment_keys(work, who.environment)
    for entry in entries:
        _require(entry, *TEXTS, "keyDigest")
        add(work, who.environment, _opened(entry, keys), member_of(call))
    return Reply(200)


def update_encrypted_secrets(call: Call, work: Work) -> Reply:
    """Tags that are left out are taken away, unlike in the API where the server reads the secrets."""
    who = caller_of(call)
    entries = _entries(call)
    check_duplicates(work, who.environment, entries)
    keys = environment_keys(work, who.environment)
    for entry in entries:
        _require(entry, "id", *(("keyDigest",) if "key" in entry else ()))
        secret = reach(work, who.environment, entry["id"])
        if secret is None:
            raise plain_refusal(404, f"Secret not found: {entry['id']}")  # the real service fails (500)
        change(work, secret, {"tags": [], **_opened(entry, keys)}, member_of(call))
    return Reply(200)


def delete_encrypted_secrets(call: Call, work: Work) -> Reply:
    """What is not there is passed over."""
    who = caller_of(call)
    ids = _batch(call)
    if not all(isinstance(id, str) for id in ids):
        raise plain_refusal(400, "'secrets' must be a list of secret IDs.")
    for id in dict.fromkeys(ids):
        secret = work.get(SECRET, id)
        if secret is not None and secret["environment"] == who.environment:
            bury(work, secret)
    return Reply(200)


# Coming in. Where a member is missing or of another type the real service fails (500): the refusals' words are ours.


def _batch(call: Call) -> list[Any]:
    """The member `secrets`; here it may be empty."""
    batch = read_secrets(call).get("secrets")
    if not isinstance(batch, list):
        raise plain_refusal(400, "'secrets' must be a list.")
    return batch


def _entries(call: Call) -> list[Entry]:
    entries = _batch(call)
    for entry in entries:
        if not isinstance(entry, dict):
            raise plain_refusal(400, "Each entry in 'secrets' must be an object.")
        if not isinstance(entry.get("keyDigest", ""), str):
            raise plain_refusal(400, "'keyDigest' must be a string.")
    return entries


def _require(entry: Entry, *names: str) -> None:
    for name in names:
        if name not in entry:
            raise plain_refusal(400, f"Each secret requires '{name}'.")


def _opened(entry: Entry, keys: KeyPair) -> Entry:
    """The entry in plain text. The real service stores what it cannot open; here it must fit the environment's key."""
    check_type(entry)
    if not isinstance(entry.get("tags"), list | None):
        raise plain_refusal(400, "'tags' must be a list.")
    opened = {**entry, **{name: _open(entry[name], keys) for name in TEXTS if name in entry}}
    if "override" in entry:
        override = entry["override"]
        if not isinstance(override, dict) or "value" not in override or not isinstance(override.get("isActive"), bool):
            raise plain_refusal(400, "'override' must be a JSON object with 'value' and 'isActive'.")
        opened["override"] = {**override, "value": _open(override["value"], keys)}
    return opened


def _open(ciphertext: Any, keys: KeyPair) -> str:
    """What is empty may stay so."""
    try:
        return "" if ciphertext == "" else unseal(ciphertext, keys)
    except Unreadable:
        raise plain_refusal(400, BAD_CIPHERTEXT) from None


# Going out


def _show(work: Work, secret: Document, keys: KeyPair, member: str | None) -> Document:
    hidden = hidden_of(work, secret["id"])
    place = f"{secret['id']}/{secret['version']}"
    return {
        "id": secret["id"],
        "key": seal_for(work, hidden["key"], keys, f"{place}/key"),
        "value": seal_for(work, hidden["value"], keys, f"{place}/value"),
        "comment": hidden["comment"] and seal_for(work, hidden["comment"], keys, f"{place}/comment"),
        "tags": secret["tags"],
        "override": _show_override(work, secret, keys, member),
        **{name: secret[name] for name in ("type", "lifecycle", "path")},
        "key_digest": secret["keyDigest"],
        "version": secret["version"],
        **_shown_times(work, secret),
        "environment": secret["environment"],
        "folder": secret["folder"],
    }


def _show_override(work: Work, secret: Document, keys: KeyPair, member: str | None) -> Document | None:
    one = work.get(OVERRIDE, f"{secret['id']}/{member}") if member else None
    if one is None:
        return None
    value = seal_for(work, one["value"], keys, f"{one['id']}/{one['updatedAt']}/value")
    return {"id": one["id"], "value": value, "is_active": one["isActive"], **_shown_times(work, one)}


def _shown_times(work: Work, document: Document) -> Document:
    times = shown_times(work, document)
    return {"created_at": times["createdAt"], "updated_at": times["updatedAt"]}


def _as_it_is(value: Any) -> Any:
    return value
