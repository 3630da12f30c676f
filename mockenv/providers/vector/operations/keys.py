"""API keys: create, list, delete, and who calls with one."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.kernel.values.tokens import issue_at
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.abilities import KeyHolder
from mockenv.providers.vector.errors import failure, not_found, success
from mockenv.providers.vector.model import API_KEY, new_api_key, without_token
from mockenv.providers.vector.operations.access import require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document
from mockenv.toolbox import find_one

IN_USE = "Cannot delete the token currently in use"


def list_api_keys(call: Call, work: Work) -> Reply:
    """The sandbox's own tokens are not among them: they are mockenv's, not the account's."""
    return page_of(call, work, API_KEY, "API keys retrieved successfully", {}, show=without_token)


def create_api_key(call: Call, work: Work) -> Reply:
    """The token is in this reply and in no later one."""
    require_write(call)
    body = call.body()
    ordinal = work.next_ordinal(API_KEY)
    home = work.sandbox.name
    # Two sandboxes of one seed must not issue the same token, hence the name.
    token = issue_at(home, work.draw(API_KEY, f"{home}/{ordinal}"), "token", "vp_live_", 40)
    key = new_api_key(f"key_{work.draw(API_KEY, ordinal).hex('id', 12)}", token, body, work.now)
    work.put(API_KEY, key["id"], key)
    _note(work, "created", key)
    return success(201, "API key created successfully", key)


def delete_api_key(call: Call, work: Work) -> Reply:
    """Dead at once."""
    key = work.get(API_KEY, call.params["key"])
    if key is None:
        raise not_found("API key")
    require_write(call)
    if call.caller.id == key["id"]:
        raise Refused(failure(403, IN_USE))
    work.delete(API_KEY, key["id"])
    _note(work, "deleted", key)
    return success(200, "API key deleted successfully", {})


def holder_of(work: Work, token: str) -> KeyHolder | None:
    """Who calls with a key that was made here; notes that it was used."""
    key = find_one(work, API_KEY, token=token)
    if key is None:
        return None
    work.put(API_KEY, key["id"], {**key, "last_used_at": iso_micros(work.now)})
    return KeyHolder("key", key["id"], True, tuple(key["abilities"]))


def _note(work: Work, what: str, key: Document) -> None:
    data = {name: key[name] for name in ("id", "name", "abilities")}
    tell(work, f"api-key.{what}", f"{API_KEY}/{key['id']}", data)
