"""The segments' own grammar of filters: `field operator value`, with `,` for and, `|` for or, and parentheses; finds no segment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from mockenv.store.base import Document

Test = Callable[[Document], bool]
_CONDITION = re.compile(r"\s*(\w+)\s+(equals|anyOf|exists)\s+(\[[^\]]*\]|\"(?:[^\"\\]|\\.)*\"|[^,|()\s]+)\s*")
DEEPEST = 20


def read_filter(text: str) -> Test:
    """Raises ValueError for what is not of that grammar."""
    test, rest = _either(text, 0)
    if rest.strip():
        raise ValueError(rest)
    return test


def _either(text: str, depth: int) -> tuple[Test, str]:
    if depth > DEEPEST:
        raise ValueError(text)
    one, rest = _both(text, depth)
    while rest.lstrip().startswith("|"):
        other, rest = _both(rest.lstrip()[1:], depth)
        one = _join(any, one, other)
    return one, rest


def _both(text: str, depth: int) -> tuple[Test, str]:
    one, rest = _single(text, depth)
    while rest.lstrip().startswith(","):
        other, rest = _single(rest.lstrip()[1:], depth)
        one = _join(all, one, other)
    return one, rest


def _join(how: Callable[[list[bool]], bool], one: Test, other: Test) -> Test:
    return lambda segment: how([one(segment), other(segment)])


def _single(text: str, depth: int) -> tuple[Test, str]:
    if text.lstrip().startswith("("):
        test, rest = _either(text.lstrip()[1:], depth + 1)
        if not rest.lstrip().startswith(")"):
            raise ValueError(rest)
        return test, rest.lstrip()[1:]
    found = _CONDITION.match(text)
    if found is None:
        raise ValueError(text)
    field, operator, value = found.groups()
    return _condition(field, operator, _value(value)), text[found.end() :]


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _condition(field: str, operator: str, value: Any) -> Test:
    values = [str(one) for one in (value if isinstance(value, list) else [value])]
    match field, operator:
        case "query", "equals":
            return lambda one: any(_holds(one, part.casefold()) for part in values)
        case "tags", "anyOf":
            wanted = {tag.casefold() for tag in values}
            return lambda one: bool(wanted & {tag.casefold() for tag in one["tags"]})
        case "includedKeys", "anyOf":
            return lambda one: one["key"] in values
        case "excludedKeys", "anyOf":
            return lambda one: one["key"] not in values
        case ("unbounded", "equals") | ("external", "exists"):
            return lambda one: value is False  # big and synced segments are not imitated
    raise ValueError(field)


def _holds(one: Document, part: str) -> bool:
    return any(part in one.get(name, "").casefold() for name in ("key", "name", "description"))
