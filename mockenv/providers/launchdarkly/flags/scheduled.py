"""Approved changes that wait for their date: the step at whose end they are made, or can be made no more."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step, StepFailed
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import LATEST, MILLISECOND, Instant
from mockenv.provider import Refused
from mockenv.providers.launchdarkly import semantic
from mockenv.providers.launchdarkly.flags.change import FlagChange
from mockenv.providers.launchdarkly.flags.keeping import copy_of, find_whole, keep
from mockenv.providers.launchdarkly.flags.model import APPROVAL
from mockenv.providers.launchdarkly.flags.operations import INSTRUCTIONS
from mockenv.providers.launchdarkly.flags.targeting import objections
from mockenv.store.base import Document


def _date(request: Document, start: Instant) -> Instant:
    return min(int(request["due"]) * MILLISECOND, LATEST)


def _execute(work: Work, request: Document) -> None:
    """What could be done when it was asked for may be impossible by now. Guess: then it fails, and nothing is changed."""
    project, _, key = request["flag"].partition(":")
    before = find_whole(work, project, key)
    assert before is not None  # a flag takes its requests along
    after = copy_of(before)
    try:
        semantic.carry_out(FlagChange(None, work, after, request["environment"]), request["instructions"], INSTRUCTIONS)
    except Refused as refused:
        raise StepFailed(refused.reply.body["message"]) from None
    for objection in objections(work, after):
        raise StepFailed(objection)
    keep(work, before, after)


def _executed(work: Work, request: Document) -> Document:
    return request | {"status": "completed", "appliedDate": work.now // MILLISECOND}


def _failed(work: Work, request: Document, failure: Failure) -> Document:
    return request | {"status": "failed"}


EXECUTE = Lifecycle(
    name="execute",
    kind=APPROVAL,
    steps=(Step("scheduled", until=_date, done=_execute),),
    completed=_executed,
    failed=_failed,
)
