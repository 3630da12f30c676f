"""A creation whose answer is lost may have been carried out: who sends it again without looking first may pay for two."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story

BUSY = 503
UNDECIDED = (500, 502, BUSY, 504)
"""Statuses after which nobody knows."""
KEYS = ("idempotency-key", "x-idempotency-key")


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        for one, other in pairwise(attempts):
            if _is_blind(story, one, other):
                text = f"{other.line} was sent again after {_what(one)}, without a look at whether it had been carried out"
                yield Found(text, (one, other))
    for one, other in pairwise([asked for asked in story.requests if asked.creates]):
        if _is_alike(one, other) and _is_blind(story, one, other):
            yield Found(
                f"{other.line} was sent with another body after {_what(one)}, without a look at what became of the first",
                (one, other),
            )


def _is_blind(story: Story, one: Asked, other: Asked) -> bool:
    is_refused = one.status == BUSY and "retry-after" in one.reply_headers  # it says that nothing has been done
    is_unknown = one.got_no_answer or (one.status in UNDECIDED and not is_refused)
    has_key = any(name in one.entry.request_headers for name in KEYS)
    has_looked = any(between.only_looks and not between.failed for between in story.between(one, other))
    return one.creates and is_unknown and not has_key and not has_looked


def _is_alike(one: Asked, other: Asked) -> bool:
    """The same thing by another name: the same place, the same members, and most of them with the same values."""
    if (one.entry.path, one.entry.method) != (other.entry.path, other.entry.method) or one.asks_the_same(other):
        return False
    if not (isinstance(one.body, dict) and isinstance(other.body, dict)) or one.body.keys() != other.body.keys():
        return False
    differing = [name for name in one.body if one.body[name] != other.body[name]]
    return len(differing) <= max(1, len(one.body) // 2)


def _what(asked: Asked) -> str:
    return "no answer" if asked.got_no_answer else f"a {asked.status}"


RULE = Rule(
    "unsafe-retry",
    WARNING,
    "What is not idempotent was sent again without looking first",
    "After a lost answer or a 5xx look for what was to be made (by name, in the list) before making it again.",
    check,
)
