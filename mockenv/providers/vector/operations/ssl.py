"""Certificates of environments: how far one is, and the nudge that says the customer's DNS is done."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.certificates import AUTOMATIC, WAITING_DNS, certificate_of, nudge_certificate
from mockenv.providers.vector.errors import success, validation_failure
from mockenv.providers.vector.operations.access import require_environment, require_write

NOTHING_TO_VERIFY = "Environment has no custom domain to verify."


def get_ssl(call: Call, work: Work) -> Reply:
    return success(200, "SSL status retrieved", certificate_of(work, require_environment(call, work)))


def nudge_ssl(call: Call, work: Work) -> Reply:
    """Nobody can look up a simulated customer's DNS, so a nudge counts as the record being there (a guess).

    A step that failed is tried again; the reference has a flag `retry` for that, the guide has none, so it makes no difference.
    """
    environment = require_environment(call, work)
    require_write(call)
    call.body()
    before = certificate_of(work, environment)["provisioning_step"]
    after = nudge_certificate(work, environment)
    if after is None:
        message = f"SSL provisioning is waiting and cannot advance yet. Current step: {before}"
    else:
        message = f"SSL provisioning advanced from {before} to {after}"
    return success(200, message, certificate_of(work, environment))


def recheck_dns(call: Call, work: Work) -> Reply:
    """Only the later generation has it. Guess: the record counts as being there once the certificate asks for it, and is found."""
    environment = require_environment(call, work)
    require_write(call)
    if environment["custom_domain"] is None:
        raise Refused(validation_failure({"environment": [NOTHING_TO_VERIFY]}, NOTHING_TO_VERIFY))
    step = certificate_of(work, environment)["provisioning_step"]
    if step == WAITING_DNS:
        nudge_certificate(work, environment)
    message = "DNS not yet propagating to expected target" if step in AUTOMATIC else "DNS verified"
    return success(200, message, environment)
