"""A request that was refused for what it is will be refused again: sending it unchanged is a retry that cannot succeed."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Asked, Story

FINAL = (400, 401, 403, 405, 406, 413, 415, 422)
"""404 and 409 may change with the world."""


def check(story: Story) -> Iterator[Found]:
    refused: list[Asked] = []
    for one in story.requests:
        again = next((other for other in refused if _is_same(other, one)), None)
        if one.status in FINAL and not one.got_no_answer:
            if again and not _has_acted(story, again, one):
                yield Found(f"{one.line} was refused with {again.status}, and sent again unchanged", (again, one))
            refused = [other for other in refused if other is not again] + [one]


def _is_same(one: Asked, other: Asked) -> bool:
    return one.asks_the_same(other) and one.status == other.status and one.entry.request_headers == other.entry.request_headers


def _has_acted(story: Story, one: Asked, other: Asked) -> bool:
    """Whether the client has changed something that may have been the reason."""
    return any(not between.only_looks and 200 <= between.status < 300 for between in story.between(one, other))


RULE = Rule(
    "refused-again",
    ERROR,
    "A request that was refused for what it is was sent again unchanged",
    "Retry only what may succeed: 408, 425, 429, 5xx and lost connections. Show what a 400 or 422 says to whoever can mend it.",
    check,
)
