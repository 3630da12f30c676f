"""The same thing made twice because the first answer was lost: one of the two is an orphan that somebody pays for."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Asked, Story


def check(story: Story) -> Iterator[Found]:
    lost: list[Asked] = []
    for one in story.requests:
        if not one.creates or not one.was_carried_out:
            continue
        before = next((other for other in lost if other.asks_the_same(one)), None)
        if before:
            lost.remove(before)
            yield Found(f"{one.line} was carried out twice: the first answer did not arrive", (before, one))
        if one.got_no_answer or one.status >= 500:
            lost.append(one)


RULE = Rule(
    "created-twice",
    ERROR,
    "The same creation was carried out twice after a lost answer",
    "Look for what was to be made before trying again, or use a name that the service keeps unique; delete the orphan.",
    check,
)
