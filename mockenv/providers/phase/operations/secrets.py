"""Secrets of an environment: read with filters, create, change and delete in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.phase.errors import plain_refusal, refusal
from mockenv.providers.phase.fakes import key_digest
from mockenv.providers.phase.model import (
    APP,
    ENVIRONMENT,
    SECRET,
    VALUE,
    folder_at,
    new_secret,
    remove_secret,
)
from mockenv.providers.phase.operations.callers import caller_of, note
from mockenv.providers.phase.operations.entries import BatchEntry, check_changes, check_new, normal_path, read_batch
from mockenv.providers.phase.operations.secret_view import put_override, show_secret
from mockenv.providers.phase.resolution import query_of
from mockenv.store.base import Document
from mockenv.toolbox import is_taken

DUPLICATE = "Duplicate secret found"
SEALED = "Sealed secrets cannot be unsealed. Delete and recreate the secret instead."
LONGEST_TAG = 64


def list_secrets(call: Call, work: Work) -> Reply:
    """`secret_id` only says which environment: all of it is listed."""
    environment, query = _environment(call, work), query_of(call)
    wants_leases = any(query.get(name, "false").lower() != "false" for name in ("dynamic", "include_dynamic"))
    if wants_leases and query.get("lease_ttl") and not _is_integer(query["lease_ttl"]):
        raise refusal(400, "lease_ttl must be a valid integer (seconds)")
    return Reply(200, [show_secret(call, work, one) for one in _found(work, environment, query)])


def create_secrets(call: Call, work: Work) -> Reply:
    environment = _environment(call, work)
    entries = read_batch(call, "'secrets' must be a non-empty list.")
    for entry in entries:
        check_new(entry)
    _check_duplicates(work, environment, entries)
    made: list[Document] = []
    for entry in entries:
        secret = new_secret(work, environment, entry["key"], normal_path(entry.get("path")), entry.get("type") or "secret")
        work.put(SECRET, secret["id"], secret)
        work.put(VALUE, secret["id"], {"value": entry["value"], "comment": entry.get("comment") or ""})
        _set_tags(work, environment, secret, entry, made)
        if "override" in entry:
            put_override(call, work, secret["id"], entry["override"])
        made.append(secret)
    return _written(call, work, environment, "created", made)


def update_secrets(call: Call, work: Work) -> Reply:
    """What an entry names, changes; each counts the version up. A sealed secret keeps its value without a word."""
    environment = _environment(call, work)
    entries = read_batch(call, "'secrets' must be a non-empty list.")
    for entry in entries:
        check_changes(entry)
    _check_duplicates(work, environment, entries)
    return _written(call, work, environment, "updated", [_change(call, work, environment, entry) for entry in entries])


def delete_secrets(call: Call, work: Work) -> Reply:
    """All of them or none."""
    environment = _environment(call, work)
    ids = list(dict.fromkeys(map(str, read_batch(call, "'secrets' must be a non-empty list of secret IDs."))))
    missing = [id for id in ids if (work.get(SECRET, id) or {}).get("environment") != environment]
    if missing:
        raise plain_refusal(404, f"Secret(s) not found in this environment: {', '.join(missing)}")
    for id in ids:
        secret = work.get(SECRET, id) or {}
        remove_secret(work, id)
        note(work, "secret.deleted", SECRET, id, secret)
    _touch(work, environment)
    return Reply(200, {"message": f"Deleted {len(ids)} secret{'' if len(ids) == 1 else 's'}"})


def _environment(call: Call, work: Work) -> str:
    """Here an app without server-side encryption is 400, and the text has no full stop."""
    environment = work.get(ENVIRONMENT, caller_of(call).environment)
    if environment is None:
        raise refusal(404, "Environment not found")  # gone since it was found, by another thread
    if not (work.get(APP, environment["app"]) or {})["sseEnabled"]:
        raise refusal(400, "SSE is not enabled for this App")
    return str(environment["id"])


def _found(work: Work, environment: str, query: Mapping[str, str]) -> list[Document]:
    """Path and key must match, and any of the tags."""
    where: dict[str, Any] = {"environment": environment}
    if query.get("path"):
        where["path"] = f"{environment}{normal_path(query['path'])}"
    if query.get("key"):
        where["digest"] = key_digest(environment, query["key"])
    if not query.get("tags"):
        return work.find(SECRET, **where)
    tags = dict.fromkeys(query["tags"].split(","))
    found = {one["id"]: one for tag in tags for one in work.find(SECRET, tag=f"{environment}/{tag}", **where)}
    return list(found.values())


def _change(call: Call, work: Work, environment: str, entry: BatchEntry) -> Document:
    secret = work.get(SECRET, str(entry["id"]))
    if secret is None or secret["environment"] != environment:
        raise plain_refusal(404, f"Secret not found: {entry['id']}")
    if secret["type"] == "sealed" and entry.get("type") not in (None, "sealed"):
        raise plain_refusal(400, SEALED)
    hidden = work.get(VALUE, secret["id"]) or {}
    if "value" in entry and secret["type"] != "sealed":
        hidden["value"] = entry["value"]
    if "comment" in entry:
        hidden["comment"] = entry["comment"] or ""
    if "key" in entry:
        secret.update(key=entry["key"].upper(), keyDigest=key_digest(environment, entry["key"]))
    if isinstance(entry.get("path"), str):
        path = normal_path(entry["path"])
        secret.update(path=path, folder=folder_at(work, environment, path))
    secret.update(type=entry.get("type") or secret["type"], version=secret["version"] + 1, updatedAt=iso_micros(work.now))
    _set_tags(work, environment, secret, entry, None)
    work.put(VALUE, secret["id"], hidden)
    work.put(SECRET, secret["id"], secret)
    if "override" in entry:
        put_override(call, work, secret["id"], entry["override"])
    return secret


def _check_duplicates(work: Work, environment: str, entries: list[BatchEntry]) -> None:
    """Against what is stored; two in one batch are not noticed. A change without a path is looked for at the root."""
    for entry in entries:
        if "key" not in entry:
            continue
        path, digest = f"{environment}{normal_path(entry.get('path'))}", key_digest(environment, entry["key"])
        if is_taken(work, SECRET, but=str(entry.get("id")), path=path, digest=digest):
            raise plain_refusal(409, DUPLICATE)


def _set_tags(work: Work, environment: str, secret: Document, entry: BatchEntry, made: list[Document] | None) -> None:
    """Unknown tags come to be. In a creation one that is too long is noticed late: what is there by then stays."""
    if "tags" not in entry:
        return
    tags = [tag.strip() for tag in entry["tags"] or () if isinstance(tag, str) and tag.strip()]
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            if made is not None:
                if made:
                    _touch(work, environment)
                work.checkpoint()
            raise plain_refusal(400, f"Tag name exceeds {LONGEST_TAG} characters: {tag[:32]!r}…")
    secret["tags"] = list(dict.fromkeys(tags))
    work.put(SECRET, secret["id"], secret)


def _written(call: Call, work: Work, environment: str, what: str, secrets: list[Document]) -> Reply:
    _touch(work, environment)
    for secret in secrets:
        note(work, f"secret.{what}", SECRET, secret["id"], secret)
    return Reply(200, [show_secret(call, work, one) for one in secrets])


def _touch(work: Work, environment: str) -> None:
    """A write to its secrets moves the environment's `updatedAt`, once a request."""
    document = work.get(ENVIRONMENT, environment) or {}
    work.put(ENVIRONMENT, environment, {**document, "updatedAt": iso_micros(work.now)})


def _is_integer(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True
