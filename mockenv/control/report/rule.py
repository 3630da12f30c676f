"""What a rule is, and what it finds; knows no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mockenv.control.report.story import Asked, Story

ERROR, WARNING, NOTE = LEVELS = ("error", "warning", "note")


@dataclass(frozen=True)
class Found:
    """One thing that a client did, with what shows it."""

    text: str
    requests: tuple[Asked, ...] = ()
    delivery: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class Rule:
    """`name` is what it is suppressed by; `advice` is what to do about it."""

    name: str
    level: str
    title: str
    advice: str
    check: Callable[[Story], Iterable[Found]]
