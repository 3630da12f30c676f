"""Suspend and unsuspend, of sites and of environments; the guides POST, the reference and most clients PUT."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Reply
from mockenv.providers.vector.errors import success
from mockenv.providers.vector.lifecycle import environment_event, site_event
from mockenv.providers.vector.model import ENVIRONMENT, SITE
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.providers.vector.states import ENVIRONMENT_STATES, SITE_STATES


def suspend_site(call: Call, work: Work) -> Reply:
    """Its development container stops; its environments go on running."""
    return _switch_site(call, work, "suspended", "suspended", "Vector site suspension initiated")


def unsuspend_site(call: Call, work: Work) -> Reply:
    return _switch_site(call, work, "active", "unsuspended", "Vector site unsuspension initiated")


def suspend_environment(call: Call, work: Work) -> Reply:
    return _switch_environment(call, work, "suspended", "suspended", "Environment suspension initiated")


def unsuspend_environment(call: Call, work: Work) -> Reply:
    return _switch_environment(call, work, "active", "unsuspended", "Environment unsuspension initiated")


def _switch_site(call: Call, work: Work, status: str, event: str, message: str) -> Reply:
    """The message says initiated; the published reply has the end status already."""
    site = require_site(call, work)
    require_write(call)
    SITE_STATES.require(call, site)
    site.update(status=status, updated_at=iso_micros(work.now))
    work.put(SITE, str(site["id"]), site)
    site_event(work, f"site.{event}", site)
    site_event(work, f"dev-site.{event}", site)
    return success(200, message, site)


def _switch_environment(call: Call, work: Work, status: str, event: str, message: str) -> Reply:
    """Messages are guesses, worded like the one for deletion."""
    environment = require_environment(call, work)
    require_write(call)
    ENVIRONMENT_STATES.require(call, environment)
    environment["status"] = status
    work.put(ENVIRONMENT, str(environment["id"]), environment)
    environment_event(work, f"environment.{event}", environment)
    return success(200, message, environment)
