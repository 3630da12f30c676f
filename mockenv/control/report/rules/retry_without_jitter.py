"""Clients that were cut off together and double the same pause come back together, every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockenv.control.report.rule import NOTE, Found, Rule
from mockenv.control.report.story import Story, waited

EXACT = 0.01
FEWEST = 3
"""So many pauses tell a manner from chance."""


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        pauses = [waited(one, other) for one, other in pairwise(attempts)]
        if len(pauses) < FEWEST or min(pauses) <= 0 or any("retry-after" in one.reply_headers for one in attempts):
            continue
        growth = [later / earlier for earlier, later in pairwise(pauses)]
        if min(growth) > 1 + EXACT and max(growth) - min(growth) < EXACT:
            told = ", ".join(f"{pause:.2g}" for pause in pauses)
            yield Found(f"{attempts[0].line} was retried after {told} s: always the same growth", tuple(attempts))


RULE = Rule(
    "retry-without-jitter",
    NOTE,
    "Retries came with pauses that have no random part",
    "Draw each pause between half of it and the whole, or from nothing to the whole.",
    check,
)
