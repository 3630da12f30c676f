"""Lists in the order that a query asks for; how that is written, `ordering` knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockenv.anyservice.model import Sorting
from mockenv.anyservice.ordering import CREATED, Meant, read_keys, way_of
from mockenv.anyservice.words import flat
from mockenv.store.base import Document

FIELDS = ("by", "field", "name", "key", "column", "property")
ORDERS = ("order", "direction", "dir", "way")
LONGEST = 64

Value = Callable[[Document, str], Any]
"""What a thing has in a member, as clients see it."""


class Order(NamedTuple):
    """What a list is sorted by, the most important first."""

    keys: Sequence[tuple[str, bool]]
    """(member, whether the last comes first); an empty member is the order of creation."""
    strange: Sequence[str] = ()
    """What was asked for, and has no effect."""

    @property
    def is_of_creation(self) -> bool:
        """Whether the store has it in that order."""
        return all(not member for member, _ in self.keys)

    @property
    def is_reversed(self) -> bool:
        return self.is_of_creation and bool(self.keys) and self.keys[0][1]


AS_MADE = Order(())


def order_of(told: Sorting, query: Mapping[str, Any], raw: Mapping[str, Sequence[str]], meant: Meant) -> Order:
    """What a query asks for, or what the list is in the order of without it."""
    asked = [query[told.by]] if told.by in query else [*_inner(told.by, raw)]
    keys, strange = read_keys(_joined(asked), lambda word: told.members.get(word) or meant(word))
    if not keys:
        keys, _ = read_keys(told.default, meant)
    way = way_of(query[told.order], told.order) if told.order in query else None
    is_down = told.descending if way is None else way
    if told.order in query and way is None:
        strange.append(str(query[told.order]))
    found = [(key.member, is_down if key.is_down is None else key.is_down) for key in keys] or [("", is_down)]
    return Order(found, [f"{told.by or told.order}={word[:LONGEST]}" for word in strange])


def _joined(asked: Sequence[Any]) -> list[Any]:
    return [inner for one in asked for inner in (one if isinstance(one, list) else [one])]


def _inner(by: str, raw: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """`sort[name]=desc`, or `sort[field]=name` with `sort[order]=desc`."""
    told = {name[len(by) + 1 : -1]: values[-1] for name, values in raw.items() if by and name.startswith(f"{by}[")}
    field = next((told[name] for name in FIELDS if name in told and way_of(told[name]) is None), "")
    if field:
        yield f"{field}:{next((told[name] for name in ORDERS if name in told), 'asc')}"
        return
    yield from (f"{name}:{value}" for name, value in told.items() if name)


def sorted_by(order: Order, found: Sequence[Document], value: Value) -> list[Document]:
    """Things that are alike stay in the order of creation, and those that have none of it come last, whichever way round."""
    rows = list(found)
    for member, is_down in reversed(order.keys):
        ranked = [(_rank(one, member, value), one) for one in rows]
        there = [pair for pair in ranked if pair[0] is not None]
        there.sort(key=_first, reverse=is_down)
        rows = [one for _, one in there] + [one for rank, one in ranked if rank is None]
    return rows


def _first(pair: tuple[Any, Document]) -> Any:
    return pair[0]


def _rank(document: Document, member: str, value: Value) -> tuple[Any, ...] | None:
    """Numbers before texts. Of what was made in the same moment, what was made later is later."""
    if not member:
        return (document["ordinal"],)
    found = value(document, member)
    if isinstance(found, dict):
        found = next((found[name] for name in ("slug", "id", "name") if name in found), None)
    if not isinstance(found, str | int | float):
        return None
    later = (document["ordinal"],) if flat(member.rpartition(".")[2]) in CREATED else ()
    return (isinstance(found, str), found, *later)
