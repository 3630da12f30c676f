"""A service that says when it may be asked again means it: who comes earlier is refused again, and may be shut out for longer."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Asked, Story, waited

NEARLY = 0.9
"""Of the time: clocks differ."""
LIMITED, FEW = 429, 3
"""A limit is for all of an operation's requests: so many others that come all the same are not by chance on their way."""


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        for one, other in pairwise(attempts):
            told = seconds_told(one)
            if told is not None and waited(one, other) < told * NEARLY:
                text = f"{other.line} came again {waited(one, other):.2g} s after a {one.status} that asked for {told:g} s"
                yield Found(text, (one, other))
    for one in story.requests:
        told = seconds_told(one) if one.status == LIMITED else None
        hasty = [other for other in _others_like(story, one) if waited(one, other) < told * NEARLY] if told else []
        if len(hasty) >= FEW:
            yield Found(
                f"{len(hasty)} requests like {one.line} came within the {told:g} s that its {LIMITED} asked for", (one, *hasty)
            )


def _others_like(story: Story, one: Asked) -> list[Asked]:
    """Those of the same operation, begun when its answer was there, that are no repetitions of it."""
    ended = one.entry.came + one.entry.seconds
    later = [other for other in story.requests if other.number > one.number and other.entry.came >= ended]
    alike = [other for other in later if one.entry.operation and other.entry.operation == one.entry.operation]
    return [other for other in alike if other.provider is one.provider and not other.asks_the_same(one)]


def seconds_told(asked: Asked) -> float | None:
    """What `Retry-After` says, in seconds or as a date beside the answer's own."""
    text = asked.reply_headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment, now = (parsedate_to_datetime(one) for one in (text, asked.reply_headers.get("date", "")))
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None


RULE = Rule(
    "retry-after-ignored",
    ERROR,
    "A retry came before the moment that Retry-After named",
    "Wait as long as Retry-After says (seconds, or a date) before the next attempt; never less.",
    check,
)
