"""Certificates of environments: how far one is, and the nudge that says the customer's DNS is done."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.vector.deploying import CDN_SSL, CERTIFY
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.model import SSL
from mockenv.providers.vector.operations.access import require_environment, require_write
from mockenv.store.base import Document

WAITING_DNS = "waiting_custom_dns"


def get_ssl(call: Call, work: Work) -> Reply:
    return success(200, "SSL status retrieved", _status(work, require_environment(call, work)))


def nudge_ssl(call: Call, work: Work) -> Reply:
    """Nobody can look up a simulated customer's DNS, so a nudge counts as the record being there (a guess).

    A step that failed is tried again; the reference has a flag `retry` for that, the guide has none, so it makes no difference.
    """
    environment = require_environment(call, work)
    require_write(call)
    call.body()
    status = _status(work, environment)
    step = status["provisioning_step"]
    if step != WAITING_DNS and not (step == CDN_SSL and status["error"]):
        return success(200, f"SSL provisioning is waiting and cannot advance yet. Current step: {step}", status)
    _certify(work, environment)
    return success(200, f"SSL provisioning advanced from {step} to {CDN_SSL}", _status(work, environment))


def _certify(work: Work, environment: Document) -> None:
    id = str(environment["id"])
    record = {"id": environment["id"], "domain": environment["custom_domain"], "step": CDN_SSL, "error": None}
    agenda.cancel(work, f"{SSL}/{id}")  # for the domain before
    provision(work, CERTIFY, id, record)
    work.put(SSL, id, record)


def _status(work: Work, environment: Document) -> Document:
    """Up to `ready` the certificate goes with the environment; after that it waits for the customer."""
    domain, record = environment["custom_domain"], work.get(SSL, str(environment["id"]))
    if environment["platform_domain"] is None:
        return _show("requesting_cert", environment.get("failure_reason"))
    if domain is None:
        return _show("ready")
    if record is not None and record["domain"] == domain:
        return _show(record["step"], record["error"])
    return _show(WAITING_DNS, dns={"type": "CNAME", "name": domain, "value": environment["platform_domain"]})


def _show(step: str, error: str | None = None, dns: Document | None = None) -> Document:
    return {"provisioning_step": step, "error": error, "dns_instructions": dns}
