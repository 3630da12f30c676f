"""The unit of work: all that an operation or a step may do to its sandbox, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mockenv.kernel import faults
from mockenv.kernel.events import webhooks
from mockenv.kernel.lifecycles import lifecycle
from mockenv.kernel.time.agenda import Node, node_of
from mockenv.kernel.unit.lag import Change
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import Instant, Microseconds, later
from mockenv.store.base import Document, IndexValue, Kind, Stored, Transaction, by

if TYPE_CHECKING:
    from mockenv.kernel.lifecycles.lifecycle import Catalogue, Lifecycle, Step
    from mockenv.kernel.worlds.sandbox import Sandbox

AGENDA, CLOCK, COUNTER, EVENT = "kernel/agenda", "kernel/clock", "kernel/counter", "kernel/event"
FAILURE, HOLD, META = "kernel/failure", "kernel/hold", "kernel/sandbox"
KINDS = (
    Kind(AGENDA, {"resource": by("resource"), "state": by("state")}),
    Kind(faults.FAULT, {"target": by("target")}),
    Kind(
        EVENT,
        {
            "type": by("type"),
            "resource": by("resource"),
            "kind": lambda event: ("/".join(event["resource"].split("/", 2)[:2]),),
            "provider": lambda event: (event["resource"].partition("/")[0],),
        },
    ),
    *webhooks.KINDS,
)
EVENTS_KEPT = 10_000


class Work:
    """One unit of work. `now` is its time: a request's, or the due time of the entry that runs."""

    def __init__(
        self,
        sandbox: Sandbox,
        transaction: Transaction,
        now: Instant,
        checkpoint: Callable[[], Transaction],
        changes: list[Change],
    ) -> None:
        self.sandbox, self.now = sandbox, now
        self.actor: str | None = None
        """Who asks for what is done here, in the provider's own word; None where nobody does: it is time that does it."""
        self._checkpoint, self._changes = checkpoint, changes
        self._use(transaction)

    def checkpoint(self) -> None:
        """Keep what was done so far, whatever comes: what follows is a unit of work of its own."""
        self._use(self._checkpoint())

    def undo(self) -> None:
        """Forget what was done since the beginning or the last checkpoint, and go on."""
        self._tx.undo()
        self._changes.clear()

    def _use(self, transaction: Transaction) -> None:
        self._tx = transaction
        # Bound once: these three are most of what a unit of work does.
        self.get = transaction.get
        self.put = transaction.put
        self.delete = transaction.delete
        if self.sandbox.history.lags:
            self.put, self.delete = self._put_noting, self._delete_noting

    def _put_noting(self, kind: str, id: str, document: Document) -> None:
        self._changes.append(Change(self.now, kind, id, self._tx.get(kind, id)))
        self._tx.put(kind, id, document)

    def _delete_noting(self, kind: str, id: str) -> bool:
        self._changes.append(Change(self.now, kind, id, self._tx.get(kind, id)))
        return self._tx.delete(kind, id)

    def restore(self, kind: str, id: str, document: Document | None) -> None:
        """Have a document be what it was, or not be; not a change that anybody hears of."""
        if document is None:
            self._tx.delete(kind, id)
        else:
            self._tx.put(kind, id, document)

    # Documents

    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        return self._tx.ids(kind, **where)

    def find(self, kind: str, **where: IndexValue) -> list[Document]:
        """The documents found under all index values, in order of creation: as long as the answer is."""
        return [document for id in self._tx.ids(kind, **where) if (document := self.get(kind, id)) is not None]

    def count(self, kind: str, **where: IndexValue) -> int:
        return self._tx.count(kind, **where)

    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        """A slice of what matches, and how many match."""
        return self._tx.page(kind, where, offset, limit, newest_first=newest_first)

    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        """The same for a reply that shows documents as they are: they need not be read."""
        return self._tx.page_as_stored(kind, where, offset, limit, newest_first=newest_first)

    def kinds(self) -> Sequence[str]:
        return self._tx.kinds()

    # Chance and settings

    def draw(self, kind: str, ordinal: int | str) -> Draw:
        """The source of all random values of one thing."""
        return Draw(self.sandbox.meta["seed"], kind, ordinal)

    def next_ordinal(self, kind: str, first: int = 1) -> int:
        """1, 2, 3 … per kind (or from `first`); a refused unit of work gives its number back."""
        counter = self.get(COUNTER, kind) or {"next": first}
        self.put(COUNTER, kind, {"next": counter["next"] + 1})
        return int(counter["next"])

    def forgotten(self, kind: str, number: str, after: int = 0) -> int:
        """How many of a kind that is numbered (in that member) and bounded are no longer kept, of those behind `after`."""
        made = int((self.get(COUNTER, kind) or {"next": 1})["next"]) - 1
        kept = sum(document[number] > after for document in self.find(kind)) if after else self.count(kind)
        return max(0, made - after - kept)

    def option(self, provider: str, name: str) -> Any:
        """A provider's option as this sandbox has it."""
        return self.sandbox.options[provider][name]

    @property
    def catalogue(self) -> Catalogue:
        return self.sandbox.catalogue

    # Events

    def emit(self, type: str, resource: str, data: Document) -> None:
        """Note that something happened, now."""
        number = self.next_ordinal(EVENT)
        event = {"id": number, "at": self.now, "type": type, "resource": resource, "actor": self.actor, "data": data}
        self.put(EVENT, str(number), event)
        webhooks.plan(self, event)
        if number > EVENTS_KEPT:
            self.delete(EVENT, str(number - EVENTS_KEPT))

    # Agenda

    def start(self, table: Lifecycle, id: str, document: Document) -> None:
        """Send a resource on its way. The document is changed in place; the caller puts it."""
        lifecycle.start(self, table, id, document)

    def cancel(self, resource: str) -> None:
        """Nothing more will happen to a resource (`provider/kind/id`)."""
        for id in self.ids(AGENDA, resource=resource):
            self.delete(AGENDA, id)

    def entries_of(self, resource: str) -> list[Document]:
        """What is planned for a resource, in any state."""
        return self.find(AGENDA, resource=resource)

    def entry(self, number: int) -> Document | None:
        return self.get(AGENDA, str(number))

    def entry_at(self, node: Node) -> Document | None:
        """The entry behind a node of the agenda; None where it was cancelled, moved or taken out of the order meanwhile."""
        entry = self.entry(node.number)
        return entry if entry and entry["state"] == "pending" and node_of(entry) == node else None

    def put_entry(self, entry: Document) -> None:
        """Have a pending entry due at its `due`, wherever it stood before."""
        entry["planned"] = self.now
        self.put(AGENDA, str(entry["id"]), entry)
        self.sandbox.agenda.push(node_of(entry))

    def drop_entry(self, number: int) -> None:
        self.delete(AGENDA, str(number))

    def schedule(self, due: Instant, entry: Document, number: int | None = None) -> None:
        """Plan `entry` (its member `does` names what runs) for `due`: a new one, or what the entry `number` goes on as."""
        number = self.next_ordinal(AGENDA) if number is None else number
        self.put_entry({"id": number, "due": due, "state": "pending", **entry})

    def schedule_step(self, table: Lifecycle, step: Step, id: str, done: list[str], number: int | None = None) -> None:
        """A lifecycle has one entry, which goes from step to step."""
        resource = f"{table.kind}/{id}"
        delay = self.sandbox.delay_of(table.kind, step)
        span = delay.low if delay.shape == "fixed" else delay.sample(self.draw(table.kind, id), f"delay/{step.name}")
        self.schedule(
            later(self.now, span),
            {
                "does": "step",
                "resource": resource,
                "lifecycle_kind": table.kind,
                "lifecycle": table.name,
                "step": step.name,
                "attempt": 1 + self._failures(resource, step.name),
                "done": done,
            },
            number,
        )

    def note_failure(self, resource: str, step: str) -> None:
        """A step of a resource has failed: when it is tried again, that is its next attempt."""
        self.put(FAILURE, f"{resource}/{step}", {"count": self._failures(resource, step) + 1})

    def _failures(self, resource: str, step: str) -> int:
        return int((self.get(FAILURE, f"{resource}/{step}") or {"count": 0})["count"])

    def reschedule(self, entry: Document, span: Microseconds, effect: Document) -> None:
        """The same entry again after `span`, with what will then go wrong: faults are asked once for each step."""
        self.put_entry({**entry, "due": later(self.now, span), "effect": effect, "state": "pending"})

    def shelve(self, entry: Document, state: str) -> None:
        """Keep an entry out of the order of due times: held until released, stalled for ever, or being sent."""
        self.put(AGENDA, str(entry["id"]), {**entry, "state": state})

    # Holds and faults

    def is_held(self, entry: Document) -> bool:
        hold = self.get(HOLD, entry["step"])
        return hold is not None and f"{entry['resource']}/".startswith(f"{hold.get('resource') or entry['resource']}/")

    def release(self, step: str) -> int:
        """Open a gate; what it held is due now. How many entries that were."""
        self.delete(HOLD, step)
        held = [entry for entry in self.find(AGENDA, state="held") if entry["step"] == step]
        for entry in held:
            self.put_entry({**entry, "state": "pending", "due": self.now})
        return len(held)

    def claim_step_fault(self, entry: Document) -> Document:
        return faults.claim_step(self, entry)
