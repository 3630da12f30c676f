"""What can be asked about flags: list, create, get, change, delete, copy, and whether they are in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly import listing, semantic
from mockenv.providers.launchdarkly.access import require_environment, require_project, require_write
from mockenv.providers.launchdarkly.errors import conflict, failure, invalid, unknown
from mockenv.providers.launchdarkly.flags import defaults, instructions, patch, targeting_instructions, trail
from mockenv.providers.launchdarkly.flags.change import FlagChange
from mockenv.providers.launchdarkly.flags.copying import copy
from mockenv.providers.launchdarkly.flags.defaults import boolean_variations, defaults_of
from mockenv.providers.launchdarkly.flags.keeping import (
    changed_environments,
    configurations_of,
    copy_of,
    find_whole,
    keep,
    put_new,
    remove_flag,
)
from mockenv.providers.launchdarkly.flags.listing import wanted_flags
from mockenv.providers.launchdarkly.flags.model import (
    CONFIGURATION,
    FLAG,
    STAGES,
    Whole,
    flag_id,
    new_configuration,
    new_flag,
    new_variations,
)
from mockenv.providers.launchdarkly.flags.representation import flag_path, show_flag
from mockenv.providers.launchdarkly.flags.status import status_of
from mockenv.providers.launchdarkly.flags.targeting import objections
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.providers.launchdarkly.members import MEMBER, TEAM, caller_of
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.store.base import Document

INSTRUCTIONS: semantic.Table[FlagChange] = {**instructions.TABLE, **targeting_instructions.TABLE}


def get_feature_flags(call: Call, work: Work) -> Reply:
    project = require_project(call, work)["key"]
    environments = _environments(call)
    wanted = wanted_flags(call, work, project, environments)
    offset, limit = asked_page(call)
    found, total = listing.find_page(work, FLAG, wanted, offset, limit)
    brief = call.query().get("summary", True)
    items = [show_flag(call, work, Whole(flag, configurations_of(work, flag)), environments, brief=brief) for flag in found]
    return Reply(200, {"_links": links_of(call, total, offset, limit), "items": items, "totalCount": total})


def post_feature_flag(call: Call, work: Work) -> Reply:
    project = require_project(call, work)
    require_write(call)
    body = call.body()
    if work.get(FLAG, flag_id(project["key"], body["key"])) is not None:
        raise conflict(call, f"A flag with the key {body['key']} already exists in this project")
    source = _source(call, work, project["key"])
    maintainer = caller_of(call, work)
    if not source and not body.get("variations") and body.get("purpose") != "migration":
        told = defaults_of(project)["booleanDefaults"]
        body = {"defaults": {name: told[name] for name in ("onVariation", "offVariation")}, **body}
    flag = new_flag(work, project, body, _variations(call, work, project, body, source), maintainer["_id"] if maintainer else None)
    if source:
        flag |= {name: source.flag[name] for name in ("kind", "defaults")}
    whole = Whole(flag, {})
    for environment in work.find(ENVIRONMENT, project=project["key"]):
        basis = source.configurations.get(environment["key"]) if source else None
        whole.configurations[environment["key"]] = new_configuration(work, flag, environment, basis)
    _begin(call, work, whole, body)
    require_sound(call, work, whole)
    put_new(work, whole)
    trail.of_whole(call, work, whole, "create")
    return Reply(201, show_flag(call, work, whole))


def _source(call: Call, work: Work, project: str) -> Whole | None:
    key = call.query().get("clone")
    if not key:
        return None
    source = find_whole(work, project, key)
    if source is None:
        raise unknown(call, "flag", key)
    return source


def _variations(call: Call, work: Work, project: Document, body: Document, source: Whole | None) -> list[Document]:
    """A clone has its source's: what it serves is told by their numbers."""
    if source:
        return new_variations(work, source.flag["variations"])
    if body.get("purpose") == "migration":
        count = (body.get("migrationSettings") or {}).get("stageCount")
        if count is None or body.get("variations"):
            raise invalid(call, "Invalid request body: a migration flag has a stageCount, and no variations of its own")
        return new_variations(work, [{"value": value} for value in STAGES[count]])
    return new_variations(work, body.get("variations") or boolean_variations(project))


def _begin(call: Call, work: Work, whole: Whole, body: Mapping[str, Any]) -> None:
    """What a create says of all environments at once."""
    for one in whole.configurations.values():
        if body.get("isFlagOn"):
            one["on"] = True
    prerequisites = body.get("initialPrerequisites")
    for key in whole.configurations if prerequisites else ():
        instruction = {"kind": "replacePrerequisites", "prerequisites": prerequisites}
        semantic.carry_out(FlagChange(call, work, whole, key), [instruction], INSTRUCTIONS)


def get_feature_flag(call: Call, work: Work) -> Reply:
    return Reply(200, show_flag(call, work, require_flag(call, work), _environments(call) or None))


def patch_feature_flag(call: Call, work: Work) -> Reply:
    """In one of three forms; `dryRun` shows what would come of it."""
    before = require_flag(call, work)
    require_write(call)
    query, after = call.query(), copy_of(before)
    if semantic.is_semantic(call):
        body = semantic.body_of(call)
        change = FlagChange(call, work, after, body.get("environmentKey"))
        semantic.carry_out(change, body["instructions"], INSTRUCTIONS)
        if change.is_deleted:
            return _deleted(call, work, before)
    else:
        patch.apply(call, work, after)
    reply = _kept(call, work, before, after)
    if query.get("dryRun"):
        work.undo()
    return reply


def copy_feature_flag(call: Call, work: Work) -> Reply:
    before = require_flag(call, work)
    require_write(call)
    after = copy_of(before)
    copy(call, work, after)
    reply = _kept(call, work, before, after)
    reply.status = 201
    return reply


def _kept(call: Call, work: Work, before: Whole, after: Whole) -> Reply:
    require_sound(call, work, after)
    _require_no_approval(call, work, before, after)
    if after.flag["archived"] and not before.flag["archived"]:
        _require_not_needed(call, work, after.flag, "archived")
    if keep(work, before, after):
        trail.of_change(call, work, before, require_flag(call, work))
    return Reply(200, show_flag(call, work, require_flag(call, work)))


def delete_feature_flag(call: Call, work: Work) -> Reply:
    whole = require_flag(call, work)
    require_write(call)
    _require_not_needed(call, work, whole.flag, "deleted")
    trail.of_whole(call, work, whole, "delete")
    remove_flag(work, whole.flag)
    return Reply(204)


def _deleted(call: Call, work: Work, whole: Whole) -> Reply:
    """By an instruction: the reply shows what there was."""
    _require_not_needed(call, work, whole.flag, "deleted")
    shown = show_flag(call, work, whole)
    trail.of_whole(call, work, whole, "delete")
    remove_flag(work, whole.flag)
    return Reply(200, shown)


# Whether they are in use


def get_feature_flag_status(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    whole = require_flag(call, work)
    return Reply(200, _show_status(call, work, whole.flag, whole.configurations[environment["key"]]))


def get_feature_flag_statuses(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    items = []
    for one in work.find(CONFIGURATION, environment=environment["_id"]):
        flag = work.get(FLAG, flag_id(one["project"], one["flag"]))
        assert flag is not None  # a flag takes its configurations along
        items.append(_show_status(call, work, flag, one))
    return Reply(200, {"_links": {"self": link_here(call, call.path)}, "items": items})


def get_feature_flag_status_across_environments(call: Call, work: Work) -> Reply:
    whole, wanted = require_flag(call, work), call.query().get("env")
    statuses = {
        key: status_of(work, whole.flag, one)
        for key, one in whole.configurations.items()
        if wanted is None or key in wanted.split(",")
    }
    links = {"parent": link_here(call, flag_path(whole.flag)), "self": link_here(call, call.path)}
    return Reply(200, {"environments": statuses, "key": whole.flag["key"], "_links": links})


def _show_status(call: Call, work: Work, flag: Document, one: Document) -> Document:
    path = f"{ROOT}/flag-statuses/{one['project']}/{one['environment']}/{one['flag']}"
    links = {"parent": link_here(call, flag_path(flag)), "self": link_here(call, path)}
    return {"_links": links, **status_of(work, flag, one)}


# What is asked first


def _environments(call: Call) -> list[str]:
    """`env` may be there several times."""
    return [key for text in call.raw_query.get("env", []) for key in text.split(",") if key]


def require_flag(call: Call, work: Work) -> Whole:
    project, key = require_project(call, work)["key"], call.params["featureFlagKey"]
    whole = find_whole(work, project, key)
    if whole is None:
        raise unknown(call, "flag", key)
    return whole


def require_sound(call: Call, work: Work, whole: Whole) -> None:
    findings = call.dialect.validators.component("FeatureFlag", show_flag(call, work, whole, counted=False))
    if findings:
        raise Refused(call.dialect.invalid(call, findings))
    for objection in objections(work, whole):
        raise invalid(call, f"Invalid request body: {objection}")
    for name, kind in (("maintainerId", MEMBER), ("maintainerTeamKey", TEAM)):
        if name in whole.flag and work.get(kind, whole.flag[name]) is None:
            raise invalid(call, f"Invalid request body: {name} names nobody in the account")


def _require_no_approval(call: Call, work: Work, before: Whole, after: Whole) -> None:
    """Where changes need an approval, they cannot be made directly: 405, as documented."""
    if work.option("launchdarkly", "approvals") != "true":
        return
    for key in changed_environments(before, after):
        environment = work.get(ENVIRONMENT, after.configurations[key]["environmentId"])
        assert environment is not None  # it takes its configurations along
        settings = environment["approvalSettings"]
        if settings["required"] or set(settings["requiredApprovalTags"]) & set(after.flag["tags"]):
            raise Refused(failure(call, 405, "approval is required"))


def _require_not_needed(call: Call, work: Work, flag: Document, what: str) -> None:
    """Others have it as their prerequisite (documented for archiving; the status is a guess)."""
    needing = work.find(CONFIGURATION, needs=flag_id(flag["project"], flag["key"]))
    if needing:
        raise conflict(call, f"Flag {flag['key']} is a prerequisite of flag {needing[0]['flag']} and cannot be {what}")


OPERATIONS: dict[str, Handler] = {
    **defaults.OPERATIONS,
    "getFeatureFlags": get_feature_flags,
    "postFeatureFlag": post_feature_flag,
    "getFeatureFlag": get_feature_flag,
    "patchFeatureFlag": patch_feature_flag,
    "deleteFeatureFlag": delete_feature_flag,
    "copyFeatureFlag": copy_feature_flag,
    "getFeatureFlagStatus": get_feature_flag_status,
    "getFeatureFlagStatuses": get_feature_flag_statuses,
    "getFeatureFlagStatusAcrossEnvironments": get_feature_flag_status_across_environments,
}
