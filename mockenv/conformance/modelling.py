"""Which change of its model, or of its document, would remove a drift of a service that came as one: statuses of answers and refusals."""

from __future__ import annotations

from collections.abc import Iterator

from mockenv.conformance.conforming import Outcome
from mockenv.conformance.learning import Proposal
from mockenv.provider import Provider

REFUSALS = {"unknown": "missing", "is-gone": "missing", "without-a-token": "unauthenticated"}
"""How a generated step ends that is refused → what the model calls that refusal."""


def changes_that_help(provider: Provider, outcome: Outcome) -> Iterator[Proposal]:
    """What to write into the model, as dotted paths; a status that the document has not has to be written there first."""
    operations = {point.name: point.operation for point in outcome.points}
    told: dict[str, int] = {}
    for one in outcome.drifts:
        operation, status = operations[one.step], one.theirs.partition(" ")[0]
        if one.kind != "status" or operation is None or not status.isdigit():
            continue
        refusal = next((word for end, word in REFUSALS.items() if one.step.endswith(end)), None)
        if refusal and int(status) >= 400:
            change = f"in the model, operations.{operation}.refuses.{refusal}: {status}"
        elif not refusal and int(status) < 400:
            is_there = status in provider.document.operations[operation].responses
            change = (
                f"in the model, operations.{operation}.status: {status}"
                if is_there
                else f"in the document, a response {status} of {operation}"
            )
        else:
            continue
        told[change] = told.get(change, 0) + 1
    yield from (Proposal(change, count, len(outcome.drifts)) for change, count in told.items())
