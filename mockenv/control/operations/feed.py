"""What happens in a sandbox, as server-sent events that a client can take up where it was cut off; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from mockenv.control.names import kinds_of
from mockenv.control.operations.deliveries import show_delivery
from mockenv.control.operations.evidence import label_of, show_event, show_fired
from mockenv.control.operations.time import show_clock, show_entry
from mockenv.control.operations.trouble import show_fault, show_hold
from mockenv.control.plane import ControlPlane
from mockenv.control.words import GONE
from mockenv.kernel.events.deliveries import DELIVERY
from mockenv.kernel.events.event import EVENT
from mockenv.kernel.faults import FAULT
from mockenv.kernel.lifecycles.holds import HOLD
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.unit.work import Work
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.showing import show_line
from mockenv.store.base import Document

MOST = 250
"""So much of each sort is told at a time: whoever falls behind further than the rings reach hears how much was missed."""
MOST_REQUESTS = 50
"""Of a burst of requests the newest so many are told: the journal has the others."""
BEGINNING = b"retry: 1000\n\n"

Told = tuple[str, Mapping[str, Any]]
"""An event's name and its data."""
Shower = Callable[[Work, Document], dict[str, Any]]

SHOWN: Mapping[str, tuple[str, Shower]] = {
    AGENDA: ("agenda", show_entry),
    EVENT: ("event", lambda work, event: show_event(event)),
    DELIVERY: ("delivery", lambda work, delivery: show_delivery(delivery)),
    FAULT: ("fault", lambda work, rule: show_fault(rule)),
    HOLD: ("hold", show_hold),
}
"""What of the kernel's own documents is told, as the lists of the control plane show it."""


class Place(NamedTuple):
    """How far somebody has read: in which world, and up to which numbers. Spelled out it is an event's id."""

    world: str
    changes: int
    fired: int
    requests: int

    def __str__(self) -> str:
        return f"{self.world}.{self.changes}.{self.fired}.{self.requests}"


def parse_place(text: str) -> Place | None:
    """What an id says; None for one that is not ours."""
    world, *numbers = text.split(".")
    if len(numbers) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in numbers):
        return None
    return Place(world, *map(int, numbers))


class Feed:
    """One client's reading of one sandbox."""

    def __init__(self, plane: ControlPlane, sandbox: Sandbox, last_id: str | None) -> None:
        self._sandbox, self._kinds = sandbox, frozenset(kinds_of(plane))
        self._is_new, self._is_over = last_id is None, False
        self._place = (parse_place(last_id) if last_id else None) or Place("", 0, 0, 0)
        self._clock: Mapping[str, Any] = {}
        self._beginning = BEGINNING

    def read(self) -> bytes | None:
        """What there is to tell since the last time; None once the sandbox is gone and that has been told."""
        if self._is_over:
            return None
        beginning, self._beginning = self._beginning, b""
        return beginning + b"".join(self._spell(*told) for told in self._tell())

    def _spell(self, event: str, data: Mapping[str, Any]) -> bytes:
        return b"event: %b\nid: %b\ndata: %b\n\n" % (event.encode(), str(self._place).encode(), orjson.dumps(data))

    def _tell(self) -> Iterator[Told]:
        """The place moves along with what is told."""
        if self._sandbox.is_gone:
            self._is_over = True
            yield "gone", {"sandbox": self._sandbox.name}
            return
        yield from self._arrive()
        yield from self._miss()
        yield from self._changes()
        yield from self._fired()
        yield from self._requests()
        yield from self._time()

    def _arrive(self) -> Iterator[Told]:
        """In a world that it knows nothing of yet: what was before is there to be asked for."""
        sandbox = self._sandbox
        if self._place.world != sandbox.world:
            self._place = Place(sandbox.world, sandbox.changes.last, sandbox.fired.last, sandbox.journal.last)
            yield "hello" if self._is_new else "reset", {"sandbox": sandbox.name}
        self._is_new = False

    def _miss(self) -> Iterator[Told]:
        """Say what has fallen out of the rings, and how many requests there were beyond those that are told."""
        sandbox, place = self._sandbox, self._place
        self._place = place._replace(
            changes=max(place.changes, sandbox.changes.dropped),
            fired=max(place.fired, sandbox.fired.dropped),
            requests=max(place.requests, sandbox.journal.last - MOST_REQUESTS),
        )
        if self._place != place:
            yield (
                "missed",
                {name: getattr(self._place, name) - getattr(place, name) for name in ("changes", "fired", "requests")},
            )

    def _changes(self) -> Iterator[Told]:
        """Each document that has changed, once, as it is now."""
        news = self._sandbox.changes.after(self._place.changes, MOST)
        latest = {name: number for number, name in news}
        with self._sandbox.unit() as work:
            found = [(number, self._show(work, kind, id)) for (kind, id), number in latest.items()]
        for number, told in sorted((one for one in found if one[1]), key=lambda one: one[0]):
            self._place = self._place._replace(changes=number)
            assert told is not None  # filtered above
            yield told
        if news:
            self._place = self._place._replace(changes=news[-1][0])

    def _show(self, work: Work, kind: str, id: str) -> Told | None:
        document = work.get(kind, id)
        if kind in SHOWN:
            event, show = SHOWN[kind]
            return event, show(work, document) if document else {"id": id, "gone": True}
        if kind not in self._kinds:
            return None
        provider, _, short = kind.partition("/")
        status = document.get("status") if document else GONE
        line = {"name": f"{kind}/{id}", "provider": provider, "kind": short, "id": id}
        return "resource", {**line, "label": label_of(document), "status": status}

    def _fired(self) -> Iterator[Told]:
        for number, one in self._sandbox.fired.after(self._place.fired, MOST):
            self._place = self._place._replace(fired=number)
            yield "fired", show_fired(number, one)

    def _requests(self) -> Iterator[Told]:
        for entry in self._sandbox.journal.newest(MOST_REQUESTS, after=self._place.requests):
            self._place = self._place._replace(requests=entry.number)
            yield "request", show_line(entry)

    def _time(self) -> Iterator[Told]:
        """When something else than the passing of time has changed the clock, or what it will do next."""
        clock = show_clock(self._sandbox)
        told = {**clock, "now": None} if clock["mode"] == "real" else clock
        if told != self._clock:
            self._clock = told
            yield "clock", clock
