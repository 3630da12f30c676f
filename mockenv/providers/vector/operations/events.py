"""The account's event log: the sandbox's own events of this service, in the guide's form."""

from __future__ import annotations

from mockenv.kernel.events.event import EVENT
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import validation_failure
from mockenv.providers.vector.model import API_KEY
from mockenv.providers.vector.operations.paging import page_reply, wanted_page
from mockenv.providers.vector.operations.timeline import Where, moment, newest, oldest
from mockenv.store.base import Document

RETENTION = 90 * 86_400 * SECOND


def list_events(call: Call, work: Work) -> Reply:
    """Newest first; what is older than ninety days is not shown any more."""
    query, (page, per_page) = call.query(), wanted_page(call)
    since, until = moment("from", query.get("from")), moment("to", query.get("to"), end=True)
    where, kept = _where(query), work.now - RETENTION
    if (first := oldest(work, EVENT, where, kept)) is not None:
        work.has_come(first["at"] + RETENTION + 1)  # so long it is shown
    since = kept if since is None else max(kept, since)
    found, total = newest(work, EVENT, where, since, until, (page - 1) * per_page, per_page)
    return page_reply(call, [_show(work, event) for event in found], total, "Events retrieved successfully")


def _where(query: Document) -> Where:
    """By index. `event` is what the vendor's Node client calls `type`."""
    where: dict[str, list[str]] = {}
    type, sort, id = query.get("type") or query.get("event"), query.get("resource_type"), query.get("resource_id")
    if id and not sort:
        # Guess, in Laravel's words: an id alone names nothing.
        raise Refused(validation_failure({"resource_type": ["The resource type field is required when resource id is present."]}))
    if type:
        where["type"] = [type]
    if sort:
        where |= {"resource": [f"vector/{sort}/{id}"]} if id else {"kind": [f"vector/{sort}"]}
    return where if sort or (type or "").startswith("vector.") else {"provider": ["vector"], **where}


def _show(work: Work, event: Document) -> Document:
    _, sort, id = event["resource"].split("/", 2)
    return {
        "id": f"evt_{work.draw(EVENT, event['id']).hex('id', 24)}",
        "type": event["type"],
        "actor": _actor(work, event["actor"]),
        "resource": {"type": sort, "id": int(id) if id.isdigit() else id},
        "metadata": {name: value for name, value in event["data"].items() if name != "id"},
        "occurred_at": iso_micros(event["at"]),
    }


def _actor(work: Work, id: str | None) -> Document:
    """The key that asked, or the platform itself. A key that was deleted since has no name any more."""
    if id is None:
        return {"type": "system", "id": None, "name": None}
    key = work.get(API_KEY, id)
    name = key["name"] if key else {"key_owner": "owner", "key_reader": "reader"}.get(id)
    return {"type": "api_key", "id": id, "name": name}
