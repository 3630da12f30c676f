"""A list that has a next page is not all there is: a client that reads one page works until there is one thing too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story

PLACES = ("links", "_links", "meta", "pagination", "paging")
NEXT = ("next", "next_page", "nextPage", "next_cursor", "nextCursor", "next_page_token", "nextPageToken", "next_page_url")
PAGING = re.compile(r"page|offset|cursor|limit|after|token|skip|start|continu", re.IGNORECASE)
"""What a parameter that leads on is called."""


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
    """Where the next page is, or that there is one: in the manners of Laravel (`links`), of HAL (`_links`), and of cursors."""
    if not isinstance(reply, dict):
        return None
    for place in (reply, *(reply[name] for name in PLACES if isinstance(reply.get(name), dict))):
        for name in NEXT:
            found = place.get(name)
            found = found.get("href") if isinstance(found, dict) else found
            if found and isinstance(found, str | int):
                return str(found)
        if place.get("has_more") is True or place.get("hasMore") is True:
            return "more"
    return None


def _is_further(one: Asked, other: Asked) -> bool:
    return any(one.query.get(name) != other.query.get(name) for name in {*one.query, *other.query} if PAGING.search(name))


RULE = Rule(
    "pages-never-followed",
    WARNING,
    "A list's next page was never asked for",
    "Follow `next` until there is none, wherever all of a list is meant.",
    check,
)
