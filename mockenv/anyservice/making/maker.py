"""Whole values from schemas: each schema becomes a function once, which makes as many as are wanted."""

from __future__ import annotations

from typing import Any

from mockenv.anyservice.making.scalars import Make, scalar
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat, parts

SHALLOW = 2
"""So deep what need not be there is there all the same."""
DEEPEST = 12
ABSENT = frozenset(
    [
        *("deleted", "archived", "expires", "expiry", "expiration", "finished", "ended", "failed", "failure", "error", "errors"),
        *(
            "reason",
            "suspended",
            "canceled",
            "cancelled",
            "revoked",
            "parent",
            "completed",
            "removed",
            "disabled",
            "previous",
            "next",
        ),
        *("pending", "restore", "restored", "retry", "scheduled", "maintenance"),
        *("warning", "warnings", "deprecation", "deprecated", "last", "stopped", "paused", "blocked", "locked", "trial", "billing"),
    ]
)
"""Of these words are the names of what is not there at first: left out where it may be, null where it may be that."""


class Maker:
    """Makes values for the schemas of one document."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self._known: dict[tuple[str, str, int], Make] = {}
        self._members: dict[tuple[str, int], list[tuple[str, Make]]] = {}

    def make(self, node: Node, making: Making, purpose: str = "", name: str = "") -> Any:
        """A value that the schema allows."""
        return self.of(node, name, 0)(making, purpose)

    def of(self, node: Node | None, name: str, depth: int) -> Make:
        """What makes values for a schema, as the member `name` of something."""
        view = self.views.of(node)
        key = (view.pointer, name, depth)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._compile(view, name, depth)
        return known

    def members(self, view: View, depth: int = 0) -> list[tuple[str, Make]]:
        """What makes the members of a thing that are there from the beginning."""
        key = (view.pointer, depth)
        known = self._members.get(key)
        if known is None:
            known = self._members[key] = [
                (name, self._known_or(node, name, depth))
                for name, node in view.members.items()
                if self._is_there(view, name, node, depth)
            ] + [(name, _nothing) for name in sorted(view.required) if name not in view.members]
        return known

    def _known_or(self, node: Node, name: str, depth: int) -> Make:
        make, key, whole = self.of(node, name, depth + 1), flat(name), self.views.of(node)
        if whole.is_object or whole.type == "array":
            return make
        return _known_first(make, key, whole)

    def _is_there(self, view: View, name: str, node: Node, depth: int) -> bool:
        inner = self.views.of(node)
        if inner.facts.get("writeOnly") is True:
            return False
        if name in view.required or (inner.facts.get("readOnly") is True and depth < SHALLOW):
            return True
        if set(parts(name)) & ABSENT and not inner.is_nullable:
            return False
        return depth < SHALLOW and not (inner.is_object and depth + 1 >= SHALLOW)

    def _compile(self, view: View, name: str, depth: int) -> Make:
        if depth > DEEPEST:
            return lambda making, purpose: None if view.is_nullable else [] if view.type == "array" else {}
        if view.is_nullable and (set(parts(name)) & ABSENT or depth > SHALLOW or not view.types):
            return lambda making, purpose: None
        if view.is_object:
            return self._object(view, name, depth)
        if view.type == "array":
            return self._array(view, name, depth)
        if view.type == "" and not {"enum", "const", "example", "default"} & view.facts.keys() and not view.variants:
            return lambda making, purpose: {}
        return scalar(view, name)

    def _object(self, view: View, name: str, depth: int) -> Make:
        members: list[tuple[str, Make]] | None = None

        def make(making: Making, purpose: str) -> dict[str, Any]:
            nonlocal members
            if members is None:  # only now: schemas may be within themselves
                members = self._nested(view, name, depth)
            return {member: one(making, f"{purpose}.{member}") for member, one in members}

        return make

    def _nested(self, view: View, name: str, depth: int) -> list[tuple[str, Make]]:
        """The members of an inner object: what is known of the outer one has the outer's name before it."""
        found: list[tuple[str, Make]] = []
        for member, node in view.members.items():
            if self._is_there(view, member, node, depth):
                make, key = self.of(node, member, depth + 1), flat(f"{name}-{member}")
                found.append((member, _known_first(make, key, self.views.of(node))))
        return found + [(one, _nothing) for one in sorted(view.required) if one not in view.members]

    def _array(self, view: View, name: str, depth: int) -> Make:
        least = view.facts.get("minItems", 0)
        if not isinstance(least, int) or least < 1:
            return lambda making, purpose: []
        make = self.of(view.items, name, depth + 1)
        return lambda making, purpose: [make(making, f"{purpose}[{at}]") for at in range(least)]


def _nothing(making: Making, purpose: str) -> str:
    """What is required and described nowhere."""
    return ""


def _known_first(make: Make, key: str, view: View) -> Make:
    """What is known by this name, if it is of the type that is wanted; else what is made."""
    if view.is_object or view.type == "array":
        return make
    kind = view.type

    def known_or_made(making: Making, purpose: str) -> Any:
        if key not in making.known:
            return make(making, purpose)
        value = typed(making.known[key], kind)
        return make(making, purpose) if value is None else value

    return known_or_made


def typed(value: Any, kind: str) -> Any:
    """An id as another schema has it: a number as a text, a text of digits as a number; None where it is neither."""
    if kind == "string":
        return value if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if kind in ("integer", "number"):
        if isinstance(value, str):
            return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    return value
