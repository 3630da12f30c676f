"""Noting that something happened; whoever subscribed to it is planned to be told."""

from __future__ import annotations

from mockenv.kernel.events import deliveries
from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document, Kind, by

EVENT = "kernel/event"
EVENTS_KEPT = 10_000
KINDS: tuple[Kind, ...] = (
    Kind(
        EVENT,
        {
            "type": by("type"),
            "resource": by("resource"),
            "kind": lambda event: "/".join(event["resource"].split("/", 2)[:2]),
            "provider": lambda event: event["resource"].partition("/")[0],
        },
    ),
)


def emit(work: Work, type: str, resource: str, data: Document) -> None:
    """Note that something happened to a resource (`provider/kind/id`), now."""
    if work.is_silent:
        return
    number = work.next_ordinal(EVENT)
    event = {"id": number, "at": work.now, "type": type, "resource": resource, "actor": work.actor, "data": data}
    work.put(EVENT, str(number), event)
    deliveries.plan(work, event)
    if number > EVENTS_KEPT:
        work.delete(EVENT, str(number - EVENTS_KEPT))
