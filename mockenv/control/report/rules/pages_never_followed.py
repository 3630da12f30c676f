"""A list that has a next page is not all there is: a client that reads one page works until there is one thing too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story


def check(story: Story) -> Iterator[Found]:
    told: set[str] = set()
    for one in story.requests:
        if one.status != 200 or one.entry.path in told or next_of(one.reply) is None:
            continue
        later = [other for other in story.requests if other.entry.path == one.entry.path and other.number > one.number]
        if not any(_is_further(one, other) for other in later):
            told.add(one.entry.path)
            yield Found(f"{one.line} has a next page that nobody asked for", (one,))


def next_of(reply: Any) -> str | None:
    """Where the next page is, in the manners of Laravel (`links`) and of HAL (`_links`)."""
    if not isinstance(reply, dict):
        return None
    for member in ("links", "_links"):
        links = reply.get(member)
        found = links.get("next") if isinstance(links, dict) else None
        found = found.get("href") if isinstance(found, dict) else found
        if isinstance(found, str):
            return found
    return None


def _is_further(one: Asked, other: Asked) -> bool:
    return any(one.query.get(name) != other.query.get(name) for name in ("page", "offset", "cursor", "limit", "per_page"))


RULE = Rule(
    "pages-never-followed",
    WARNING,
    "A list's next page was never asked for",
    "Follow `next` until there is none, wherever all of a list is meant.",
    check,
)
