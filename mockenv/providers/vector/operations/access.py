"""Who may do what, and which site or environment a path speaks of."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused
from mockenv.providers.vector import ulids
from mockenv.providers.vector.abilities import may
from mockenv.providers.vector.errors import failure, not_found
from mockenv.providers.vector.fakes import DOMAIN
from mockenv.providers.vector.model import ENVIRONMENT, SITE, name_key
from mockenv.store.base import Document
from mockenv.toolbox import find_one, required


def require_write(call: Call) -> None:
    """After the path's things were found, as the service does. Reading is checked before: there is nothing to find out by it."""
    operation = call.match.operation
    if operation is None or not may(call.caller, operation.id):
        raise Refused(failure(403))


def require_site(call: Call, work: Work) -> Document:
    return required(site_called(work, call.params["site"]), lambda: not_found("Site"))


def site_called(work: Work, wanted: str) -> Document | None:
    """By id in either generation's form, or by the subdomain of its development domain, as the reference of the time allows."""
    site = work.get(SITE, _number_in(work, SITE, wanted))
    if site is None and not wanted.isdigit():
        site = find_one(work, SITE, dev_domain=f"{wanted}.{DOMAIN}")
    return site


def environment_called(work: Work, wanted: str) -> Document | None:
    """By id in either generation's form, wherever it is."""
    return work.get(ENVIRONMENT, _number_in(work, ENVIRONMENT, wanted))


def require_environment(call: Call, work: Work) -> Document:
    """By id, or by name within its site."""
    site, wanted = require_site(call, work), call.params["env"]
    environment = work.get(ENVIRONMENT, wanted)
    if environment is None or environment["site_id"] != site["id"]:
        environment = find_one(work, ENVIRONMENT, name=name_key(site["id"], wanted))
    return required(environment, lambda: not_found("Environment"))


def _number_in(work: Work, kind: str, text: str) -> str:
    number = ulids.number_of(work, kind, text)
    return text if number is None else str(number)
