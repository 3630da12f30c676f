"""A resource's provisioning as a table of named steps; knows no provider and walks nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import Delay, fixed
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document

Effect = Callable[[Work, Document], None]
"""Changes the document in place; may emit events and touch other resources through the unit of work."""


class StepFailed(Exception):
    """Raised by a step's `done`, before it changes anything: the world is no longer such that the step could succeed."""


@dataclass(frozen=True)
class Step:
    """One row of the table.

    `when` says, at the moment it would start, whether this resource has the step at all. `enter` and `done` are what its
    start and its success change; `undo` takes both back when this step or a later one fails.
    """

    name: str
    delay: Delay = field(default_factory=lambda: fixed(1))
    realistic: Delay | None = None
    until: Callable[[Document, Instant], Instant] | None = None
    """For a term instead of progress, such as a lease's: the resource itself tells its end, from when it begins, and no delay of a
    sandbox changes it."""
    when: Callable[[Document], bool] | None = None
    enter: Effect | None = None
    done: Effect | None = None
    undo: Effect | None = None


class Failure(NamedTuple):
    """Why a lifecycle ended early. `rollback` is what the fault asked for: ok, fails or keeps_record.

    By the time an ending sees it, the steps are undone: all of them, or, where the rollback `fails`, all but the first.
    """

    step: Step
    reason: str
    done: tuple[Step, ...]
    rollback: str


Ending = Callable[[Work, Document], Document | None]
"""What remains of the document at the end; None where the resource is gone (the ending deleted it)."""


@dataclass(frozen=True)
class Lifecycle:
    """The table. `entering` is done for every step that starts; `completed` and `failed` are the two ends."""

    name: str
    kind: str
    steps: tuple[Step, ...]
    completed: Ending
    failed: Callable[[Work, Document, Failure], Document | None]
    entering: Callable[[Work, Document, Step], None] | None = None
    writes: frozenset[str] = frozenset()
    """Kinds that grow while it goes on, besides its own, and that can be read without it: who reads those waits for it, too."""

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {step.name: place for place, step in enumerate(self.steps)}

    def step(self, name: str) -> Step:
        return self.steps[self._places[name]]

    def following(self, document: Document, after: Step | None) -> Step | None:
        """The next step that this resource has."""
        start = self._places[after.name] + 1 if after else 0
        for step in self.steps[start:]:
            if step.when is None or step.when(document):
                return step
        return None
