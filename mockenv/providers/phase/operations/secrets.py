"""Secrets of an environment, as the server reads them: with filters, and created, changed and deleted in batches."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Parked, Reply
from mockenv.providers.phase.authentication import caller_of, member_of
from mockenv.providers.phase.contents import add, bury, change, check_duplicates, find, reach
from mockenv.providers.phase.dynamic import Asked, in_plain_text, with_dynamic
from mockenv.providers.phase.errors import plain_refusal, refusal
from mockenv.providers.phase.model import APP, ENVIRONMENT, SECRET, camelised, digest_of
from mockenv.providers.phase.operations.entries import BatchEntry, check_changes, check_new, check_value, read_batch
from mockenv.providers.phase.operations.secret_view import show_secret
from mockenv.providers.phase.resolution import query_of
from mockenv.store.base import Document

NO_LIST = "'secrets' must be a non-empty list."


def list_secrets(call: Call, work: Work) -> Reply | Parked:
    """`secret_id` only says which environment: all of it is listed, the dynamic ones behind the others if they are asked for."""
    environment, query = _environment(call, work), query_of(call)
    digest = digest_of(work, environment, query["key"]) if query.get("key") else None
    found = find(work, environment, query.get("path"), digest, query.get("tags"))
    shown = [show_secret(call, work, one) for one in found]
    asked = Asked.by(caller_of(call), query.get, "lease_ttl")
    return with_dynamic(work, asked, in_plain_text, camelised, lambda work, dynamic: Reply(200, shown + dynamic))


def create_secrets(call: Call, work: Work) -> Reply:
    environment = _environment(call, work)
    entries = read_batch(call, NO_LIST)
    for entry in entries:
        check_new(entry)
    plain = [_plain(work, environment, entry) for entry in entries]
    check_duplicates(work, environment, plain)
    made = [add(work, environment, entry, member_of(call)) for entry in plain]
    return Reply(200, [show_secret(call, work, one) for one in made])


def update_secrets(call: Call, work: Work) -> Reply:
    """One after another: what stands before an entry that is refused has been changed."""
    environment = _environment(call, work)
    entries = read_batch(call, NO_LIST)
    for entry in entries:
        check_changes(entry)
    plain = [_plain(work, environment, entry) for entry in entries]
    check_duplicates(work, environment, plain)
    changed = [_change(call, work, environment, entry) for entry in plain]
    return Reply(200, [show_secret(call, work, one) for one in changed])


def delete_secrets(call: Call, work: Work) -> Reply:
    """All of them or none; an id that is not there is named as often as it was sent."""
    environment = _environment(call, work)
    ids = list(map(str, read_batch(call, "'secrets' must be a non-empty list of secret IDs.")))
    found = {id: secret for id in ids if (secret := work.get(SECRET, id)) and secret["environment"] == environment}
    missing = [id for id in ids if id not in found]
    if missing:
        raise plain_refusal(404, f"Secret(s) not found in this environment: {', '.join(missing)}")
    for secret in found.values():
        bury(work, secret)
    return Reply(200, {"message": f"Deleted {len(found)} secret{'' if len(found) == 1 else 's'}"})


def _environment(call: Call, work: Work) -> str:
    """Here an app without server-side encryption is 400, and the text has no full stop."""
    environment = work.get(ENVIRONMENT, caller_of(call).environment)
    if environment is None:
        raise refusal(404, "Environment not found")  # gone since it was found, by another thread
    if not (work.get(APP, environment["app"]) or {})["sseEnabled"]:
        raise refusal(400, "SSE is not enabled for this App")
    return str(environment["id"])


def _plain(work: Work, environment: str, entry: BatchEntry) -> BatchEntry:
    """Keys are kept in capitals."""
    if "key" not in entry:
        return {name: value for name, value in entry.items() if name != "keyDigest"}
    return {**entry, "key": entry["key"].upper(), "keyDigest": digest_of(work, environment, entry["key"])}


def _change(call: Call, work: Work, environment: str, entry: BatchEntry) -> Document:
    secret = reach(work, environment, entry["id"])
    if secret is None:
        raise plain_refusal(404, f"Secret not found: {entry['id']}")
    if "value" in entry:
        check_value(entry)
    return change(work, secret, entry, member_of(call))
