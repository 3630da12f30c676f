"""Services send a webhook again when they are not sure: a receiver must do once what it is told twice. Whether it did, look yourself."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import NOTE, Found, Rule
from mockenv.control.report.rules.webhook_trusted_blindly import taken
from mockenv.control.report.story import Story


def check(story: Story) -> Iterator[Found]:
    for one in taken(story, "duplicate"):
        yield Found(f"{one['event']} came twice and was answered {one['status']}", delivery=one["delivery"])


RULE = Rule(
    "webhook-taken-twice",
    NOTE,
    "A webhook that came twice was accepted twice",
    "Keep the ids of deliveries that were worked off, and answer 2xx to a repetition without doing anything.",
    check,
)
