"""Secrets of an environment as they are stored: found, made, changed, buried; knows no request and no encryption."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.providers.phase.errors import plain_refusal
from mockenv.providers.phase.model import (
    APP,
    BURIED,
    DYNAMIC,
    ENVIRONMENT,
    OVERRIDE,
    SECRET,
    SECRET_TYPES,
    VALUE,
    folder_at,
    new_id,
    note,
)
from mockenv.store.base import Document
from mockenv.toolbox import is_taken

Entry = Mapping[str, Any]
"""What is asked of one secret, in plain text: `key` with its `keyDigest`, `value`, `comment`, `path`, `type`, `tags`,
`override`. In a change, what is left out stays."""

LONGEST_TAG = 64
DUPLICATE = "Duplicate secret found"
SEALED = "Sealed secrets cannot be unsealed. Delete and recreate the secret instead."


def normal_path(path: Any) -> str:
    """One leading slash, none behind, none doubled; what is no text is the root."""
    return "/" + re.sub("/+", "/", path).strip("/") if isinstance(path, str) else "/"


# Finding


def find(work: Work, environment: str, path: str | None, digest: str | None, tags: str | None) -> list[Document]:
    """Those that are not deleted, of this path and digest, that carry any of the tags (separated by commas)."""
    where: dict[str, Any] = {"environment": environment}
    if path:
        where["path"] = f"{environment}{normal_path(path)}"
    if digest:
        where["digest"] = digest
    if not tags:
        return work.find(SECRET, **where)
    wanted = dict.fromkeys(tags.split(","))
    found = {one["id"]: one for tag in wanted for one in work.find(SECRET, tag=f"{environment}/{tag}", **where)}
    return list(found.values())


def reach(work: Work, environment: str, id: Any) -> Document | None:
    """A secret by its id, a deleted one included."""
    secret = work.get(SECRET, str(id)) or work.get(BURIED, str(id))
    return secret if secret and secret["environment"] == environment else None


def hidden_of(work: Work, id: str) -> Document:
    """What is secret in a secret: key, value and comment."""
    return work.get(VALUE, id) or {}


def check_duplicates(work: Work, environment: str, entries: Sequence[Entry]) -> None:
    """Against what is stored; two in one batch are not noticed. A change without a path is looked for at the root."""
    for entry in entries:
        if "keyDigest" not in entry:
            continue
        path, digest = f"{environment}{normal_path(entry.get('path'))}", entry["keyDigest"]
        if work.count(DYNAMIC, path=path, digest=digest) or is_taken(
            work, SECRET, but=str(entry.get("id")), path=path, digest=digest
        ):
            raise plain_refusal(409, DUPLICATE)


# Changing: each is finished for itself, since there is no transaction around a batch: what comes after it may be refused.


def add(work: Work, environment: str, entry: Entry, member: str | None) -> Document:
    """The secret is there before its tags are looked at, and stays if one of them is refused."""
    path = normal_path(entry.get("path"))
    secret: Document = {
        "id": new_id(work, SECRET),
        "key": None,
        "tags": [],
        "type": entry.get("type", "secret"),
        "lifecycle": "static",  # the other one is `rotating`, which is absent here
        "path": path,
        "keyDigest": entry["keyDigest"],
        "version": 1,
        "createdAt": iso_micros(work.now),
        "updatedAt": iso_micros(work.now),
        "deletedAt": None,
        "environment": environment,
        "folder": folder_at(work, environment, path),
    }
    secret["key"] = _shown_key(work, secret, entry["key"])
    _keep(work, secret, {"key": entry["key"], "value": entry["value"], "comment": entry.get("comment") or ""})
    secret["tags"] = _tags(entry.get("tags"))
    if member and "override" in entry:
        put_override(work, secret["id"], member, {**entry["override"], "isActive": True})  # whatever it says
    _finish(work, secret, "created")
    return secret


def change(work: Work, secret: Document, entry: Entry, member: str | None) -> Document:
    """What the entry names, changes; the version counts up. A sealed secret keeps its value without a word."""
    if secret["type"] == "sealed" and entry.get("type", "sealed") != "sealed":
        raise plain_refusal(400, SEALED)
    hidden = hidden_of(work, secret["id"])
    hidden |= {name: entry[name] or "" for name in ("key", "comment") if name in entry}
    if "value" in entry and secret["type"] != "sealed":
        hidden["value"] = entry["value"]
    if "keyDigest" in entry:
        secret["keyDigest"] = entry["keyDigest"]
    if isinstance(entry.get("path"), str):
        path = normal_path(entry["path"])
        secret.update(path=path, folder=folder_at(work, secret["environment"], path))
    if "tags" in entry:
        secret["tags"] = _tags(entry["tags"])
    secret.update(type=entry.get("type", secret["type"]), version=secret["version"] + 1, updatedAt=iso_micros(work.now))
    secret["key"] = _shown_key(work, secret, hidden["key"])
    work.put(VALUE, secret["id"], hidden)
    if member and "override" in entry:
        put_override(work, secret["id"], member, entry["override"])
    _finish(work, secret, "updated")
    return secret


def bury(work: Work, secret: Document) -> None:
    """Deleted softly: no list shows it and its key is free, but a change by its id still finds it."""
    secret.update(deletedAt=iso_micros(work.now), updatedAt=iso_micros(work.now))
    work.delete(SECRET, secret["id"])
    _finish(work, secret, "deleted")


def put_override(work: Work, secret: str, member: str, told: Entry) -> None:
    """A member's own value of a secret."""
    key, moment = f"{secret}/{member}", iso_micros(work.now)
    known = work.get(OVERRIDE, key) or {"id": new_id(work, OVERRIDE), "secret": secret, "createdAt": moment}
    work.put(OVERRIDE, key, {**known, "value": told["value"], "isActive": told["isActive"], "updatedAt": moment})


def touch(work: Work, environment: str) -> None:
    """A write to its secrets moves the environment's `updatedAt`."""
    document = work.get(ENVIRONMENT, environment) or {}
    work.put(ENVIRONMENT, environment, {**document, "updatedAt": iso_micros(work.now)})


def check_type(entry: Entry) -> None:
    if "type" in entry and entry["type"] not in SECRET_TYPES:
        raise plain_refusal(400, f"Invalid 'type': {entry['type']!r}. Must be one of {list(SECRET_TYPES)}.")


def _keep(work: Work, secret: Document, hidden: Document) -> None:
    """From here on the secret exists, whatever becomes of the rest of its entry."""
    work.put(SECRET, secret["id"], secret)
    work.put(VALUE, secret["id"], hidden)
    touch(work, secret["environment"])
    work.checkpoint()


def _finish(work: Work, secret: Document, what: str) -> None:
    work.put(BURIED if secret["deletedAt"] else SECRET, secret["id"], secret)
    touch(work, secret["environment"])
    note(work, f"secret.{what}", SECRET, secret["id"], secret)
    work.checkpoint()


def _shown_key(work: Work, secret: Document, key: str) -> str | None:
    """The key as lists of resources and events show it: not where the app is encrypted end to end."""
    app = (work.get(ENVIRONMENT, secret["environment"]) or {})["app"]
    return key if (work.get(APP, app) or {})["sseEnabled"] else None


def _tags(told: Any) -> list[str]:
    """Unknown tags come to be."""
    tags = [tag.strip() for tag in told or () if isinstance(tag, str) and tag.strip()]
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            raise plain_refusal(400, f"Tag name exceeds {LONGEST_TAG} characters: {tag[:32]!r}…")
    return list(dict.fromkeys(tags))
