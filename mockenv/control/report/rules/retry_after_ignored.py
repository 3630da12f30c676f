"""A service that says when it may be asked again means it: who comes earlier is refused again, and may be shut out for longer."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Asked, Story, waited

NEARLY = 0.9
"""Of the time: clocks differ."""


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        for one, other in pairwise(attempts):
            told = seconds_told(one)
            if told is not None and waited(one, other) < told * NEARLY:
                text = f"{other.line} came again {waited(one, other):.2g} s after a {one.status} that asked for {told:g} s"
                yield Found(text, (one, other))


def seconds_told(asked: Asked) -> float | None:
    """What `Retry-After` says, in seconds or as a date beside the answer's own."""
    text = asked.reply_headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment, now = (parsedate_to_datetime(one) for one in (text, asked.reply_headers.get("date", "")))
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds())


RULE = Rule(
    "retry-after-ignored",
    ERROR,
    "A retry came before the moment that Retry-After named",
    "Wait as long as Retry-After says (seconds, or a date) before the next attempt; never less.",
    check,
)
