"""Records of a fixture, checked by a marshmallow schema: the first thing that is wrong becomes one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from mockenv.errors import BadInput, UnknownName


def load_section(schema: Schema, section: Any, where: str) -> dict[str, Any]:
    """A section as `schema` reads it. Raises BadInput that names the key."""
    if not isinstance(section, Mapping):
        raise BadInput(where, "", "is not a mapping")
    try:
        loaded: dict[str, Any] = schema.load(section)
    except ValidationError as error:
        raise _first(dict(error.messages_dict), schema, where, "") from None
    return loaded


def _first(messages: Any, schema: Any, where: str, key: str) -> BadInput:
    name, inner = next(iter(messages.items()))
    path = f"{key}.{name}" if key else str(name)
    fields = getattr(schema, "fields", {})
    if inner == ["Unknown field."]:
        return UnknownName(where, path, name, fields)
    if isinstance(inner, Mapping):
        below = fields.get(name) if isinstance(name, str) else schema
        nested = getattr(below, "schema", None) or getattr(getattr(below, "inner", None), "schema", None) or below
        return _first(inner, nested, where, path)
    return BadInput(where, path, str(inner[0]))
