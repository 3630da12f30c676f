"""What came of one run, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """`accepted` operations have answered 2xx at least once: the others were tried, and never got through."""

    selected: int = 0
    tested: int = 0
    accepted: int = 0
    cases: int = 0
    problems: list[str] = field(default_factory=list)
    """What was found, ready to be printed."""
    found: int = 0
