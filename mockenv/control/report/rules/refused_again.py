"""A request that was refused for what it is will be refused again: sending it unchanged is a retry that cannot succeed."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Asked, Story, waited

FINAL = (400, 401, 403, 405, 406, 413, 415, 422)
"""404 and 409 may change with the world."""
SOON = 0.5
"""Seconds in which no world changes."""


def check(story: Story) -> Iterator[Found]:
    refused: list[Asked] = []
    for one in story.requests:
        if one.status not in FINAL or one.got_no_answer:
            continue
        again = next((other for other in reversed(refused) if _is_again(story, other, one)), None)
        if again:
            members = wrong_members(again) & wrong_members(one)
            what = "unchanged" if again.asks_the_same(one) else f"with the same {', '.join(map(repr, sorted(members)))}"
            yield Found(f"{one.line} was refused with {again.status}, and sent again {what}", (again, one))
        refused = [other for other in refused if other is not again] + [one]


def _is_again(story: Story, one: Asked, other: Asked) -> bool:
    if one.status != other.status or one.entry.request_headers != other.entry.request_headers or _has_acted(story, one, other):
        return False
    if one.asks_the_same(other):
        return bool(one.entry.request_body) or _is_at_once(story, one, other)
    same_place = (one.entry.method, one.entry.path) == (other.entry.method, other.entry.path)
    return same_place and any(_member(one, name) == _member(other, name) for name in wrong_members(one) & wrong_members(other))


def wrong_members(asked: Asked) -> set[str]:
    """Which members of its body a refusal has complained of, where it names them under `errors`, or as its own members."""
    reply = asked.reply if isinstance(asked.reply, dict) else {}
    errors = reply.get("errors")
    named = errors if isinstance(errors, dict) else reply
    return {name for name in named if isinstance(asked.body, dict) and name in asked.body}


def _member(asked: Asked, name: str) -> object:
    return asked.body[name]


def _is_at_once(story: Story, one: Asked, other: Asked) -> bool:
    """What has no body is refused for the state of the world, which changes by itself: only who does not wait has learned nothing."""
    return not story.between(one, other) and waited(one, other) < SOON


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
