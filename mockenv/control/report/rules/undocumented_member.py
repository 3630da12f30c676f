"""A member that the document does not have is passed over in silence: the client believes that it has set something."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.bodies import members_of
from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story


def check(story: Story) -> Iterator[Found]:
    told: set[tuple[str, str]] = set()
    for one in story.requests:
        for name in [*_members(one), *_parameters(one)]:
            operation = one.operation.id if one.operation else ""
            if (operation, name) not in told:
                told.add((operation, name))
                yield Found(f"{one.line} was sent {name!r}, which {operation} does not have", (one,))


def _members(asked: Asked) -> list[str]:
    return [] if asked.is_graphql else [name for name, schema in members_of(asked) if schema is None]


def _parameters(asked: Asked) -> list[str]:
    if asked.operation is None or asked.is_graphql:
        return []
    known = {one.name.partition("[")[0] for one in asked.operation.query}
    return [name for name in asked.query if name.partition("[")[0] not in known]


RULE = Rule(
    "undocumented-member",
    WARNING,
    "A member or a parameter was sent that the operation does not have",
    "Look at its spelling; leave out what the service does not document.",
    check,
)
