"""Environments: create, list, get, update, delete; one production per site, by demotion."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import success, validation_failure
from mockenv.providers.vector.lifecycle import PROVISION_ENVIRONMENT, TERMINATE_ENVIRONMENT, environment_event
from mockenv.providers.vector.model import ENVIRONMENT, name_key, new_environment
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.states import ENVIRONMENT_STATES
from mockenv.store.base import Document
from mockenv.toolbox import given, is_taken

NAME_TAKEN = "An environment with this name already exists for this site."


def list_environments(call: Call, work: Work) -> Reply:
    site = require_site(call, work)
    return page_of(call, work, ENVIRONMENT, "Environments retrieved successfully", {"site_id": [site["id"]]})


def create_environment(call: Call, work: Work) -> Reply:
    """On a pending site, too: nothing documents a refusal."""
    site = require_site(call, work)
    require_write(call)
    body = call.body()
    _require_free_name(work, site["id"], body["name"])
    environment = new_environment(work.next_ordinal(ENVIRONMENT), site["id"], body, work.now)
    id = str(environment["id"])
    if environment["is_production"]:
        _demote_others(work, environment)
    provision(work, PROVISION_ENVIRONMENT, id, environment)
    work.put(ENVIRONMENT, id, environment)
    return success(201, "Environment created successfully", environment)


def get_environment(call: Call, work: Work) -> Reply:
    return success(200, "Environment retrieved successfully", require_environment(call, work))


def update_environment(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    require_write(call)
    body = call.body()
    if "name" in body and body["name"] != environment["name"]:
        _require_free_name(work, environment["site_id"], body["name"])
    environment.update(given(body, ("name", "is_production", "custom_domain")))
    if body.get("is_production"):
        _demote_others(work, environment)
    work.put(ENVIRONMENT, str(environment["id"]), environment)
    environment_event(work, "environment.updated", environment)
    return success(200, "Environment updated successfully", environment)


def delete_environment(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    require_write(call)
    ENVIRONMENT_STATES.require(call, environment)
    environment["status"] = "terminating"
    environment.pop("failure_reason", None)
    provision(work, TERMINATE_ENVIRONMENT, str(environment["id"]), environment)
    environment["provisioning_step"] = None
    work.put(ENVIRONMENT, str(environment["id"]), environment)
    return success(200, "Environment deletion initiated", environment)


def _require_free_name(work: Work, site_id: int, name: str) -> None:
    if is_taken(work, ENVIRONMENT, name=name_key(site_id, name)):
        raise Refused(validation_failure({"name": [NAME_TAKEN]}))


def _demote_others(work: Work, environment: Document) -> None:
    """A second production is no error: the first one silently stops being it, in the same moment."""
    for other in work.find(ENVIRONMENT, production_of=environment["site_id"]):
        if other["id"] != environment["id"]:
            other["is_production"] = False
            work.put(ENVIRONMENT, str(other["id"]), other)
            environment_event(work, "environment.updated", other)
