"""A body that was sent, beside the schema that its operation has for it: member by member, down to the innermost; judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockenv.contract.document import JSON, Document
from mockenv.control.report.story import Asked

Schema = Mapping[str, Any]
UNBOUNDED = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf")
"""Where one of these stands, a member that is not among the properties may be known all the same."""


def node_of(asked: Asked) -> Schema:
    """The operation, as the document has it; empty where it has none."""
    if asked.operation is None:
        return {}
    node: Schema = asked.provider.document.content["paths"][asked.operation.path][asked.operation.method.lower()]
    return node


def members_of(asked: Asked) -> Iterator[tuple[str, Schema | None]]:
    """Each member of the JSON that was sent, by its path (`environments[].key`), with its schema, or None where it has none."""
    document = asked.provider.document
    body = document.resolve(node_of(asked).get("requestBody") or {})
    schema = body.get("content", {}).get(JSON, {}).get("schema") or {}
    return _members(document, schema, asked.body, "")


def _members(document: Document, schema: Schema, value: Any, path: str) -> Iterator[tuple[str, Schema | None]]:
    schema = document.resolve(schema)
    if isinstance(value, list):
        for one in value:
            yield from _members(document, schema.get("items") or {}, one, f"{path}[]")
    if not isinstance(value, dict) or "properties" not in schema:
        return
    for name, member in value.items():
        place, known = f"{path}.{name}".lstrip("."), schema["properties"].get(name)
        if known is not None:
            yield place, document.resolve(known)
            yield from _members(document, known, member, place)
        elif not any(word in schema for word in UNBOUNDED):
            yield place, None
