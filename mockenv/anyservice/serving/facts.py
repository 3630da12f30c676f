"""Filling in what is known by name, wherever in a body it is asked for: a page's total, an error's message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockenv.anyservice.making.scalars import CHECKS, is_allowed
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.words import flat

DEEPEST = 3
BLANK: Mapping[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False}
TYPES: Mapping[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}

Facts = Mapping[str, Any]
"""What is known, by flat name; `None` says that there is nothing: null where that may be, else left out."""
Fill = Callable[[dict[str, Any], Facts], None]


class Filler:
    """Puts facts into the bodies of one schema; where they belong is found once."""

    def __init__(self, views: Views, root: Node | None, names: Mapping[str, Sequence[str]], but: str = "") -> None:
        """`names` are those that there are facts for, with the types that each can always have; `but` is the dotted place that
        holds something else."""
        self._views, self._names, self._but = views, names, but
        self._places = self._find(views.of(root), (), 0) if root is not None else []
        self.keys = {key for _, key, _, _ in self._places}
        self.spared = {
            flat("-".join(path[-2:])): BLANK[view.type]
            for path, key, view, _ in self._places
            if view.type in names[key] and not view.facts.keys() & CHECKS
        }
        """What need not be drawn since it is always filled in, under the names that makers know it by."""

    def __call__(self, body: Any, facts: Facts) -> None:
        if not isinstance(body, dict):
            return
        for path, key, view, is_required in self._places:
            if key in facts:
                self._put(body, path, facts[key], view, is_required=is_required)

    def _find(self, view: View, path: tuple[str, ...], depth: int) -> list[tuple[tuple[str, ...], str, View, bool]]:
        found: list[tuple[tuple[str, ...], str, View, bool]] = []
        for name, node in view.members.items():
            inner, whole = self._views.of(node), (*path, name)
            if ".".join(whole) == self._but:
                continue
            if inner.is_object:
                found += self._find(inner, whole, depth + 1) if depth < DEEPEST else []
            elif flat(name) in self._names:
                found.append((whole, flat(name), inner, name in view.required))
        return found

    @staticmethod
    def _put(body: dict[str, Any], path: tuple[str, ...], value: Any, view: View, *, is_required: bool) -> None:
        *before, last = path
        inner: Any = body
        for name in before:
            if not isinstance(inner.get(name), dict):
                if value is None:
                    return
                inner[name] = {}
            inner = inner[name]
        fitting = _fitting(value, view)
        if fitting is not None or (value is None and view.is_nullable):
            inner[last] = fitting
        elif value is None:
            if is_required:
                inner[last] = BLANK.get(view.type)
            else:
                inner.pop(last, None)


def _fitting(value: Any, view: View) -> Any:
    """The fact as the schema has it; None where it cannot be one."""
    if isinstance(value, list):
        value = next((one for one in value if is_allowed(view, one)), None)
    if value is None:
        return None
    if view.type == "string" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if is_allowed(view, value) else None
