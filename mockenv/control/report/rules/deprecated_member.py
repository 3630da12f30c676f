"""What a document calls deprecated works today and is gone one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockenv.contract.document import JSON, Document
from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story


def check(story: Story) -> Iterator[Found]:
    told: set[tuple[str, str]] = set()
    for one in story.requests:
        for name in _sent(one):
            key = (one.operation.id if one.operation else "", name)
            if key not in told:
                told.add(key)
                yield Found(f"{one.line} uses {name}, which is deprecated", (one,))


def _sent(asked: Asked) -> Iterator[str]:
    if asked.operation is None:
        return
    document = asked.provider.document
    node = _node(document, asked.operation.path, asked.operation.method)
    if node.get("deprecated"):
        yield asked.operation.id
    for parameter in map(document.resolve, node.get("parameters", ())):
        if parameter.get("deprecated") and parameter["in"] == "query" and parameter["name"] in asked.query:
            yield f"the parameter {parameter['name']!r}"
    schema = document.resolve(document.resolve(node.get("requestBody") or {}).get("content", {}).get(JSON, {}).get("schema") or {})
    if isinstance(asked.body, dict):
        for name, member in schema.get("properties", {}).items():
            if name in asked.body and document.resolve(member).get("deprecated"):
                yield f"the member {name!r}"


def _node(document: Document, path: str, method: str) -> Mapping[str, Any]:
    node: Mapping[str, Any] = document.content["paths"][path][method.lower()]
    return node


RULE = Rule(
    "deprecated-member",
    WARNING,
    "Something deprecated was used",
    "Use what the document names in its place, before it is taken away.",
    check,
)
