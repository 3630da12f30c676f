"""A path with `None` or `undefined` in it was made of an answer that was not what its reader took it for, most often a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Story

UNFILLED = re.compile(r"None|null|nil|undefined|NaN|\[object Object\]|\{\w+\}|<\w+>|:\w+|%[sd]|\$\w+|\$\{\w+\}")


def check(story: Story) -> Iterator[Found]:
    told: set[str] = set()
    for one in story.requests:
        for part in map(unquote, one.entry.path.split("/")):
            if UNFILLED.fullmatch(part) and one.line not in told and one.status >= 400:
                told.add(one.line)
                yield Found(f"{one.line} has {part!r} where a value belongs", (one,))


RULE = Rule(
    "unfilled-path",
    WARNING,
    "A path was asked for that was never filled in",
    "Look at an answer's status before taking values out of it, and refuse to make a URL of what is missing.",
    check,
)
