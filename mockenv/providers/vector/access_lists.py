"""A site's access lists, as they are stored: those that somebody keeps up for all, and its own. Knows no operation; nothing obeys it.

Only the later generation has them.
"""

from __future__ import annotations

from hashlib import sha256

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_seconds
from mockenv.providers.vector.model import ACCESS_CHOICE, ACCESS_LIST
from mockenv.store.base import Document, Kind, by

MOST_LISTS, MOST_ENTRIES = 25, 10_000
BLOCK = 0
ENUMS = {
    "types": {"0": "IP", "1": "CIDR", "2": "ASN", "3": "Country", "4": "Domain", "5": "Header"},
    "actions": {"0": "Block", "1": "Log", "2": "Allow", "3": "Challenge", "4": "Captcha", "5": "Bypass"},
    "categories": {"0": "Custom", "32": "TOR exit nodes", "64": "VPN providers", "128": "Datacenters"},
}
"""The first two are the reference's; the categories, and the shape of all of it, a guess."""
CUSTOM = 0
# Guess: all but the first, which is the reference's example. A managed list's configuration has a number of its own.
MANAGED = (
    {"list_id": 1, "configuration_id": 42, "name": "TOR Exit Nodes", "category": 32, "entry_count": 12_345},
    {"list_id": 2, "configuration_id": 43, "name": "VPN Providers", "category": 64, "entry_count": 6_789},
    {"list_id": 3, "configuration_id": 44, "name": "Datacenters", "category": 128, "entry_count": 54_321},
)
_FIRST_CONFIGURATION = 1_000
_KEPT_UP = "2026-01-01T00:00:00Z"

KINDS = (
    Kind(ACCESS_LIST, {"site_id": by("site_id"), "configuration_id": by("configuration_id")}),
    Kind(ACCESS_CHOICE, {"site_id": by("site_id")}, internal=True),
)


def new_list(work: Work, site_id: int, body: Document) -> Document:
    id = work.next_ordinal(ACCESS_LIST)
    made: Document = {
        "id": id,
        "site_id": site_id,
        "configuration_id": _FIRST_CONFIGURATION + id,
        "name": body["name"],
        "description": body.get("description"),
        "type": body["type"],
    }
    return _written(work, made, body["content"])


def change_list(work: Work, found: Document, changes: Document) -> None:
    found.update({name: value for name, value in changes.items() if name == "name"})
    _written(work, found, str(changes.get("content", found["content"])))


def _written(work: Work, found: Document, content: str) -> Document:
    found.update(content=content, checksum=sha256(content.encode()).hexdigest(), last_modified=iso_seconds(work.now))
    return found


def entries_in(content: str) -> int:
    """One a line; empty ones are none."""
    return sum(bool(line.strip()) for line in content.splitlines())


def show_list(found: Document) -> Document:
    shown = {name: found[name] for name in ("id", "name", "description", "type", "content", "checksum")}
    return shown | {"entry_count": entries_in(found["content"]), "last_modified": found["last_modified"]}


def show_managed(work: Work, site_id: int, managed: Document) -> Document:
    choice = choice_of(work, site_id, managed["configuration_id"])
    return {
        "list_id": managed["list_id"],
        "configuration_id": managed["configuration_id"],
        "name": managed["name"],
        "description": f"{managed['name']}, kept up for all sites",
        **choice,
        "type": 0,
        "category": managed["category"],
        "required_plan": 0,
        "entry_count": managed["entry_count"],
        "update_frequency": "1.00:00:00",
        "last_updated": _KEPT_UP,
    }


def show_custom(work: Work, found: Document) -> Document:
    """In a list of lists, in the form of the managed ones (a guess)."""
    return {
        "list_id": found["id"],
        "configuration_id": found["configuration_id"],
        "name": found["name"],
        "description": found["description"],
        **choice_of(work, found["site_id"], found["configuration_id"]),
        "type": found["type"],
        "category": CUSTOM,
        "required_plan": 0,
        "entry_count": entries_in(found["content"]),
        "update_frequency": None,
        "last_updated": found["last_modified"],
    }


def choice_of(work: Work, site_id: int, configuration_id: int) -> Document:
    """Whether a list is on, and what is done with whoever is in it. Guess: a managed list begins as off, one's own as on."""
    chosen = work.get(ACCESS_CHOICE, f"{site_id}/{configuration_id}")
    return chosen["choice"] if chosen else {"is_enabled": configuration_id > _FIRST_CONFIGURATION, "action": BLOCK}


def choose(work: Work, site_id: int, configuration_id: int, changes: Document) -> None:
    choice = choice_of(work, site_id, configuration_id) | changes
    work.put(ACCESS_CHOICE, f"{site_id}/{configuration_id}", {"site_id": site_id, "choice": choice})
