"""Records of a fixture, checked by a marshmallow schema: each thing that is wrong becomes one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from mockenv.errors import BadInput, Problems, UnknownName


def load_section(schema: Schema, section: Any, where: str) -> dict[str, Any]:
    """A section as `schema` reads it. Raises BadInput that names the key, or Several."""
    if not isinstance(section, Mapping):
        raise BadInput(where, "", "is not a mapping")
    problems = Problems()
    try:
        loaded: dict[str, Any] = schema.load(section)
    except ValidationError as error:
        for one in _each(dict(error.messages_dict), schema, where, ""):
            problems.add(one)
        problems.tell()
    return loaded


def _each(messages: Any, schema: Any, where: str, key: str) -> Iterator[BadInput]:
    fields = getattr(schema, "fields", {})
    for name, inner in messages.items():
        path = f"{key}.{name}" if key else str(name)
        if inner == ["Unknown field."]:
            yield UnknownName(where, path, name, fields)
        elif isinstance(inner, Mapping):
            below = fields.get(name) if isinstance(name, str) else schema
            nested = getattr(below, "schema", None) or getattr(getattr(below, "inner", None), "schema", None) or below
            yield from _each(inner, nested, where, path)
        else:
            yield BadInput(where, path, str(inner[0]))
