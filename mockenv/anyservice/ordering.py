"""In which order a list is wanted: the ways in which that is written, and which member a word means; sorts nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mockenv.anyservice.dotted import node_at
from mockenv.anyservice.model import Resource
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat

WAYS: Mapping[str, bool] = {"asc": False, "ascending": False, "1": False, "desc": True, "descending": True, "-1": True}
"""What says which way round → whether the last comes first."""
BEHIND = re.compile(r"(.+?)(?:[\s:.|_-]*(asc|ascending|desc|descending)|[\s:]+(-?1))", re.IGNORECASE)
BEFORE = re.compile(r"(asc|ascending|desc|descending)[\s:(]+(.+?)\)?", re.IGNORECASE)
CREATED = (
    *("createdat", "created", "createtime", "creationdate", "createdon", "creationtime", "createddate", "creationtimestamp"),
    *("datecreated", "insertedat", "createtimestamp", "createdtime", "date"),
)
ALIKE = (
    CREATED,
    ("updatedat", "updated", "updatetime", "modifiedat", "modified", "lastmodified", "lastupdated", "lastupdatedat", "updatedon"),
    ("name", "displayname", "title", "label", "fullname"),
    ("status", "state", "phase"),
)
"""Words that mean the same, the likeliest first."""
ENDS = ("at", "on", "date", "time", "name", "id", "count")
INNER = frozenset({"attributes", "metadata", "properties", "spec", "status", "data"})
"""Members whose own members are the thing's."""

Meant = Callable[[str], str | None]
"""From a word to the member that it means; None where there is none."""


class Key(NamedTuple):
    """One of the things that a list is sorted by."""

    word: str
    member: str
    """Dotted; empty: the order of creation."""
    is_down: bool | None
    """Whether the last comes first; None where it is not said here."""


def way_of(value: Any, parameter: str = "") -> bool | None:
    """Whether the last comes first, by what such a parameter says; None where it says something else."""
    if isinstance(value, bool):
        return value is not flat(parameter).startswith("asc")
    return WAYS.get(str(value).strip().lower())


def read_keys(value: Any, meant: Meant) -> tuple[list[Key], list[str]]:
    """`-created_at,name:desc`, or a list of such, the most important first; and what means nothing."""
    keys: list[Key] = []
    strange: list[str] = []
    for text in _pieces(value):
        key, way = _read(text, meant), way_of(text)
        if key is not None:
            keys.append(key)
        elif way is not None and keys:  # `name,desc`, as Spring has it
            keys[-1] = keys[-1]._replace(is_down=way)
        else:
            strange.append(text)
    return keys, strange


def _pieces(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        yield from filter(None, (part.strip() for part in str(one).split(",")))


def _read(text: str, meant: Meant) -> Key | None:
    """A word as it is, before it is one with a direction: there are members called `code_desc`."""
    word, sign = text.lstrip("+-"), text[0] if text[0] in "+-" else ""
    found = [(word, {"-": True, "+": False}.get(sign))]
    if behind := BEHIND.fullmatch(word):
        found.append((behind[1], WAYS[(behind[2] or behind[3]).lower()]))
    if before := BEFORE.fullmatch(word):
        found.append((before[2], WAYS[before[1].lower()]))
    return next((Key(name, member, way) for name, way in found if (member := meant(name))), None)


class Members:
    """The members of one sort of thing, by the words that designers have for them."""

    def __init__(self, resource: str, told: Resource, view: View, views: Views) -> None:
        self._resource, self._told, self._view, self._views = flat(resource), told, view, views
        self._known: dict[str, str] = {flat(name): name for name in reversed(view.members)}
        for name, node in view.members.items():
            for inner in views.of(node).members:
                for word in (f"{name}.{inner}", *([inner] if flat(name) in INNER else [])):
                    self._known.setdefault(flat(word), f"{name}.{inner}")

    def __call__(self, word: str) -> str | None:
        """Of a thing that the document does not describe, every word may be one."""
        if not self._view.members or node_at(self._views, self._view, word) is not None:
            return word
        return next((self._known[one] for one in self._likely(flat(word)) if one in self._known), None) or self._own(flat(word))

    def _likely(self, word: str) -> Iterator[str]:
        yield word
        for alike in ALIKE:
            yield from alike if word in alike else ()
        yield from (word + end for end in ENDS)
        if word != self._resource:
            yield word.removeprefix(self._resource)

    def _own(self, word: str) -> str | None:
        """What every thing has, whatever it is called there."""
        return {"id": self._told.key.member, "key": self._told.key.member, "status": self._told.status}.get(word) or None
