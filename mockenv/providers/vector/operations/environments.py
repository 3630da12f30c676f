"""Environments: create, list, get, update, delete; one production per site, by demotion."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.certificates import certificate_of, request_certificate
from mockenv.providers.vector.domain_changes import CHANGING_DOMAIN, new_change
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.laravel import dirty
from mockenv.providers.vector.lifecycle import (
    PROMOTE_ENVIRONMENT,
    PROVISION_ENVIRONMENT,
    TERMINATE_ENVIRONMENT,
    environment_event,
)
from mockenv.providers.vector.model import DOMAIN_CHANGE, ENVIRONMENT, name_key, new_environment
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.states import ENVIRONMENT_STATES
from mockenv.store.base import Document
from mockenv.toolbox import given, is_taken, required

RUNNING = ("active", "suspended")
NAME_TAKEN = "An environment with this name already exists for this site."
NOT_ACTIVE = "Environment must be in active state to change domain."
CHANGES_ALREADY = "A domain change is already in progress for this environment."
DOMAIN_CHANGES = "Environment update initiated, domain change in progress"


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
    environment_event(work, "environment.pending", environment)
    return success(201, "Environment created successfully", environment)


def get_environment(call: Call, work: Work) -> Reply:
    return success(200, "Environment retrieved successfully", require_environment(call, work))


def update_environment(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    require_write(call)
    body = call.body()
    wanted = given(body, ("name", "is_production", "custom_domain", "tags"))
    if "tags" in wanted:
        wanted["tags"] = wanted["tags"] or []  # null clears them
    changes = dirty(environment, wanted)
    if changes:
        _change(work, environment, changes)
    return success(200, "Environment updated successfully", environment | _told_of_certificate(work, environment, body))


def update_environment_by_steps(call: Call, work: Work) -> Reply:
    """The later generation's: a change of the domain is an operation of its own, one at a time, of an active environment."""
    environment = require_environment(call, work)
    require_write(call)
    before = environment["custom_domain"]
    if call.body().get("custom_domain", before) == before:
        return update_environment(call, work)
    _require_settled(work, environment)
    reply = update_environment(call, work)
    changed = required(work.get(ENVIRONMENT, str(environment["id"])), lambda: not_found("Environment"))
    change = new_change(work, changed, before)
    provision(work, CHANGING_DOMAIN, change["id"], change)
    work.put(DOMAIN_CHANGE, change["id"], change)
    return success(202, DOMAIN_CHANGES, reply.body["data"] | {"pending_domain_change": change})


def get_domain_change(call: Call, work: Work) -> Reply:
    """Only under its own environment."""
    environment, change = require_environment(call, work), work.get(DOMAIN_CHANGE, call.params["domain_change"])
    if change is None or change["environment_id"] != environment["id"]:
        raise not_found("Domain change")
    return success(200, "Domain change retrieved successfully", change)


def delete_environment(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    require_write(call)
    ENVIRONMENT_STATES.require(call, environment)
    environment["status"] = "terminating"
    environment.pop("failure_reason", None)
    agenda.cancel(work, f"{ENVIRONMENT}/{environment['id']}")  # it may be getting its CDN
    provision(work, TERMINATE_ENVIRONMENT, str(environment["id"]), environment)
    environment["provisioning_step"] = None
    work.put(ENVIRONMENT, str(environment["id"]), environment)
    environment_event(work, "environment.terminating", environment)
    return success(200, "Environment deletion initiated", environment)


def _require_settled(work: Work, environment: Document) -> None:
    if environment["status"] != "active":
        raise Refused(validation_failure({"environment": [NOT_ACTIVE]}, NOT_ACTIVE))
    if work.count(DOMAIN_CHANGE, running_in=environment["id"]):
        raise Refused(validation_failure({"domain_change": [CHANGES_ALREADY]}, CHANGES_ALREADY))


def _change(work: Work, environment: Document, changes: Document) -> None:
    if "name" in changes:
        _require_free_name(work, environment["site_id"], changes["name"])
    environment.update(changes)
    environment_event(work, "environment.updated", environment)
    if "is_production" in changes:
        _switch_production(work, environment)
    if "custom_domain" in changes:
        request_certificate(work, environment)
    work.put(ENVIRONMENT, str(environment["id"]), environment)


def _told_of_certificate(work: Work, environment: Document, body: Document) -> Document:
    """The guide's page of domains shows the step in the reply to the change, and nowhere else."""
    if body.get("custom_domain") is None:
        return {}
    return {"ssl_provisioning_step": certificate_of(work, environment)["provisioning_step"]}


def _switch_production(work: Work, environment: Document) -> None:
    """One that runs already gets its CDN now, or leaves it; one that is still being made comes to that step by itself."""
    if environment["is_production"]:
        _demote_others(work, environment)
    if environment["status"] in RUNNING:
        _end_promotion(work, environment)
        if environment["is_production"]:
            provision(work, PROMOTE_ENVIRONMENT, str(environment["id"]), environment)


def _end_promotion(work: Work, environment: Document) -> None:
    agenda.cancel(work, f"{ENVIRONMENT}/{environment['id']}")
    environment["provisioning_step"] = None
    environment.pop("failure_reason", None)


def _require_free_name(work: Work, site_id: int, name: str) -> None:
    if is_taken(work, ENVIRONMENT, name=name_key(site_id, name)):
        raise Refused(validation_failure({"name": [NAME_TAKEN]}))


def _demote_others(work: Work, environment: Document) -> None:
    """A second production is no error: the first one silently stops being it, in the same moment."""
    for other in work.find(ENVIRONMENT, production_of=environment["site_id"]):
        if other["id"] != environment["id"]:
            other["is_production"] = False
            if other["status"] in RUNNING:
                _end_promotion(work, other)
            work.put(ENVIRONMENT, str(other["id"]), other)
            environment_event(work, "environment.updated", other)
