"""A status that is final does not change any more: who goes on asking has not understood it, and may wait for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story

UNSETTLED = ("pending", "queued", "new", "requested", "scheduled", "in_progress", "initial")
STATUS, DEEPEST = ("status", "state", "phase"), 4
"""What the member is called, and in how many envelopes it is looked for."""
GONE = (404, 410)
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
    seen: set[str] = set()
    for looks in story.looks():
        seen |= {one.entry.path for one in looks if one.status == 200}
        gone = [one for one in looks if one.status in GONE]
        if len(gone) > ALONE and gone[0].entry.path in seen:
            yield Found(f"{gone[0].line} was asked {len(gone)} times though it was gone", tuple(gone))


def is_settled(asked: Asked) -> bool:
    status = status_of(asked.reply)
    return asked.status == 200 and status is not None and not (status.lower() in UNSETTLED or status.lower().endswith("ing"))


def status_of(reply: Any) -> str | None:
    """Of one resource, in the envelopes that services put it in: of none where it is one of many."""
    inner, depth = reply, 0
    while isinstance(inner, dict) and depth < DEEPEST:
        found = next((inner[name] for name in STATUS if isinstance(inner.get(name), str)), None)
        if found is not None:
            return str(found)
        nested = [member for member in inner.values() if isinstance(member, dict)]
        inner, depth = nested[0] if len(nested) == 1 else None, depth + 1
    return None


RULE = Rule(
    "polls-after-the-end",
    WARNING,
    "A resource was polled on after it had come to its end",
    "Stop at every final status, also at those of failure: list them, and treat an unknown one as an error.",
    check,
)
