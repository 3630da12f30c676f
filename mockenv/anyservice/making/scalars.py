"""One plain value that a schema allows: text, number, truth value; what its name and format ask for within its bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs

from mockenv.anyservice.making.patterns import text_for
from mockenv.anyservice.making.texts import FORMATS, Making, epoch, text_by_name, words
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.words import parts

Make = Callable[[Making, str], Any]

IDENTIFIES = frozenset({"id", "uuid", "uid", "guid", "identifier", "token", "secret", "password", "key", "hash"})
"""Members whose example is no value for another."""
DATES = frozenset({"at", "time", "timestamp", "date", "created", "updated", "modified", "started"})
YES = frozenset({"enabled", "active", "success", "ok", "ready", "available", "healthy", "valid", "verified"})
ZERO = frozenset({"used", "usage", "count", "total", "offset", "errors", "failures", "retries", "seconds", "bytes", "balance"})
PORTS = 5432
MILLISECONDS = 10**12
CHECKED = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "enum",
    "const",
)
CHECKS = frozenset(CHECKED)
TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def scalar(view: View, name: str) -> Make:
    """What makes values for a member of this name."""
    facts, told = view.facts, set(parts(name))
    if "const" in facts:
        return _always(facts["const"])
    if isinstance(facts.get("enum"), list):
        return _always(_chosen(facts))
    if "default" in facts and is_allowed(view, facts["default"]) and facts["default"] is not None:
        return _always(facts["default"])
    example = facts.get(
        "example", next(iter(facts.get("examples") or ()), None) if isinstance(facts.get("examples"), list) else None
    )
    if (
        example is not None
        and not told & (IDENTIFIES | DATES)
        and "date" not in str(facts.get("format"))
        and is_allowed(view, example)
    ):
        return _always(example)
    if view.type == "boolean":
        return _always(bool(told & YES))
    if view.type in ("integer", "number"):
        return _number(view, told, example, is_date=bool(set(parts(name)[-1:]) & DATES))
    return _text(view, name, example)


def is_allowed(view: View, value: Any) -> bool:
    """Whether a plain value is one that the schema allows."""
    if value is None:
        return view.is_nullable
    if not view.facts.keys() & CHECKS:
        return not view.types or _type_of(value) in view.types or (_type_of(value) == "integer" and "number" in view.types)
    schema = {name: view.facts[name] for name in CHECKED if name in view.facts} | ({"type": list(view.types)} if view.types else {})
    try:
        return bool(jsonschema_rs.is_valid(schema, value))
    except (ValueError, jsonschema_rs.ValidationError):
        return False


def _type_of(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return TYPES.get(type(value), "")


def _always(value: Any) -> Make:
    return lambda making, purpose: value


def _chosen(facts: dict[str, Any]) -> Any:
    """Of several values the default, the example's, or the first that says something."""
    choices = facts["enum"]
    for one in (facts.get("default"), facts.get("example")):
        if one is not None and one in choices:
            return one
    return next((one for one in choices if one not in (None, "", "unknown", "unspecified", "UNKNOWN")), choices[0])


def _number(view: View, told: set[str], example: Any, *, is_date: bool) -> Make:
    facts, is_integer = view.facts, view.type == "integer"
    if is_date and not {"minimum", "maximum"} & facts.keys():
        in_milliseconds = isinstance(example, int | float) and example > MILLISECONDS
        return lambda making, purpose: epoch(making.now) * (1_000 if in_milliseconds else 1)
    low, high, step = _bounds(facts, is_integer)
    value: float = 0 if told & ZERO else PORTS if "port" in told else 1
    if told & {"id", "uid"} and not {"maximum", "multipleOf"} & facts.keys():
        return lambda making, purpose: max(int(low or 0), 0) + making.draw.number(purpose) % 1_000_000 + 1
    value = value if low is None else max(value, low)
    value = value if high is None else min(value, high)
    if step:
        value = -(-value // step) * step
    return _always(int(value) if is_integer or value == int(value) else value)


def _bounds(facts: dict[str, Any], is_integer: bool) -> tuple[float | None, float | None, float | None]:
    nudge = 1 if is_integer else 0.5
    low = facts.get("minimum", facts["exclusiveMinimum"] + nudge if "exclusiveMinimum" in facts else None)
    high = facts.get("maximum", facts["exclusiveMaximum"] - nudge if "exclusiveMaximum" in facts else None)
    return low, high, facts.get("multipleOf")


def _text(view: View, name: str, example: Any) -> Make:
    facts = view.facts
    make: Make = FORMATS.get(str(facts.get("format"))) or text_by_name(name)
    if not {"pattern", "minLength", "maxLength"} & facts.keys():
        return make
    least, most = int(facts.get("minLength", 0)), facts.get("maxLength")
    pattern = facts.get("pattern")
    compiled = _compiled(pattern) if pattern else None
    drawn = text_for(pattern) if pattern else None
    fallback = example if isinstance(example, str) and is_allowed(view, example) else None

    def make_within(making: Making, purpose: str) -> Any:
        for candidate in (_fitted(make(making, purpose), least, most), drawn(making.draw, purpose) if drawn else None, fallback):
            if (
                isinstance(candidate, str)
                and _is_within(candidate, least, most)
                and (compiled is None or compiled.search(candidate))
            ):
                return candidate
        return _fitted(words(making.draw, purpose), least, most)

    return make_within


def _is_within(text: str, least: int, most: int | None) -> bool:
    return least <= len(text) and (most is None or len(text) <= most)


def _fitted(text: Any, least: int, most: int | None) -> Any:
    if not isinstance(text, str):
        return text
    text = text if len(text) >= least else text + "x" * (least - len(text))
    return text if most is None else text[:most]


def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
