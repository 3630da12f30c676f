"""What the value of a setting may be, whoever wrote it: a flag, a variable or a file; knows no setting.

By hand: every start checks its flags, and importing a library that could do it takes longer than all that mockenv is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Rule = Callable[[Any], Any]
"""What is meant by what somebody wrote. Raises ValueError that says in one sentence what is wrong with it."""
YES = ("1", "true", "t", "yes", "y", "on")
NO = ("0", "false", "f", "no", "n", "off")


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Not a valid string.")  # noqa: TRY004  # what a rule raises
    return value


def some_text(value: Any) -> str:
    if not text(value):
        raise ValueError("Shorter than minimum length 1.")
    return text(value)


def switch(value: Any) -> bool:
    word = str(value).lower()
    if not isinstance(value, str | int) or word not in (*YES, *NO):
        raise ValueError("Not a valid boolean.")
    return word in YES


def whole(least: int | None = None, most: int | None = None) -> Rule:
    """A whole number; one that has a most has a least."""

    def rule(value: Any) -> int:
        try:
            number = int(_no_switch(value))
        except (TypeError, ValueError, OverflowError):
            raise ValueError("Not a valid integer.") from None
        if (least is not None and number < least) or (most is not None and number > most):
            end = "" if most is None else f" and less than or equal to {most}"
            raise ValueError(f"Must be greater than or equal to {least}{end}.")
        return number

    return rule


def positive(most: int) -> Rule:
    """A number above 0."""

    def rule(value: Any) -> float:
        try:
            number = float(_no_switch(value))
        except (TypeError, ValueError, OverflowError):
            raise ValueError("Not a valid number.") from None
        if not math.isfinite(number):
            raise ValueError("Special numeric values (nan or infinity) are not permitted.")
        if not 0 < number <= most:
            raise ValueError(f"Must be greater than 0 and less than or equal to {most}.")
        return number

    return rule


class OneOf:
    """A word out of a few."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def __call__(self, value: Any) -> str:
        if text(value) not in self.choices:
            raise ValueError(f"Must be one of: {', '.join(self.choices)}.")
        return text(value)


def list_of(one: Rule = text, most: int | None = None) -> Rule:
    """Several, each by the same rule. Where there is a most, there must be one at least."""

    def rule(value: Any) -> list[Any]:
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            raise ValueError("Not a valid list.")  # noqa: TRY004  # what a rule raises
        found = [one(part) for part in value]
        if most is not None and not 1 <= len(found) <= most:
            raise ValueError(f"Length must be between 1 and {most}.")
        return found

    return rule


def _no_switch(value: Any) -> Any:
    """True counts as 1 to Python, and is no number to anybody else."""
    if isinstance(value, bool):
        raise TypeError
    return value
