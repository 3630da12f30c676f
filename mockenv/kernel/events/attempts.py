"""Attempts of deliveries on the sandbox's clock: begun when due, recorded when their outcome is known; sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from mockenv.kernel.events import adversity
from mockenv.kernel.events.deliveries import DELIVERY, DOES, TAKEN, schedule, subscription_of
from mockenv.kernel.events.publisher import Publisher
from mockenv.kernel.faults.claims import claim_delivery
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.acts import Act, Done
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant, later
from mockenv.store.base import Document


class Attempt(NamedTuple):
    """A request that is to be made now, by whoever does the sending."""

    delivery: str
    entry: int
    number: int
    at: Instant
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    queue: str
    """Attempts of one queue are made one after the other: a receiver sees one resource's events in order."""
    copies: int = 1
    """How often it is sent; the last outcome counts."""
    effect: tuple[str, ...] = ()
    """What a rule has done to it, by its words in a fault."""


class Outcome(NamedTuple):
    """What came of an attempt: a status, or why there is none. Times are real."""

    status: int | None
    error: str | None
    milliseconds: int
    headers: Mapping[str, str]
    body: str

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def acts(send: Callable[[Attempt], None]) -> Mapping[str, Act]:
    """What this room has the agenda do, where `send` makes attempts."""

    def act(work: Work, entry: Document) -> Done:
        attempt = begin_attempt(work, entry)
        return Done(f"attempt {entry['attempt']}", partial(send, attempt)) if attempt else Done(why_not(work, entry))

    return {DOES: act}


def begin_attempt(work: Work, entry: Document) -> Attempt | None:
    """The attempt whose time has come. The entry stays, so that a crash before the outcome is known loses nothing."""
    delivery = work.get(DELIVERY, entry["delivery"])
    if delivery is None:
        agenda.drop(work, entry["id"])
        return None
    publisher, subscription = subscription_of(work, delivery)
    if subscription is None or not subscription["enabled"]:
        _end(work, entry, delivery, "cancelled")
        return None
    effect = entry["effect"] if "effect" in entry else claim_delivery(work, publisher.kind.partition("/")[0], delivery["event"])
    if adversity.postpone(work, entry, delivery["subscription"], effect):
        return None
    if "drop" in effect:  # lost on the way: the service believes that it was told
        _end(work, entry, delivery, "dropped")
        return None
    agenda.shelve(work, entry, "sending")
    adversity.let_pass(work, delivery["subscription"])
    return _attempt(work, entry, delivery, (publisher, subscription), effect)


def _end(work: Work, entry: Document, delivery: Document, state: str) -> None:
    agenda.drop(work, entry["id"])
    work.put(DELIVERY, delivery["id"], {**delivery, "state": state})


def why_not(work: Work, entry: Document) -> str:
    """Of an attempt that was not made: what became of it, in a word."""
    if agenda.entry(work, entry["id"]):
        return "postponed"
    return str((work.get(DELIVERY, entry["delivery"]) or {"state": "gone"})["state"])


def _attempt(work: Work, entry: Document, delivery: Document, told: tuple[Publisher, Document], effect: Document) -> Attempt:
    publisher, subscription = told
    signed, moment = adversity.as_signed(delivery, work.now, effect)
    return Attempt(
        delivery=delivery["id"],
        entry=entry["id"],
        number=len(delivery["attempts"]) + 1,
        at=work.now,
        url=subscription["url"],
        headers=dict(publisher.headers(subscription, signed, work.as_told(moment))),
        body=delivery["body"].encode(),
        timeout=publisher.timeout,
        queue=f"{delivery['subscription']} {delivery['resource']}",
        copies=effect.get("duplicate", 1),
        effect=tuple(effect),
    )


def _note_if_spoilt(work: Work, attempt: Attempt, delivery: Document, outcome: Outcome) -> None:
    """That a receiver has taken what a rule had spoilt outlives the delivery, which goes with its subscription."""
    if attempt.effect:
        known = {"delivery": delivery["id"], "event": delivery["event"], "effect": list(attempt.effect), "status": outcome.status}
        work.put(TAKEN, f"{delivery['id']} {attempt.number}", known)


def record_outcome(work: Work, attempt: Attempt, outcome: Outcome) -> None:
    """One row per attempt; then the next attempt, or the end. `work.now` is the attempt's own time."""
    agenda.drop(work, attempt.entry)
    delivery = work.get(DELIVERY, attempt.delivery)
    if delivery is None:
        return
    row = {
        "attempt": attempt.number,
        "at": attempt.at,
        "url": attempt.url,
        "request_headers": dict(attempt.headers),
    }
    delivery["attempts"].append({**row, **outcome._asdict()})
    publisher, _ = subscription_of(work, delivery)
    if outcome.accepted:
        delivery["state"] = "delivered"
        _note_if_spoilt(work, attempt, delivery, outcome)
    elif delivery.pop("once", False) or attempt.number > len(publisher.waits):
        delivery["state"] = "failed"
    else:
        due = later(attempt.at, publisher.waits[attempt.number - 1])
        schedule(work, delivery, max(due, work.sandbox.now()) if work.sandbox.clock.mode != "manual" else due)
    work.put(DELIVERY, delivery["id"], delivery)
