"""The change of an environment's domain as an operation of its own, on the clock; only the later generation has it."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import iso_micros, parse_instant
from mockenv.providers.vector.certificates import request_certificate
from mockenv.providers.vector.model import DOMAIN_CHANGE, ENVIRONMENT
from mockenv.store.base import Document, Kind, by

RUNNING = ("pending", "processing")
KINDS = (
    Kind(
        DOMAIN_CHANGE,
        {
            "environment_id": by("environment_id"),
            "running_in": lambda one: one["environment_id"] if one["status"] in RUNNING else (),
        },
    ),
)


def new_change(work: Work, environment: Document, before: str | None) -> Document:
    """From the domain before to the one that the environment has now."""
    id, at = work.draw(DOMAIN_CHANGE, work.next_ordinal(DOMAIN_CHANGE)).ulid("id", work.now // 1000), iso_micros(work.now)
    own = environment["platform_domain"]
    return {
        "id": id,
        "environment_id": environment["id"],
        "status": "pending",
        "old_domain": before or own,
        "new_domain": environment["custom_domain"] or own,
        "old_custom_domain": before,
        "new_custom_domain": environment["custom_domain"],
        "error_message": None,
        "duration_ms": None,
        "created_at": at,
        "started_at": None,
        "completed_at": None,
    }


def _enter(work: Work, change: Document, step: Step) -> None:
    """The steps are named for the statuses."""
    change["status"] = step.name
    if step.name == "processing":
        change["started_at"] = iso_micros(work.now)


def _end(work: Work, change: Document, status: str) -> Document:
    change.update(status=status, completed_at=iso_micros(work.now))
    if change["started_at"]:
        change["duration_ms"] = (work.now - parse_instant(change["started_at"])) // 1000
    return change


def _changed(work: Work, change: Document) -> Document:
    return _end(work, change, "completed")


def _taken_back(work: Work, change: Document, failure: Failure) -> Document:
    """Guess: the environment has its old domain again."""
    environment = work.get(ENVIRONMENT, str(change["environment_id"]))
    if environment is not None:
        environment["custom_domain"] = change["old_custom_domain"]
        work.put(ENVIRONMENT, str(environment["id"]), environment)
        request_certificate(work, environment)
    change["error_message"] = failure.reason
    return _end(work, change, "failed")


CHANGING_DOMAIN = Lifecycle(
    name="change",
    kind=DOMAIN_CHANGE,
    steps=(Step("pending", realistic=lognormal(5, 0.3)), Step("processing", realistic=lognormal(120, 0.4))),
    completed=_changed,
    failed=_taken_back,
    entering=_enter,
)
