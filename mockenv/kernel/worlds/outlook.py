"""When an answer can become another one, as far as the agenda tells: what on it concerns what the answer was made from."""

from __future__ import annotations

from typing import NamedTuple

from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.catalogue.lifecycle import Lifecycle
from mockenv.kernel.events import event
from mockenv.kernel.lifecycles import walk
from mockenv.kernel.time.order import node_of
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.unit.seen import Seen, Where
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document, values_in

TOLD_LATER = ("status", "type")
"""Indexes by which nobody can tell now what will be found: a step changes a status, and nobody knows what event it brings. Who
looks for what is active waits for what is pending, too."""


class Outlook(NamedTuple):
    """The nearest end of a step of what is on its way, and the nearest of anything (a term, an attempt of a delivery too)."""

    step: Instant | None
    anything: Instant | None


def outlook(work: Work, seen: Seen) -> Outlook:
    """What is ahead for an answer that was made from what was `seen`. What is held or stalled has no end that is known."""
    entries = sorted(work.find(AGENDA, state="pending"), key=node_of)
    concern = _Concern(work, seen)
    first = None
    for entry in entries:
        if concern.is_about(entry):
            first = entry["due"] if first is None else first
            if _is_on_its_way(work, entry):
                return Outlook(entry["due"], first)
    return Outlook(None, first)


def _is_on_its_way(work: Work, entry: Document) -> bool:
    """Whether something comes to be or goes: neither a term that runs out nor a delivery's retry is progress of a resource."""
    lifecycle = _lifecycle_of(work, entry)
    return lifecycle is not None and lifecycle.step(entry["step"]).until is None


def _lifecycle_of(work: Work, entry: Document) -> Lifecycle | None:
    if entry["does"] != walk.DOES:
        return None
    return work.part(Catalogue).lifecycles[entry["lifecycle_kind"], entry["lifecycle"]]


class _Concern:
    """Whether entries are about what was seen; looks each search up once."""

    def __init__(self, work: Work, seen: Seen) -> None:
        self._work, self._documents, self._searches = work, seen.documents, seen.searches
        self._found: dict[int, set[str]] = {}

    def is_about(self, entry: Document) -> bool:
        resource = entry["resource"]
        if resource in self._documents:
            return True
        provider, sort, id = resource.split("/", 2)
        lifecycle = _lifecycle_of(self._work, entry)
        return any(
            (kind == f"{provider}/{sort}" and id in self._ids(number, kind, where))
            or (lifecycle is not None and (kind in lifecycle.writes or (kind == event.EVENT and _may_tell(where, resource))))
            for number, (kind, where) in enumerate(self._searches)
        )

    def _ids(self, number: int, kind: str, where: Where) -> set[str]:
        """All that a search may find once time has passed."""
        if number not in self._found:
            lasting = [(name, value) for name, values in where.items() if name not in TOLD_LATER for value in values]
            found = [set(self._work.ids(kind, **{name: value})) for name, value in lasting] or [set(self._work.ids(kind))]
            self._found[number] = set.intersection(*found)
        return self._found[number]


def _may_tell(where: Where, resource: str) -> bool:
    """Whether an event about a resource could be found so."""
    [kind] = event.KINDS
    told = {name: values_in(index({"resource": resource, "type": None})) for name, index in kind.indexes.items()}
    return all(value in told[name] for name, values in where.items() if name not in TOLD_LATER for value in values)
