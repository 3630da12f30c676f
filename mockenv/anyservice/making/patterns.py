"""A text that a regular expression matches, drawn; knows nothing of schemas."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from mockenv.kernel.values.chance import Draw

MOST = 12
"""So many more than must be are not made of what may be repeated without end."""
ANY = "abcdefghijklmnopqrstuvwxyz0123456789"


def text_for(pattern: str) -> Callable[[Draw, str], str] | None:
    """What draws texts for a pattern; None where it says more than can be drawn from."""
    try:
        parsed = import_module("re._parser").parse(pattern)  # Python's own, with no public name
    except (re.error, RecursionError):
        return None
    compiled = re.compile(pattern)

    def draw_text(draw: Draw, purpose: str) -> str:
        return _Writer(draw, purpose).write(parsed)

    try:
        return draw_text if compiled.search(draw_text(Draw(0, "pattern", 0), "try")) else None
    except (KeyError, ValueError, IndexError, TypeError):
        return None


class _Writer:
    def __init__(self, draw: Draw, purpose: str) -> None:
        self._draw, self._purpose, self._count, self._groups = draw, purpose, 0, dict[int, str]()

    def write(self, parsed: Any) -> str:
        return "".join(self._one(str(op), argument) for op, argument in parsed)

    def _one(self, op: str, argument: Any) -> str:
        if op == "LITERAL":
            return chr(argument)
        if op == "NOT_LITERAL":
            return self._pick([one for one in ANY if one != chr(argument)])
        if op == "ANY":
            return self._pick(ANY)
        if op == "IN":
            return self._pick(_set(argument))
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(*argument)
        if op == "SUBPATTERN":
            text = self.write(argument[3])
            self._groups[argument[0] or 0] = text
            return text
        if op == "BRANCH":
            return self.write(argument[1][self._number(len(argument[1]))])
        if op == "GROUPREF":
            return self._groups[argument]
        if op in ("AT", "ASSERT", "ASSERT_NOT"):
            return ""
        raise ValueError(op)

    def _repeat(self, least: Any, most: Any, inner: Any) -> str:
        most = min(int(most), max(int(least), 1) + MOST)
        count = int(least) if least else min(most, 1 + self._number(max(1, most)))
        if most > 1 and int(least) == 1:
            count = min(most, 8)
        return "".join(self.write(inner) for _ in range(count))

    def _pick(self, choices: Any) -> str:
        return str(choices[self._number(len(choices))])

    def _number(self, below: int) -> int:
        self._count += 1
        return self._draw.number(f"{self._purpose}/{self._count}") % below


def _set(parts: Any) -> list[str]:
    """The characters that a set in brackets allows, the plain ones."""
    allowed: list[str] = []
    negated = False
    for op, argument in parts:
        name = str(op)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            allowed.append(chr(argument))
        elif name == "RANGE":
            allowed += [chr(code) for code in range(argument[0], min(argument[1], argument[0] + 127) + 1)]
        elif name == "CATEGORY":
            allowed += _CATEGORIES[str(argument)]
    if negated:
        return [one for one in ANY + "-_.ABC" if one not in allowed]
    plain = [one for one in allowed if one.isalnum() and one.isascii()]
    return plain or allowed


_CATEGORIES = {
    "CATEGORY_DIGIT": list("0123456789"),
    "CATEGORY_WORD": list(ANY),
    "CATEGORY_SPACE": [" "],
    "CATEGORY_NOT_SPACE": list(ANY),
    "CATEGORY_NOT_DIGIT": list("abcdefghijklmnopqrstuvwxyz"),
    "CATEGORY_NOT_WORD": list("-. "),
}
