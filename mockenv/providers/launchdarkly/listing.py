"""`filter` and `sort`: from their texts to what is wanted, and to the page of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.store.base import Document, IndexValue

CREATED = "createdOn"
ALL = 1 << 62


@dataclass
class Wanted:
    """What a list shall hold: found through indexes (`where`, `ids`) as far as they go, then by tests; and its order."""

    where: dict[str, list[IndexValue]] = field(default_factory=dict)
    ids: list[str] | None = None
    tests: list[Callable[[Document], bool]] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    """(field, whether descending), the most important first."""
    ranks: Mapping[str, Callable[[Document], Any]] = field(default_factory=dict)
    """Sort field → what to compare, where that is not the member of that name."""


Condition = Callable[[Wanted, str], None]
"""Adds what a filter's value asks for."""


def by_query(wanted: Wanted, text: str) -> None:
    """A part of the name or the key."""
    part = text.casefold()
    wanted.tests.append(lambda one: part in one["name"].casefold() or part in one["key"].casefold())


def by_tags(wanted: Wanted, text: str) -> None:
    """All of them. The plus between them comes as %2B: a bare one is a space by now, and then it is no such tag."""
    wanted.where.setdefault("tag", []).extend(tag.casefold() for tag in text.split("+"))


def by_critical(wanted: Wanted, text: str) -> None:
    wanted.where.setdefault("critical", []).append(text.casefold() == "true")


def by_keys(wanted: Wanted, text: str) -> None:
    """Any of them. Several such filters must all hold."""
    keys = text.split("|")
    wanted.ids = keys if wanted.ids is None else [key for key in wanted.ids if key in keys]


def read_wanted(call: Call, conditions: Mapping[str, Condition]) -> Wanted:
    """The query's `filter` and `sort`, whose grammar the document has. Raises Refused (400) for another one (a guess)."""
    wanted, query = Wanted(), call.query()
    for part in filter(None, query.get("filter", "").split(",")):
        name, _, value = part.partition(":")
        conditions[name](wanted, value)
    for part in filter(None, query.get("sort", "").split(",")):
        wanted.order.append((part.removeprefix("-"), part.startswith("-")))
    return wanted


def find_page(work: Work, kind: str, wanted: Wanted, offset: int, limit: int) -> tuple[list[Document], int]:
    """A slice of what is wanted, and how much there is of it. Only tests and sorting look at each document in question."""
    if wanted.ids is None and not wanted.tests and all(name == CREATED for name, _ in wanted.order):
        newest_first = bool(wanted.order) and wanted.order[0][1]
        return work.page(kind, wanted.where, offset, limit, newest_first=newest_first)
    found = [one for one in _candidates(work, kind, wanted) if all(test(one) for test in wanted.tests)]
    placed = list(enumerate(found))
    for name, descending in reversed(wanted.order):
        placed.sort(key=lambda pair: _rank(wanted, name, *pair), reverse=descending)
    return [one for _, one in placed[offset : offset + limit]], len(placed)


def _candidates(work: Work, kind: str, wanted: Wanted) -> list[Document]:
    if wanted.ids is None:
        return work.page(kind, wanted.where, 0, ALL)[0]
    named = [one for id in dict.fromkeys(wanted.ids) if (one := work.get(kind, id)) is not None]
    tags = set(wanted.where.get("tag", ()))
    return sorted((one for one in named if tags <= {tag.casefold() for tag in one["tags"]}), key=lambda one: str(one["_id"]))


def _rank(wanted: Wanted, name: str, place: int, document: Document) -> Any:
    if name == CREATED:
        return place
    return wanted.ranks[name](document) if name in wanted.ranks else document[name]
