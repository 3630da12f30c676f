"""Who hangs up before the answer is there does not know what has become of the request, and often it has been carried out."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import NO_ANSWER, Story


def check(story: Story) -> Iterator[Found]:
    for one in story.requests:
        if one.status == NO_ANSWER and not one.entry.is_spoilt and not one.entry.is_stray:
            done = (
                "it was carried out all the same"
                if one.was_carried_out and not one.only_looks
                else "nothing had been done for it yet"
            )
            yield Found(f"{one.line} was given up after {one.entry.seconds:.2g} s; {done}", (one,))


RULE = Rule(
    "answer-never-read",
    WARNING,
    "A client left before its answer was there",
    "Wait longer than the service takes, or find out afterwards what has become of the request.",
    check,
)
