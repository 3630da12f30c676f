"""What a client makes and leaves behind goes on costing money; in a test it is what the client's own cleaning up has missed."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story


def check(story: Story) -> Iterator[Found]:
    for name in story.held:
        makers = tuple(one for one in story.requests if one.creates and one.was_carried_out and _names(one.entry.reply_body, name))
        yield Found(f"{name} was made and is still there", makers[:1], resource=name)


def _names(reply: bytes, resource: str) -> bool:
    return resource.rpartition("/")[2].encode() in reply


RULE = Rule(
    "never-deleted",
    WARNING,
    "A resource was made and never deleted",
    "Delete what a run makes, also when it fails half-way; suppress this where something is meant to stay.",
    check,
)
