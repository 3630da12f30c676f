"""A resource's provisioning as a table of steps, and the engine that walks it; knows no provider and reads no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mockenv.errors import check_name
from mockenv.kernel.values.delay import Delay, fixed
from mockenv.store.base import Document

if TYPE_CHECKING:
    from mockenv.kernel.unit.work import Work

Effect = Callable[["Work", Document], None]
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
    when: Callable[[Document], bool] | None = None
    enter: Effect | None = None
    done: Effect | None = None
    undo: Effect | None = None


@dataclass(frozen=True)
class Failure:
    """Why a lifecycle ended early. `rollback` is what the fault asked for: ok, fails or keeps_record.

    By the time an ending sees it, the steps are undone: all of them, or, where the rollback `fails`, all but the first.
    """

    step: Step
    reason: str
    done: tuple[Step, ...]
    rollback: str


Ending = Callable[["Work", Document], Document | None]
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

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {step.name: place for place, step in enumerate(self.steps)}

    def step(self, name: str) -> Step:
        return self.steps[self._places[name]]

    def following(self, document: Document, after: Step | None) -> Step | None:
        """The next step that this resource has."""
        start = self._places[after.name] + 1 if after else 0
        return next((step for step in self.steps[start:] if step.when is None or step.when(document)), None)


class Catalogue:
    """All lifecycles, operations and events there are: what faults, holds and delays may speak of."""

    def __init__(
        self,
        lifecycles: tuple[Lifecycle, ...],
        operations: Mapping[str, Mapping[str, frozenset[int]]] | None = None,
        events: Mapping[str, Sequence[str]] | None = None,
        parameters: Mapping[str, frozenset[str]] | None = None,
        prefixes: Sequence[str] = ("/",),
    ) -> None:
        self.operations = operations or {}
        """provider → operationId → the statuses that its document has for it."""
        self.parameters = parameters or {}
        """operationId → the parameters of its path and its query."""
        self.prefixes = prefixes
        """What the providers' paths begin with."""
        self.events = events or {}
        """provider → the events that it emits."""
        self.lifecycles = {(lifecycle.kind, lifecycle.name): lifecycle for lifecycle in lifecycles}

    def steps(self) -> Mapping[str, Mapping[str, Mapping[str, Step]]]:
        """provider → kind → step name → step."""
        table: dict[str, dict[str, dict[str, Step]]] = {}
        for lifecycle in self.lifecycles.values():
            provider, kind = lifecycle.kind.split("/", 1)
            table.setdefault(provider, {}).setdefault(kind, {}).update({step.name: step for step in lifecycle.steps})
        return table

    def check_step(self, name: str, where: str, key: str) -> None:
        """Raises UnknownName for a step that no lifecycle has."""
        names = [step.name for lifecycle in self.lifecycles.values() for step in lifecycle.steps]
        check_name(name, names, where, key)


def start(work: Work, lifecycle: Lifecycle, id: str, document: Document) -> None:
    """Begin at the first step. The document is changed in place; the caller puts it."""
    _go_on(work, lifecycle, id, document, lifecycle.following(document, None), [])


def finish_step(work: Work, entry: Document) -> str:
    """A step's time is up: it may be held or go wrong; else it is done and the next begins. What happened, in a word."""
    lifecycle = work.catalogue.lifecycles[entry["lifecycle_kind"], entry["lifecycle"]]
    _, _, id = entry["resource"].split("/", 2)
    document = work.get(lifecycle.kind, id)
    if document is None:
        work.drop_entry(entry["id"])
        return "gone"
    step = lifecycle.step(entry["step"])
    if work.is_held(entry):
        work.shelve(entry, "held")
        return "held"
    effect = dict(entry["effect"]) if "effect" in entry else work.claim_step_fault(entry)
    if "slow" in effect:
        work.reschedule(entry, effect.pop("slow"), effect)
        return "slowed"
    if "stall" in effect:
        work.shelve(entry, "stalled")
        return "stalled"
    try:
        _do(work, step, document, effect)
    except StepFailed as why:
        work.drop_entry(entry["id"])
        done = tuple(lifecycle.step(name) for name in entry["done"])
        _fail(work, lifecycle, id, document, Failure(step, str(why), done, effect.get("rollback", "ok")))
        return "failed"
    following = lifecycle.following(document, step)
    if following is None:
        work.drop_entry(entry["id"])
    remaining = _go_on(work, lifecycle, id, document, following, [*entry["done"], step.name], entry["id"])
    if remaining is not None:
        work.put(lifecycle.kind, id, remaining)
    return "done"


def _do(work: Work, step: Step, document: Document, effect: Mapping[str, Any]) -> None:
    if "fail" in effect:
        raise StepFailed(effect["fail"])
    if step.done:
        step.done(work, document)


def _go_on(
    work: Work,
    lifecycle: Lifecycle,
    id: str,
    document: Document,
    step: Step | None,
    done: list[str],
    number: int | None = None,
) -> Document | None:
    """Enter `step`, or come to the end; what remains of the document."""
    if step is None:
        return lifecycle.completed(work, document)
    if lifecycle.entering:
        lifecycle.entering(work, document, step)
    if step.enter:
        step.enter(work, document)
    work.schedule_step(lifecycle, step, id, done, number)
    return document


def _fail(work: Work, lifecycle: Lifecycle, id: str, document: Document, failure: Failure) -> None:
    work.note_failure(f"{lifecycle.kind}/{id}", failure.step.name)
    _roll_back(work, document, failure)
    remaining = lifecycle.failed(work, document, failure)
    if remaining is not None:
        work.put(lifecycle.kind, id, remaining)


def _roll_back(work: Work, document: Document, failure: Failure) -> None:
    """Last step first, the failed one included, since it had begun. A rollback that `fails` sticks at its last piece."""
    undos = [step.undo for step in (failure.step, *reversed(failure.done)) if step.undo]
    for undo in undos[:-1] if failure.rollback == "fails" else undos:
        undo(work, document)
