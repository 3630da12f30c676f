"""A site's access lists: seeing all of them, keeping its own, and saying what is done with whoever is in one."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.access_lists import (
    ENUMS,
    MANAGED,
    MOST_ENTRIES,
    MOST_LISTS,
    change_list,
    choice_of,
    choose,
    entries_in,
    new_list,
    show_custom,
    show_list,
    show_managed,
)
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.model import ACCESS_LIST
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.store.base import Document
from mockenv.toolbox import given, is_taken


def list_access_lists(call: Call, work: Work) -> Reply:
    site_id = require_site(call, work)["id"]
    own = work.find(ACCESS_LIST, site_id=site_id)
    shown = {
        "managed_lists": [show_managed(work, site_id, one) for one in MANAGED],
        "custom_lists": [show_custom(work, one) for one in own],
        "custom_entry_count": _entries(own),
        "custom_entry_limit": MOST_ENTRIES,
        "custom_list_count": len(own),
        "custom_list_limit": MOST_LISTS,
    }
    return success(200, "Access lists retrieved successfully", shown)


def list_enums(call: Call, work: Work) -> Reply:
    require_site(call, work)
    return success(200, "Access list enums retrieved successfully", ENUMS)


def create_access_list(call: Call, work: Work) -> Reply:
    """Guess: what is beyond the limits that the list of lists shows is refused; the texts are, too."""
    site_id = require_site(call, work)["id"]
    require_write(call)
    own = work.find(ACCESS_LIST, site_id=site_id)
    found = new_list(work, site_id, call.body())
    if len(own) >= MOST_LISTS:
        raise Refused(validation_failure({"name": [f"A site has {MOST_LISTS} custom access lists at most."]}))
    _require_room([*own, found])
    work.put(ACCESS_LIST, str(found["id"]), found)
    return success(201, "Custom access list created successfully", show_list(found))


def get_access_list(call: Call, work: Work) -> Reply:
    return success(200, "Custom access list retrieved successfully", show_list(_require(call, work)))


def update_access_list(call: Call, work: Work) -> Reply:
    found = _require(call, work)
    require_write(call)
    change_list(work, found, given(call.body(), ("name", "content")))
    _require_room([found, *(one for one in work.find(ACCESS_LIST, site_id=found["site_id"]) if one["id"] != found["id"])])
    work.put(ACCESS_LIST, str(found["id"]), found)
    return success(200, "Custom access list updated successfully", show_list(found))


def delete_access_list(call: Call, work: Work) -> Reply:
    found = _require(call, work)
    require_write(call)
    work.delete(ACCESS_LIST, str(found["id"]))
    return success(200, "Custom access list deleted successfully", {})


def configure_access_list(call: Call, work: Work) -> Reply:
    """A managed one or one's own, by the number that the list of lists gives to its configuration."""
    site_id, id = require_site(call, work)["id"], _number(call.params["configuration"])
    if id not in [one["configuration_id"] for one in MANAGED] and not is_taken(
        work, ACCESS_LIST, site_id=site_id, configuration_id=id
    ):
        raise not_found("Access list configuration")
    require_write(call)
    choose(work, site_id, id, given(call.body(), ("is_enabled", "action")))
    return success(200, "Access list configuration updated successfully", choice_of(work, site_id, id))


def _require(call: Call, work: Work) -> Document:
    """Only under its own site."""
    site, found = require_site(call, work), work.get(ACCESS_LIST, call.params["access_list"])
    if found is None or found["site_id"] != site["id"]:
        raise not_found("Access list")
    return found


def _require_room(own: list[Document]) -> None:
    if _entries(own) > MOST_ENTRIES:
        raise Refused(validation_failure({"content": [f"A site has {MOST_ENTRIES} custom entries at most."]}))


def _entries(own: list[Document]) -> int:
    return sum(entries_in(one["content"]) for one in own)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
