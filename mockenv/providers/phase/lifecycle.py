"""What provisions in Phase: a lease of a dynamic secret, issued and running out on the sandbox's clock; all else is ready at once."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import fixed
from mockenv.kernel.values.instant import SECOND, Instant, iso_micros, later
from mockenv.providers.phase.fakes import credentials
from mockenv.providers.phase.model import LEASE, VALUE, note
from mockenv.store.base import Document

ISSUING, RUNNING = "issuing", "running"


def end_lease(work: Work, lease: Document, status: str) -> None:
    """Its credentials are void and forgotten."""
    lease.update(status=status, revokedAt=iso_micros(work.now))
    work.delete(VALUE, lease["id"])
    note(work, f"lease.{status}", LEASE, lease["id"], lease)


def _issue(work: Work, lease: Document) -> None:
    lease.update(status="active", createdAt=iso_micros(work.now), expiresAt=iso_micros(_end(lease, work.now)))
    work.put(VALUE, lease["id"], credentials(work.draw(LEASE, lease["id"])))
    note(work, "lease.created", LEASE, lease["id"], lease)


def _end(lease: Document, start: Instant) -> Instant:
    return later(start, int(lease["ttl"]) * SECOND)


def _expire(work: Work, lease: Document) -> Document:
    end_lease(work, lease, "expired")
    return lease


def _drop(work: Work, lease: Document, failure: Failure) -> None:
    """A lease that could not be issued has never been."""
    work.delete(VALUE, lease["id"])
    work.delete(LEASE, lease["id"])


LEASING = Lifecycle(
    name="leasing",
    kind=LEASE,
    steps=(Step(ISSUING, fixed(0), realistic=fixed(2), done=_issue), Step(RUNNING, until=_end)),
    completed=_expire,
    failed=_drop,
)
LIFECYCLES: tuple[Lifecycle, ...] = (LEASING,)
