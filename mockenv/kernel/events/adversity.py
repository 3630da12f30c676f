"""The webhook adversary: attempts that come late, out of order, with a bad signature or an old date; sends nothing."""

from __future__ import annotations

from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import SECOND, Instant, Microseconds, later
from mockenv.store.base import Document

BEHIND = "kernel/behind"
"""Per subscription: the agenda entries that wait for another delivery to overtake them."""
LONGEST_WAIT = 60 * SECOND
"""A delivery that nothing overtakes goes out after this much of the sandbox's time."""


def postpone(work: Work, entry: Document, subscription: str, effect: Document) -> bool:
    """Put an attempt off, once, if it is to be late or overtaken; the other effects wait with it."""
    if "effect" in entry or not effect.keys() & {"delay", "reorder"}:
        return False
    rest = {name: value for name, value in effect.items() if name not in ("delay", "reorder")}
    due = later(work.now, _span(work, entry, effect))
    agenda.put(work, {**entry, "due": due, "effect": rest, "state": "pending"})
    if "reorder" in effect:
        waiting = work.get(BEHIND, subscription) or {"entries": []}
        work.put(BEHIND, subscription, {"entries": [*waiting["entries"], entry["id"]]})
    return True


def _span(work: Work, entry: Document, effect: Document) -> Microseconds:
    if "delay" not in effect:
        return LONGEST_WAIT
    draw = work.draw(BEHIND, entry["delivery"])  # the delivery's own chance: the same whatever else is on its way
    return parse_delay(effect["delay"]).sample(draw, f"delay/{entry['attempt']}")


def let_pass(work: Work, subscription: str) -> None:
    """Another delivery of the subscription is on its way: those that were to be overtaken follow it now."""
    waiting = work.get(BEHIND, subscription)
    if waiting is None:
        return
    work.delete(BEHIND, subscription)
    for number in waiting["entries"]:
        entry = agenda.entry(work, number)
        if entry and entry["state"] == "pending":
            agenda.put(work, {**entry, "due": work.now})


def as_signed(delivery: Document, now: Instant, effect: Document) -> tuple[Document, Instant]:
    """What is signed, and for when: other bytes than are sent, or a moment long past."""
    if "bad_signature" in effect:
        delivery = {**delivery, "body": f"{delivery['body']} "}
    return delivery, max(0, now - effect.get("stale_timestamp", 0))
