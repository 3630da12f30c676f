"""What a document calls deprecated works today and is gone one day."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.bodies import members_of, node_of
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
    node, document = node_of(asked), asked.provider.document
    if asked.operation and node.get("deprecated"):
        yield asked.operation.id
    for parameter in map(document.resolve, node.get("parameters", ())):
        given = asked.query if parameter["in"] == "query" else asked.entry.request_headers if parameter["in"] == "header" else ()
        name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
        if parameter.get("deprecated") and name in given:
            yield f"the parameter {parameter['name']!r}"
    for name, schema in members_of(asked):
        if schema and schema.get("deprecated"):
            yield f"the member {name!r}"


RULE = Rule(
    "deprecated-member",
    WARNING,
    "Something deprecated was used",
    "Use what the document names in its place, before it is taken away.",
    check,
)
