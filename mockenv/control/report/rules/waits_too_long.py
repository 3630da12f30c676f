"""No service here takes longer than a minute over an answer: a client that waits longer hangs when the service does."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story

LONGEST = 60.0
"""Seconds, of real time. Archie's mutations, which are answered when the work is done, have a limit of their own."""


def check(story: Story) -> Iterator[Found]:
    for one in story.requests:
        if one.entry.faults and one.entry.seconds > LONGEST and not one.is_graphql:
            yield Found(f"{one.line} was waited for {one.entry.seconds:.0f} s", (one,))


RULE = Rule(
    "waits-too-long",
    WARNING,
    "A client's timeout is longer than the service's",
    "Give every request a time limit of a minute at most, connecting and reading included.",
    check,
)
