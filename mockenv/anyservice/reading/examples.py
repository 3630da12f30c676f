"""Bodies that a document shows and does not describe: a schema made of the example; knows no operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

PLAIN: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
SAYS = ("$ref", "properties", "items", "allOf", "oneOf", "anyOf", "enum", "additionalProperties")
"""A schema with one of these says something of its own."""


def with_schema(content: Json) -> Json:
    """The same body, with a schema that says what its example shows, where its own says nothing."""
    schema = content.get("schema")
    shown = _shown(content)
    if shown is None or (isinstance(schema, Mapping) and (schema.keys() & {*SAYS} or not _fits(schema, shown))):
        return content
    return {**content, "schema": {**(schema or {}), **schema_of(shown)}}


def schema_of(value: Any) -> Json:
    """What a value like this is: its members are those that are shown, none of them is required, and each is an example."""
    if isinstance(value, Mapping):
        return {"type": "object", "properties": {str(name): schema_of(one) for name, one in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0]) if value else {}}
    kind = PLAIN.get(type(value))
    return {"type": kind, "example": value} if kind else {}


def _shown(content: Json) -> Any:
    """The example of a body: an object or a list; None where it has none."""
    schema = content.get("schema")
    several = content.get("examples")
    first = next(iter(several.values()), None) if isinstance(several, Mapping) else None
    told = (
        content.get("example"),
        first.get("value") if isinstance(first, Mapping) else None,
        schema.get("example") if isinstance(schema, Mapping) else None,
    )
    return next((one for one in told if isinstance(one, Mapping | list) and one), None)


def _fits(schema: Mapping[str, Any], shown: Any) -> bool:
    wanted = "array" if isinstance(shown, list) else "object"
    return bool(schema.get("type", wanted) == wanted)
