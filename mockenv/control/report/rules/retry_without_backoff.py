"""Retries at once, or at one and the same pace, keep a service down that struggles, and come back all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mockenv.control.report.rule import WARNING, Found, Rule
from mockenv.control.report.story import Asked, Story, waited

AT_ONCE, ALL_AT_ONCE = 0.05, 0.15
"""Seconds: of one pause, and of each where there are more; on a busy machine the next attempt alone takes its time."""
GROWTH, SHRINKING = 1.2, 2
"""Random pauses shrink once or twice by chance."""


def check(story: Story) -> Iterator[Found]:
    for attempts in story.attempts():
        pauses = [waited(one, other) for one, other in pairwise(attempts)]
        told = problem_of(pauses, attempts)
        if told:
            yield Found(f"{attempts[0].line} was tried {len(attempts)} times {told}", tuple(attempts))


def problem_of(pauses: Sequence[float], attempts: Sequence[Asked]) -> str | None:
    if any("retry-after" in one.reply_headers for one in attempts[:-1]):
        return None  # the service has said when
    if any(pause < AT_ONCE and not one.got_no_answer for pause, one in zip(pauses, attempts, strict=False)):
        return "without a pause"
    if len(pauses) > 1 and (pauses[-1] < AT_ONCE or max(pauses) < ALL_AT_ONCE):
        return "without a pause"
    if len(pauses) > 1 and max(pauses) < GROWTH * min(pauses):
        return f"with the same pause of {pauses[0]:.2g} s"
    if len(pauses) > SHRINKING and all(later * GROWTH < earlier for earlier, later in pairwise(pauses)):
        return "with pauses that shrink"
    return None


RULE = Rule(
    "retry-without-backoff",
    WARNING,
    "Retries came without pauses that grow",
    "Double the pause with every attempt, add a random part of it (jitter), and stop after a few.",
    check,
)
