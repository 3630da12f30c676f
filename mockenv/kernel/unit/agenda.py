"""What will happen, as documents of a unit of work: planned, moved, put aside, cancelled; runs nothing.

What an entry does when its time comes is its member `does`; the worlds look up who runs that.
"""

from __future__ import annotations

from mockenv.kernel.time.order import Node, node_of, number_of
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document, Kind, by

AGENDA = "kernel/agenda"
KINDS: tuple[Kind, ...] = (Kind(AGENDA, {"resource": by("resource"), "state": by("state")}, alike=("state", "planned")),)


def schedule(work: Work, due: Instant, entry: Document, number: int | None = None) -> None:
    """Plan `entry` for `due`: a new one, or what the entry `number` goes on as."""
    number = work.next_ordinal(AGENDA) if number is None else number
    put(work, {"id": number, "due": due, "resource": entry["resource"], "state": "pending", **entry})  # what it shares comes last


def put(work: Work, entry: Document) -> None:
    """Have a pending entry due at its `due`, wherever it stood before."""
    entry["planned"] = work.now
    work.put(AGENDA, str(entry["id"]), entry)
    work.sandbox.order.push(entry["due"], work.now, entry["id"])


def shelve(work: Work, entry: Document, state: str) -> None:
    """Keep an entry out of the order of due times: held until released, stalled for ever, or being sent."""
    work.put(AGENDA, str(entry["id"]), {**entry, "state": state})


def drop(work: Work, number: int) -> None:
    work.delete(AGENDA, str(number))


def cancel(work: Work, resource: str) -> None:
    """Nothing more will happen to a resource (`provider/kind/id`)."""
    for id in work.ids(AGENDA, resource=resource):
        work.delete(AGENDA, id)


def entry(work: Work, number: int) -> Document | None:
    return work.get(AGENDA, str(number))


def entry_at(work: Work, node: Node) -> Document | None:
    """The entry behind a node of the order; None where it was cancelled, moved or put aside meanwhile."""
    found = work.get(AGENDA, str(number_of(node)))
    return found if found and found["state"] == "pending" and node_of(found) == node else None


def entries_of(work: Work, resource: str) -> list[Document]:
    """What is planned for a resource, in any state."""
    return work.find(AGENDA, resource=resource)
