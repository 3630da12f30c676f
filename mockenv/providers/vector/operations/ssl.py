"""Certificates of environments: how far one is, and the nudge that says the customer's DNS is done."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.certificates import certificate_of, nudge_certificate
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.operations.access import require_environment, require_write


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
