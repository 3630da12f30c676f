"""What a run with a failure in it comes to, in a word; runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from mockenv.client import Json
from mockenv.sweep.worlds import World, Yardstick

PASSED, FAILED, HUNG, LEAKED, WRONG, MISSED, NOT_RUN = OUTCOMES = (
    "passed",
    "failed",
    "hung",
    "leaked",
    "wrong-data",
    "missed",
    "not-run",
)
BAD = (HUNG, LEAKED, WRONG)
MEANINGS: Mapping[str, str] = {
    PASSED: "it was tolerated",
    FAILED: "the command failed, as it should",
    HUNG: "it was still running at the time limit",
    LEAKED: "something was left behind that the clean run does not leave",
    WRONG: "the command ended well, but not the world",
    MISSED: "the run went another way and never came to the point",
    NOT_RUN: "the budget was used up before it",
}


@dataclass(frozen=True)
class Ran:
    """One run. `exit` is its exit code, or None where it had to be stopped; then `world` is None too where nobody could look."""

    exit: int | None
    world: World | None
    was_reached: bool = True
    output: Path | None = None


@dataclass(frozen=True)
class Row:
    """A point and its outcome. The same seed gives the same rows, so nothing in them is measured."""

    id: str
    text: str
    outcome: str
    detail: str = ""
    test: str | None = None
    rule: Json = field(default_factory=dict)
    repro: str | None = None
    """The scenario file that shows it again."""

    @property
    def is_bad(self) -> bool:
        return self.outcome in BAD

    @property
    def key(self) -> str:
        return f"{self.test} {self.id}" if self.test else self.id

    def dump(self) -> Json:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> Self:
        return cls(**told)


def judge(ran: Ran, yardstick: Yardstick) -> tuple[str, str]:
    """The outcome, and what shows it. What is left behind counts also where the command has failed: then it is its cleaning up."""
    if ran.exit is None:
        return HUNG, "stopped at the time limit"
    if not ran.was_reached:
        return MISSED, ""
    ended = "" if ran.exit == 0 else f"exit code {ran.exit}" if ran.exit > 0 else f"ended by signal {-ran.exit}"
    difference = yardstick.compare(ran.world) if ran.world else None
    if difference and difference.more:
        return LEAKED, "; ".join([f"left behind: {', '.join(difference.more)}", *filter(None, [ended])])
    if ran.exit != 0:
        return FAILED, ended
    if difference and difference.other:
        return WRONG, "; ".join(difference.other)
    return PASSED, ""
