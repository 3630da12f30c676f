"""A status that is final does not change any more: who goes on asking has not understood it, and may wait for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story

UNSETTLED = ("pending", "queued")
MORE, ALONE = 2, 4
"""So many looks after the end: after one that came to it, and where it was there from the beginning."""


def check(story: Story) -> Iterator[Found]:
    for looks in story.looks():
        at = next((at for at, one in enumerate(looks) if is_settled(one)), None)
        if at is None:
            continue
        after = [one for one in looks[at + 1 :] if one.looks_at_the_same(looks[at])]
        if len(after) >= (MORE if at else ALONE):
            text = f"{looks[at].line} was asked {len(after)} times more after it had said {status_of(looks[at].reply)!r}"
            yield Found(text, (looks[at], *after))


def is_settled(asked: Asked) -> bool:
    status = status_of(asked.reply)
    return status is not None and not (status in UNSETTLED or status.endswith("ing"))


def status_of(reply: Any) -> str | None:
    """Of one resource, in the envelopes that services put it in."""
    for member in ("data", None):
        inner = reply.get(member) if member and isinstance(reply, dict) else reply
        if isinstance(inner, dict) and isinstance(inner.get("status"), str):
            return str(inner["status"])
    return None


RULE = Rule(
    "polls-after-the-end",
    WARNING,
    "A resource was polled on after it had come to its end",
    "Stop at every final status, also at those of failure: list them, and treat an unknown one as an error.",
    check,
)
