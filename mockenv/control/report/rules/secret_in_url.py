"""URLs are written to logs, histories and `Referer`: a secret in one is known to all who read those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from mockenv.control.report.rule import ERROR, Found, Rule
from mockenv.control.report.story import Story

NAME = re.compile(
    r"(^|[_.-])(token|jwt|bearer|auth|secret|secret_?key|password|passwd|pwd|authorization|api_?key|access_?key|credentials?|sessionid)$",
    re.IGNORECASE,
)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a word begins in `accessToken`."""
SHORTEST = 16
"""Shorter words are in paths by chance."""


def check(story: Story) -> Iterator[Found]:
    tokens = {one.entry.request_headers.get("authorization", "").rpartition(" ")[2] for one in story.requests}
    for one in story.requests:
        known = {parameter.name for parameter in one.operation.query} if one.operation else set()
        names = [name for name in one.query if NAME.search(HUMP.sub("_", name)) and name not in known]
        url = unquote(f"{one.entry.path}?{one.entry.query}")
        if names or any(token in url for token in tokens if len(token) >= SHORTEST):
            what = f"the parameter {names[0]!r}" if names else "the token itself"
            yield Found(f"{one.line} carries a secret in its URL: {what}", (one,))


RULE = Rule(
    "secret-in-url",
    ERROR,
    "A secret was sent in a URL",
    "Send credentials in the Authorization header, and secrets in bodies.",
    check,
)
