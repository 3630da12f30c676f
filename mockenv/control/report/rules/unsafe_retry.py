"""A creation whose answer is lost may have been carried out: who sends it again without looking first may pay for two."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story

BUSY = 503
UNDECIDED = (500, 502, BUSY, 504)
"""Statuses after which nobody knows."""
KEYS = ("idempotency-key", "x-idempotency-key")


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        for one, other in pairwise(attempts):
            is_refused = one.status == BUSY and "retry-after" in one.reply_headers  # it says that nothing has been done
            is_unknown = one.got_no_answer or (one.status in UNDECIDED and not is_refused)
            has_key = any(name in one.entry.request_headers for name in KEYS)
            has_looked = any(between.only_looks and not between.failed for between in story.between(one, other))
            if one.creates and is_unknown and not has_key and not has_looked:
                what = "no answer" if one.got_no_answer else f"a {one.status}"
                yield Found(
                    f"{other.line} was sent again after {what}, without a look at whether it had been carried out", (one, other)
                )


RULE = Rule(
    "unsafe-retry",
    WARNING,
    "What is not idempotent was sent again without looking first",
    "After a lost answer or a 5xx look for what was to be made (by name, in the list) before making it again.",
    check,
)
