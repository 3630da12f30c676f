"""A starting world out of what was seen: how it all stood at the end, or what was there at the start. Knows no service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from mockenv.anyservice.dotted import get, put
from mockenv.provider import Provider
from mockenv.recording.exchange import Exchange
from mockenv.recording.services import Services
from mockenv.recording.sorts import Record, Sort, sorts_of


@dataclass
class _Seen:
    """One thing, as it was first and last seen."""

    first: Record
    last: Record
    parent: str | None
    was_there: bool
    is_gone: bool = False


def harvest(provider: Provider, exchanges: Sequence[Exchange], services: Services, *, at_start: bool) -> dict[str, Any] | None:
    """The provider's section of a fixture: how it all stood at the end, or what was there at the start; None where nothing says how."""
    sorts = sorts_of(provider)
    if not sorts:
        return None
    seen: dict[str, dict[str, _Seen]] = {one.into: {} for one in sorts}
    for exchange in exchanges:
        if exchange.answered.status < 300:
            for sort in sorts:
                _look(exchange, sort, seen, services)
    return _section(sorts, seen, at_start=at_start)


def _look(exchange: Exchange, sort: Sort, seen: dict[str, dict[str, _Seen]], services: Services) -> None:
    match = services.match(exchange.asked)
    if match.operation is None:
        return
    known, id = seen[sort.into], match.operation.id
    named = {name: values[-1] for name, values in parse_qs(exchange.asked.query).items()} | dict(match.params)
    parent = named.get(sort.within.get(id, ""))
    if parent is not None and "/" in sort.into:  # whatever is in it, it was there
        outer = sort.into.rpartition("/")[0]
        seen[outer].setdefault(parent, _Seen({}, {}, None, was_there=True))
    going = named.get(sort.gone.get(id, ""), "")
    if gone := known.get(f"{parent}/{going}" if sort.is_scoped else going):
        gone.is_gone = True
    for wire in _records(exchange.answered.json, sort.operations.get(id), sort.key):
        own = get(wire, sort.key)
        key = f"{parent}/{own}" if sort.is_scoped else str(own)
        one = known.setdefault(key, _Seen(wire, {}, parent, was_there=id not in sort.made))
        one.first = one.first or wire
        one.last = {**one.last, **wire}
        one.parent = one.parent or parent


def _records(body: Any, place: str | None, key: str) -> Iterator[Record]:
    """What stands at a place, if it is records; at the first of several where there are some."""
    for one in [] if place is None else place.split("|"):
        found = get(body, one)
        records = [each for each in (found if isinstance(found, list) else [found]) if get(each, key) is not None]
        if records:
            yield from records
            return


def _section(sorts: Sequence[Sort], seen: Mapping[str, Mapping[str, _Seen]], *, at_start: bool) -> dict[str, Any]:
    section: dict[str, Any] = {}
    made: dict[str, dict[str, Record]] = {one.into: {} for one in sorts}
    for sort in sorts:
        outer, _, name = sort.into.rpartition("/")
        for key, one in seen[sort.into].items():
            if not one.was_there if at_start else one.is_gone:
                continue
            record = _record(sort, key, one.first if at_start else one.last)
            if sort.owner and one.parent is not None:
                record[sort.owner] = one.parent
            made[sort.into][key] = record
            if not outer:
                section.setdefault(name, []).append(record)
            elif one.parent in made[outer]:
                made[outer][one.parent].setdefault(name, []).append(record)
    return section


def _record(sort: Sort, key: str, wire: Record) -> Record:
    wire = dict(wire)
    if not wire:
        put(wire, sort.key, key)
    told = {name: value for name, of in sort.members.items() if (value := get(wire, of)) is not None} if sort.members else wire
    return {**sort.otherwise, **told}
