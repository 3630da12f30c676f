"""JSON from a stranger: read fast, refused in Python's own words, never a value that breaks somebody downstream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

MAX_DEPTH = 100


class BadJSON(ValueError):
    """The text is not JSON that we take; the message is in the words of Python's json module."""


def parse_json(raw: bytes) -> Any:
    """Raises BadJSON for bad syntax, NaN, bad UTF-8, lone surrogates, numbers without end and nests without end."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadJSON(_in_pythons_words(raw) or str(error)) from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
        raise BadJSON(f"Nested deeper than {MAX_DEPTH} levels")
    return value


def has_nul(raw: bytes) -> bool:
    """Whether a string may hold U+0000, which databases behind such services cannot store."""
    return b"\\u0000" in raw


def _in_pythons_words(raw: bytes) -> str | None:
    try:
        json.loads(raw, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return str(error)
    except RecursionError:
        return f"Nested deeper than {MAX_DEPTH} levels"
    except ValueError as error:
        return str(error)
    return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def _deeper_than(value: Any, depth: int) -> bool:
    level: list[Any] = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (inner for inner in value.values() if isinstance(inner, dict | list))
    elif isinstance(value, list):
        yield from (inner for inner in value if isinstance(inner, dict | list))
