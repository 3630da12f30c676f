"""Deployments: create, list, get, and rollback, which makes a new one with a target."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.deploying import DEPLOY
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.model import DEPLOYMENT, ENVIRONMENT, new_deployment
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.providers.vector.operations.paging import page_of, page_reply, wanted_page
from mockenv.providers.vector.states import DEPLOYMENT_STATES, ENVIRONMENT_STATES, TARGET_STATES
from mockenv.store.base import Document

NOTHING_TO_RESTORE = "There is no successful deployment to roll back to."  # guess


def list_deployments(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    where = {"environment_id": [environment["id"]]}
    return page_of(call, work, DEPLOYMENT, "Deployments retrieved successfully", where, newest_first=True)


def list_site_deployments(call: Call, work: Work) -> Reply:
    """Of all environments of a site that are not on their way out, or of the one that is named; newest first."""
    site, query = require_site(call, work), call.query()
    found = [one for one in work.find(ENVIRONMENT, site_id=site["id"]) if one["status"] != "terminating"]
    ids = [one["id"] for one in found if query.get("environment", one["name"]) == one["name"]]
    page, per_page = wanted_page(call)
    newest = [one for id in ids for one in _newest(work, id, page * per_page)]
    newest.sort(key=lambda one: (one["created_at"], one["id"]), reverse=True)
    total = sum(work.count(DEPLOYMENT, environment_id=id) for id in ids)
    return page_reply(call, newest[(page - 1) * per_page : page * per_page], total, "Deployments retrieved successfully")


def create_deployment(call: Call, work: Work) -> Reply:
    """202, unlike the other creations: one guide page has 201, two have 202."""
    environment = require_environment(call, work)
    require_write(call)
    body = call.body()
    _require_idle(call, work, environment)
    return success(202, "Deployment created successfully", _start(work, environment, body, None))


def get_deployment(call: Call, work: Work) -> Reply:
    return success(200, "Deployment retrieved successfully", require_deployment(call, work))


def rollback(call: Call, work: Work) -> Reply:
    """History is kept: a rollback is one deployment more."""
    environment = require_environment(call, work)
    require_write(call)
    body = call.body()
    _require_idle(call, work, environment)
    target = _target(call, work, environment, body.get("target_deployment_id"))
    return success(202, "Rollback initiated successfully", _start(work, environment, {}, target["id"]))


def require_deployment(call: Call, work: Work) -> Document:
    """Only under its own environment."""
    environment = require_environment(call, work)
    deployment = work.get(DEPLOYMENT, call.params["deployment"])
    if deployment is None or deployment["environment_id"] != environment["id"]:
        raise not_found("Deployment")
    return deployment


def _newest(work: Work, environment_id: int, limit: int) -> list[Document]:
    return work.page(DEPLOYMENT, {"environment_id": [environment_id]}, 0, limit, newest_first=True)[0]


def _require_idle(call: Call, work: Work, environment: Document) -> None:
    ENVIRONMENT_STATES.require(call, environment)
    for deployment in work.find(DEPLOYMENT, running_in=environment["id"]):
        DEPLOYMENT_STATES.require(call, deployment)


def _target(call: Call, work: Work, environment: Document, wanted: str | None) -> Document:
    """Guess: without a target it is the newest that succeeded, even where that is what runs now."""
    if wanted:  # Laravel takes an empty text for none
        target = work.get(DEPLOYMENT, wanted)
        if target is None or target["environment_id"] != environment["id"]:
            raise TARGET_STATES.rules["rollbackEnvironment"].refusal("gone")
        TARGET_STATES.require(call, target)
        return target
    found, _ = work.page(DEPLOYMENT, {"deployed_to": [environment["id"]]}, 0, 1, newest_first=True)
    if not found:
        raise Refused(validation_failure({"target_deployment_id": [NOTHING_TO_RESTORE]}))
    return found[0]


def _start(work: Work, environment: Document, body: Document, target: str | None) -> Document:
    id = work.draw(DEPLOYMENT, work.next_ordinal(DEPLOYMENT)).ulid("id", work.now // 1000)
    deployment = new_deployment(id, environment["id"], body, target, work.now)
    provision(work, DEPLOY, id, deployment)
    work.put(DEPLOYMENT, id, deployment)
    return deployment
