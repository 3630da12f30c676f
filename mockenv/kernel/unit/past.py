"""A world as it was a moment ago, for as long as one question takes; the history that it is made from is kept elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import later


@contextmanager
def as_of(work: Work, provider: str, kinds: Collection[str]) -> Iterator[None]:
    """Within, documents of these kinds are as they were a lag of that provider ago. What was deleted since stands last."""
    history = work.sandbox.history
    if provider not in history.lags or not kinds:
        yield
        return
    lag = history.lags[provider]
    for change in history.since(work.now - lag):
        if change.kind in kinds and not work.has_come(later(change.at, lag)):
            work.restore(change.kind, change.id, change.before)
    try:
        yield
    finally:
        work.undo()
