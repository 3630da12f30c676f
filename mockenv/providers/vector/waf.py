"""What a site's WAF keeps, as it is stored: entries of four lists, and rate-limit rules; knows no operation."""

from __future__ import annotations

from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.providers.vector.model import CACHE, SITE, WAF_ENTRY, WAF_RULE
from mockenv.store.base import Document, Kind, by

MOST_RULES = 25


class EntryList(NamedTuple):
    """One of the four lists; `members` are what an entry is called in bodies, by the guide first; `event` what it is in events."""

    slug: str
    title: str
    members: tuple[str, ...]
    event: str | None


BLOCKED_IPS = EntryList("blocked-ips", "Blocked IP", ("ip",), "blockedip")
ALLOWED_IPS = EntryList("allowed-ips", "Allowed IP", ("ip",), None)
BLOCKED_REFERRERS = EntryList("blocked-referrers", "Blocked referrer", ("domain", "hostname"), "blockedreferrer")
ALLOWED_REFERRERS = EntryList("allowed-referrers", "Allowed referrer", ("domain", "hostname"), "allowedreferrer")
LISTS = (BLOCKED_IPS, ALLOWED_IPS, BLOCKED_REFERRERS, ALLOWED_REFERRERS)

KINDS = (
    Kind(
        WAF_ENTRY,
        {
            "site_id": by("site_id"),
            "list": lambda one: list_key(one["site_id"], one["list"]),
            "value": lambda one: f"{list_key(one['site_id'], one['list'])}/{one['value']}",
        },
    ),
    Kind(WAF_RULE, {"site_id": by("site_id"), "site_wide": lambda one: one["site_id"] if one["site_wide"] else ()}),
    Kind(CACHE, {"site_id": by("site_id")}, internal=True),
)


def list_key(site_id: int, slug: str) -> str:
    return f"{site_id}/{slug}"


def new_rule(work: Work, site_id: int, body: Document) -> Document:
    """A rule in the reference's form; `site_wide` marks the one that the guide's own call sets."""
    return {
        "id": work.next_ordinal(WAF_RULE),
        "name": body["name"],
        "description": body.get("description"),
        "shield_zone_id": work.draw(SITE, site_id).number("shield_zone") % 900_000 + 100_000,
        "configuration": {
            "request_count": body["request_count"],
            "timeframe": body["timeframe"],
            "block_time": body["block_time"],
            "value": body.get("value"),
            "action": "rate-limit",
            "operator": body.get("operator"),
            "variables": body.get("variables") or [],
            "transformations": body.get("transformations") or [],
        },
        "site_id": site_id,
        "site_wide": body.get("site_wide", False),
    }


def show_rule(rule: Document) -> Document:
    return {name: value for name, value in rule.items() if name not in ("site_id", "site_wide")}


def show_entry(entry: Document, of: EntryList) -> Document:
    return {"id": entry["id"], **dict.fromkeys(of.members, entry["value"])}
