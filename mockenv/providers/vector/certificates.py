"""How the domain of an environment gets its certificate: two tables of steps, and the customer's DNS between them."""

from __future__ import annotations

from collections.abc import Callable

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.providers.vector.model import SSL
from mockenv.store.base import Document

REQUESTING, READY, WAITING_DNS, CDN_SSL, COMPLETE = (
    *("requesting_cert", "ready", "waiting_custom_dns"),
    *("provisioning_cdn_ssl", "complete"),
)
AUTOMATIC = (REQUESTING, "waiting_cert", "deploying", "configuring_dns")
SSL_STEPS = (*AUTOMATIC, READY, WAITING_DNS, CDN_SSL, COMPLETE)


def request_certificate(work: Work, environment: Document) -> None:
    """Begin with the domain that the environment has now; whatever was under way for the one before ends."""
    forget_certificate(work, environment["id"])
    if environment["custom_domain"] is not None and environment["platform_domain"] is not None:
        _walk(work, REQUEST, {"id": environment["id"], "domain": environment["custom_domain"], "step": REQUESTING})


def nudge_certificate(work: Work, environment: Document) -> str | None:
    """Go on, where it waits for the customer or has failed. The step that it is at now; None where there is nothing to nudge."""
    shown = certificate_of(work, environment)
    step, has_failed = shown["provisioning_step"], shown["error"] and environment["platform_domain"]
    if step != WAITING_DNS and not has_failed:
        return None
    following = CDN_SSL if step == WAITING_DNS else str(step)
    record = {"id": environment["id"], "domain": environment["custom_domain"], "step": following}
    _walk(work, REQUEST if following in AUTOMATIC else CERTIFY, record)
    return following


def forget_certificate(work: Work, environment_id: int) -> None:
    agenda.cancel(work, f"{SSL}/{environment_id}")
    work.delete(SSL, str(environment_id))


def certificate_of(work: Work, environment: Document) -> Document:
    """The guide's three members. Until it is active, the certificate goes with the environment (simplified).

    Only production goes on to the customer's DNS and the CDN; for any other environment `ready` is the end.
    """
    domain, record = environment["custom_domain"], work.get(SSL, str(environment["id"]))
    if environment["platform_domain"] is None:
        return _show(REQUESTING, environment.get("failure_reason"))
    step, error = (record["step"], record["error"]) if record and domain else (READY, None)
    if step == READY and domain and environment["is_production"]:
        return _show(WAITING_DNS, dns={"type": "CNAME", "name": domain, "value": environment["platform_domain"]})
    return _show(step, error)


def _show(step: str, error: str | None = None, dns: Document | None = None) -> Document:
    return {"provisioning_step": step, "error": error, "dns_instructions": dns}


def _walk(work: Work, lifecycle: Lifecycle, record: Document) -> None:
    record["error"] = None
    provision(work, lifecycle, str(record["id"]), record)
    work.put(SSL, str(record["id"]), record)


def _enter(work: Work, record: Document, step: Step) -> None:
    record["step"] = step.name


def _not_past(step: str) -> Callable[[Document], bool]:
    """A certificate that is tried again begins at the step that failed."""
    return lambda record: SSL_STEPS.index(record["step"]) <= SSL_STEPS.index(step)


def _ending(step: str) -> Callable[[Work, Document], Document]:
    def end(work: Work, record: Document) -> Document:
        record["step"] = step
        return record

    return end


def _failed(work: Work, record: Document, failure: Failure) -> Document:
    record["error"] = failure.reason
    return record


REQUEST = Lifecycle(
    name="request",
    kind=SSL,
    steps=tuple(Step(name, realistic=lognormal(15, 0.5), when=_not_past(name)) for name in AUTOMATIC),
    completed=_ending(READY),
    failed=_failed,
    entering=_enter,
)
CERTIFY = Lifecycle(
    name="certify",
    kind=SSL,
    steps=(Step(CDN_SSL, realistic=lognormal(60, 0.5)),),
    completed=_ending(COMPLETE),
    failed=_failed,
    entering=_enter,
)
