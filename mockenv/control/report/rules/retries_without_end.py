"""A request that has failed ten times will fail the eleventh time too: who goes on hides an outage, and holds up whoever waits."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story

MOST = 10
"""Attempts, the first one included: with pauses that double from half a second, some four minutes."""


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        if len(attempts) > MOST:
            yield Found(f"{attempts[0].line} was tried {len(attempts)} times", tuple(attempts))


RULE = Rule(
    "retries-without-end",
    WARNING,
    "A request was tried again more often than can help",
    "Stop after a few attempts, or after a time, and tell whoever asked.",
    check,
)
