"""Asking again and again in one breath brings no news earlier, and uses up the rate limit that all clients of an account share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story, waited

MOST = 5
"""So many equal answers in a row may be chance."""
BREATH = 0.25
"""Seconds between two looks, on the average."""


def check(story: Story) -> Iterator[Found]:
    for looks in story.looks():
        for _, equal in groupby(looks, key=lambda one: (one.status, one.entry.reply_body)):
            run = list(equal)
            pauses = [waited(one, other) for one, other in pairwise(run)]
            if len(run) > MOST and sum(pauses) < BREATH * len(pauses):
                mean = sum(pauses) / len(pauses)
                yield Found(f"{run[0].line} was asked {len(run)} times for one answer, every {mean:.2g} s", tuple(run))


RULE = Rule(
    "polls-too-fast",
    WARNING,
    "A status was polled faster than it could change",
    "Wait a second or more between two looks, and longer the longer it takes; or use the service's webhooks.",
    check,
)
