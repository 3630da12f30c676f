"""A document with the bodies that a person says it should have had; reads no files and knows no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.contract.document import JSON, Document, make_document

Json = dict[str, Any]
TAKES, ANSWERS = "takes", "answers"
"""What a model's operation says of the bodies: their schemas, in place of those of the document."""


def mended_by(document: Document, told: Any) -> Document | None:
    """The document with those schemas in it; None where a model says nothing of any."""
    wanted = {
        id: one
        for id, one in (told.items() if isinstance(told, Mapping) else ())
        if isinstance(one, Mapping) and one.keys() & {TAKES, ANSWERS} and id in document.operations
    }
    if not wanted:
        return None
    paths = {path: dict(item) for path, item in document.content["paths"].items()}
    for id, one in wanted.items():
        operation = document.operations[id]
        item, method = paths[operation.path], operation.method.lower()
        item[method] = _mended(item[method], one)
    return make_document(document.name, {**document.content, "paths": paths}, document.source)


def _mended(node: Json, one: Mapping[str, Any]) -> Json:
    found = dict(node)
    if one.get(TAKES) is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": one[TAKES]}}}
    if one.get(ANSWERS) is not None:
        good = [key for key in node["responses"] if key.startswith("2")] or ["200"]
        body = {"content": {JSON: {"schema": one[ANSWERS]}}}
        found["responses"] = {
            **node["responses"],
            **{key: {"description": "", **node["responses"].get(key, {}), **body} for key in good},
        }
    return found
