"""Approval settings by kind of resource: the beta endpoint, on the settings that environments have."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import approvals
from mockenv.providers.launchdarkly.access import find_environment, require_project, require_write
from mockenv.providers.launchdarkly.errors import invalid, unknown
from mockenv.providers.launchdarkly.lifecycle import note
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.providers.launchdarkly.operations import trail
from mockenv.providers.launchdarkly.operations.representation import show_environment
from mockenv.store.base import Document
from mockenv.toolbox import given

FLAG = "flag"
KINDS = (FLAG, "segment", "aiconfig")


def get_settings(call: Call, work: Work) -> Reply:
    project, query = require_project(call, work)["key"], call.query()
    kinds = [query["resourceKind"]] if "resourceKind" in query else list(KINDS)
    environments = [one for one in work.find(ENVIRONMENT, project=project) if query.get("environmentKey") in (None, one["key"])]
    return Reply(200, {kind: _show(kind, environments) for kind in kinds})


def _show(kind: str, environments: list[Document]) -> Document:
    default = dict(approvals.DEFAULTS)
    return {"_default": default, "environments": {one["key"]: _of(kind, one) for one in environments}}


def _of(kind: str, environment: Document) -> Document:
    own: Document = environment["approvalSettings"] if kind == FLAG else environment["resourceApprovalSettings"].get(kind, {})
    return {**approvals.DEFAULTS, **own}


def patch_settings(call: Call, work: Work) -> Reply:
    """Of one kind in one environment; a service is the same for all kinds."""
    project = require_project(call, work)["key"]
    require_write(call)
    body = call.body()
    environment = find_environment(work, project, body["environmentKey"])
    if environment is None:
        raise unknown(call, "environment", body["environmentKey"])
    kind, before = body["resourceKind"], show_environment(call, work, environment)
    settings = _of(kind, environment) | given(body, (*approvals.DEFAULTS, *approvals.OPTIONAL))
    if kind == FLAG:
        environment["approvalSettings"] = settings
    else:
        environment["resourceApprovalSettings"] = {**environment["resourceApprovalSettings"], kind: settings}
    environment = approvals.exact(approvals.complete(environment))
    for objection in approvals.objections(environment):
        raise invalid(call, objection)
    environment["version"] += 1
    work.put(ENVIRONMENT, environment["_id"], environment)
    note(work, "updated", environment)
    trail.of_environment(call, work, environment, before, show_environment(call, work, environment))
    return Reply(200, {kind: _show(kind, [environment])})


OPERATIONS: dict[str, Handler] = {"getApprovalRequestSettings": get_settings, "patchApprovalRequestSettings": patch_settings}
