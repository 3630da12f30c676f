"""A receiver that takes a webhook with a bad signature takes one from anybody."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Story
from mockenv.store.base import Document


def check(story: Story) -> Iterator[Found]:
    for one in taken(story, "bad_signature"):
        yield Found(f"{one['event']} with a bad signature was answered {one['status']}", delivery=one["delivery"])


def taken(story: Story, effect: str) -> list[Document]:
    """Deliveries that were spoilt in one way."""
    return [one for one in story.taken if effect in one["effect"]]


RULE = Rule(
    "webhook-trusted-blindly",
    ERROR,
    "A webhook with a bad signature was accepted",
    "Compute the signature over the bytes that came, compare in constant time, and answer 401 where it differs.",
    check,
)
