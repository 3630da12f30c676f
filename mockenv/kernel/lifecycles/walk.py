"""The engine that walks a resource through its table of steps; knows no provider and reads no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockenv.kernel import faults
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step, StepFailed
from mockenv.kernel.lifecycles.delays import Delays
from mockenv.kernel.lifecycles.holds import is_held
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.acts import Act, Done
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant, later
from mockenv.store.base import Document

DOES = "step"
"""What the agenda's entries of steps do."""
FAILURE = "kernel/failure"
DONE = Done("done")
"""What most steps come to."""


def provision(work: Work, lifecycle: Lifecycle, id: str, document: Document) -> None:
    """Send a resource on its way, at its first step. The document is changed in place; the caller puts it."""
    _go_on(work, lifecycle, id, document, lifecycle.following(document, None), [])


def acts() -> Mapping[str, Act]:
    """What this room has the agenda do."""
    return {DOES: finish_step}


def finish_step(work: Work, entry: Document) -> Done:
    """A step's time is up: it may be held or go wrong; else it is done and the next begins. What happened, in a word."""
    lifecycle = work.part(Catalogue).lifecycles[entry["lifecycle_kind"], entry["lifecycle"]]
    _, _, id = entry["resource"].split("/", 2)
    document = work.get(lifecycle.kind, id)
    if document is None:
        agenda.drop(work, entry["id"])
        return Done("gone")
    step = lifecycle.step(entry["step"])
    if is_held(work, entry):
        agenda.shelve(work, entry, "held")
        return Done("held")
    effect = dict(entry["effect"]) if "effect" in entry else faults.claim_step(work, entry)
    if "slow" in effect:
        due = later(work.now, effect.pop("slow"))
        agenda.put(work, {**entry, "due": due, "effect": effect, "state": "pending"})  # faults are asked once for each step
        return Done("slowed")
    if "stall" in effect:
        agenda.shelve(work, entry, "stalled")
        return Done("stalled")
    try:
        _do(work, step, document, effect)
    except StepFailed as why:
        agenda.drop(work, entry["id"])
        done = tuple(lifecycle.step(name) for name in entry["done"])
        undone = _fail(work, lifecycle, id, document, Failure(step, str(why), done, effect.get("rollback", "ok")))
        return Done("failed", undone=undone)
    following = lifecycle.following(document, step)
    if following is None:
        agenda.drop(work, entry["id"])
    remaining = _go_on(work, lifecycle, id, document, following, [*entry["done"], step.name], entry["id"])
    if remaining is not None:
        work.put(lifecycle.kind, id, remaining)
    return DONE


def forecast(work: Work, entry: Document) -> Iterator[tuple[str, Instant]]:
    """The steps that are to follow an entry's, each with its end, if nothing goes wrong and the resource stays as it is."""
    lifecycle, due = work.part(Catalogue).lifecycles[entry["lifecycle_kind"], entry["lifecycle"]], entry["due"]
    id = entry["resource"].split("/", 2)[2]
    document = work.get(lifecycle.kind, id)
    step = lifecycle.step(entry["step"])
    while document is not None and (following := lifecycle.following(document, step)):
        step, due = following, _end(work, lifecycle, following, id, document, due)
        yield step.name, due


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
    _schedule(work, lifecycle, step, id, _end(work, lifecycle, step, id, document, work.now), done, number)
    return document


def _fail(work: Work, lifecycle: Lifecycle, id: str, document: Document, failure: Failure) -> tuple[str, ...]:
    """Which steps were taken back."""
    _note_failure(work, f"{lifecycle.kind}/{id}", failure.step.name)
    undone = _roll_back(work, document, failure)
    remaining = lifecycle.failed(work, document, failure)
    if remaining is not None:
        work.put(lifecycle.kind, id, remaining)
    return undone


def _roll_back(work: Work, document: Document, failure: Failure) -> tuple[str, ...]:
    """Last step first, the failed one included, since it had begun. A rollback that `fails` sticks at its last piece."""
    undos = [(step.name, step.undo) for step in (failure.step, *reversed(failure.done)) if step.undo]
    if failure.rollback == "fails":
        del undos[-1:]
    for _, undo in undos:
        undo(work, document)
    return tuple(name for name, _ in undos)


def _end(work: Work, table: Lifecycle, step: Step, id: str, document: Document, start: Instant) -> Instant:
    if step.until:
        return step.until(document, start)
    delay = work.part(Delays).of(table.kind, step)
    fixed = delay.shape == "fixed"
    return later(start, delay.low if fixed else delay.sample(work.draw(table.kind, id), f"delay/{step.name}"))


def _schedule(work: Work, table: Lifecycle, step: Step, id: str, due: Instant, done: list[str], number: int | None) -> None:
    """A lifecycle has one entry, which goes from step to step."""
    resource = f"{table.kind}/{id}"
    entry = {
        "does": DOES,
        "resource": resource,
        "lifecycle_kind": table.kind,
        "lifecycle": table.name,
        "step": step.name,
        "attempt": 1 + _failures(work, resource, step.name),
        "done": done,
    }
    agenda.schedule(work, due, entry, number)


def _note_failure(work: Work, resource: str, step: str) -> None:
    """A step of a resource has failed: when it is tried again, that is its next attempt."""
    work.put(FAILURE, f"{resource}/{step}", {"count": _failures(work, resource, step) + 1})


def _failures(work: Work, resource: str, step: str) -> int:
    known = work.get(FAILURE, f"{resource}/{step}") if work.has(FAILURE) else None
    return int(known["count"]) if known else 0
