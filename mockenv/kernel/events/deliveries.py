"""Deliveries: planned in the unit of work that emits an event, and planned anew; makes no attempt."""

from __future__ import annotations

from mockenv.kernel.events.publisher import Publisher, Publishers
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document, Kind, by

DELIVERY = "kernel/delivery"
TAKEN = "kernel/taken"
"""Attempts that a rule has spoilt and that were accepted all the same."""
KINDS: tuple[Kind, ...] = (Kind(DELIVERY, {"subscription": by("subscription"), "state": by("state")}), Kind(TAKEN))
DELIVERIES_KEPT = 5_000
DOES = "delivery"
"""What the agenda's entries of attempts do."""


def plan(work: Work, event: Document) -> None:
    """One delivery for every subscription that wants the event, due now."""
    for publisher in work.part(Publishers):
        if not work.has(publisher.kind):
            continue
        for subscription in work.find(publisher.kind):
            if subscription["enabled"] and publisher.wants(subscription, event):
                _plan_one(work, publisher, subscription, event)


def _plan_one(work: Work, publisher: Publisher, subscription: Document, event: Document) -> None:
    ordinal = work.next_ordinal(DELIVERY)
    delivery = {
        "id": publisher.identify(work, ordinal),
        "ordinal": ordinal,
        "subscription": f"{publisher.kind}/{subscription['id']}",
        "event": event["type"],
        "event_id": event["id"],
        "resource": event["resource"],
        "planned_at": work.now,
        "url": subscription["url"],
        "body": publisher.body(subscription, event).decode(),
        "state": "pending",
        "attempts": [],
    }
    work.put(DELIVERY, delivery["id"], delivery)
    schedule(work, delivery, work.now)
    if ordinal > DELIVERIES_KEPT:
        [oldest], _ = work.page(DELIVERY, {}, 0, 1)
        work.delete(DELIVERY, oldest["id"])


def redeliver(work: Work, delivery: Document) -> None:
    """One more attempt, now, whatever became of the others; if it fails, no retry follows."""
    _unschedule(work, delivery)
    work.put(DELIVERY, delivery["id"], {**delivery, "state": "pending", "once": True})
    schedule(work, delivery, work.now)


def flush(work: Work) -> int:
    """Make all waiting attempts due now; how many."""
    waiting = work.find(DELIVERY, state="pending")
    moved = 0
    for delivery in waiting:
        if _unschedule(work, delivery):
            schedule(work, delivery, work.now)
            moved += 1
    return moved


def deliveries_of(work: Work, subscription: str) -> list[Document]:
    """All that was planned for a subscription (`provider/kind/id`), oldest first."""
    return work.find(DELIVERY, subscription=subscription)


def forget(work: Work, subscription: str) -> None:
    """The subscription is gone: so are its deliveries and what was still to come."""
    for delivery in deliveries_of(work, subscription):
        _unschedule(work, delivery)
        work.delete(DELIVERY, delivery["id"])


def schedule(work: Work, delivery: Document, due: Instant) -> None:
    entry = {"does": DOES, "resource": f"{DELIVERY}/{delivery['id']}", "delivery": delivery["id"]}
    agenda.schedule(work, due, {**entry, "step": delivery["event"], "attempt": len(delivery["attempts"]) + 1})


def _unschedule(work: Work, delivery: Document) -> bool:
    pending = [entry for entry in agenda.entries_of(work, f"{DELIVERY}/{delivery['id']}") if entry["state"] == "pending"]
    for entry in pending:
        agenda.drop(work, entry["id"])
    return bool(pending)


def subscription_of(work: Work, delivery: Document) -> tuple[Publisher, Document | None]:
    kind, _, id = delivery["subscription"].rpartition("/")
    publisher = work.part(Publishers).of(kind)
    return publisher, work.get(kind, id)
