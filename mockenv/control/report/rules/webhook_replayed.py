"""A receiver that takes an old webhook can be made to do again what it did then, by whoever recorded it."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.rules.webhook_trusted_blindly import taken
from mockenv.control.report.story import Story


def check(story: Story) -> Iterator[Found]:
    for one in taken(story, "stale_timestamp"):
        yield Found(f"{one['event']} with a stale timestamp was answered {one['status']}", delivery=one["delivery"])


RULE = Rule(
    "webhook-replayed",
    ERROR,
    "A webhook with a stale timestamp was accepted",
    "Refuse what was signed more than five minutes ago (or ahead).",
    check,
)
