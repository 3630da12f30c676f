"""What an agenda entry does when its time has come, as whoever registers it says; runs nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document


class Done(NamedTuple):
    """What came of an entry, in a word, and what is to follow once that is committed: time that is being moved waits for it.

    `undone` are steps that were taken back with it, in the order in which they were.
    """

    outcome: str
    then: Callable[[], None] | None = None
    undone: tuple[str, ...] = ()


Act = Callable[[Work, Document], Done]
"""Run in a unit of work at the entry's due time. The entry goes on, is put aside or goes: that is the act's affair."""
