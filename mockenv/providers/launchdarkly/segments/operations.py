"""What can be asked about segments: list, create, get, change, delete."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly import audit, listing, patching, rules, semantic
from mockenv.providers.launchdarkly.access import require_environment, require_write
from mockenv.providers.launchdarkly.errors import conflict, failure, invalid, unknown
from mockenv.providers.launchdarkly.flags.model import CONFIGURATION, FLAG, flag_id
from mockenv.providers.launchdarkly.links import HTML, ROOT, link, link_here
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.providers.launchdarkly.rules import USER, complete_rule
from mockenv.providers.launchdarkly.segments.filtering import read_filter
from mockenv.providers.launchdarkly.segments.model import (
    SEGMENT,
    TARGETS,
    new_segment,
    note,
    put,
    put_targets,
    remove,
    segment_id,
    targets_in,
)
from mockenv.providers.launchdarkly.semantic import Table, adds_tags, removes_tags, sets
from mockenv.store.base import Document

MEMBERS = (
    "name",
    "description",
    "tags",
    "creationDate",
    "lastModifiedDate",
    "key",
    *TARGETS,
    "rules",
    "version",
    "unbounded",
    "unboundedContextKind",
    "generation",
)
CREATED = ("key", "name", "description", "tags", "unbounded", "unboundedContextKind")
EDITABLE = ("name", "tags", *TARGETS, "rules")
ACTIONS = {
    "name": "updateName",
    "description": "updateDescription",
    "tags": "updateTags",
    "included": "updateIncluded",
    "includedContexts": "updateIncluded",
    "excluded": "updateExcluded",
    "excludedContexts": "updateExcluded",
    "rules": "updateRules",
}
READ_ONLY = (
    "_links",
    "_flags",
    "key",
    "creationDate",
    "lastModifiedDate",
    "version",
    "deleted",
    "unbounded",
    "unboundedContextKind",
    "generation",
)


def segments_path(environment: Document) -> str:
    return f"{ROOT}/segments/{environment['project']}/{environment['key']}"


def show(call: Call, segment: Document) -> Document:
    path = f"{ROOT}/segments/{segment['project']}/{segment['environment']}"
    site = f"/{segment['project']}/{segment['environment']}/segments/{segment['key']}"
    links = {"parent": link_here(call, path), "self": link_here(call, f"{path}/{segment['key']}"), "site": link(site, HTML)}
    return {"_links": links, **{name: segment[name] for name in MEMBERS if name in segment}, "deleted": False}


def get_segments(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    query = call.query()
    wanted = listing.Wanted(where={"environment": [environment["_id"]]})
    if query.get("filter"):
        try:
            wanted.tests.append(read_filter(query["filter"]))
        except ValueError:
            raise invalid(call, "Invalid query parameter: filter is not of the expected form") from None
    wanted.order = [(part.removeprefix("-"), part.startswith("-")) for part in query.get("sort", "").split(",") if part]
    offset, limit = asked_page(call)
    found, total = listing.find_page(work, SEGMENT, wanted, offset, limit)
    links = links_of(call, total, offset, limit)
    return Reply(200, {"_links": links, "items": [show(call, one) for one in found], "totalCount": total})


def post_segment(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    require_write(call)
    body = call.body()
    if work.get(SEGMENT, segment_id(environment["_id"], body["key"])) is not None:
        raise conflict(call, f"A segment with the key {body['key']} already exists in this environment")
    segment = new_segment(work, environment, {name: body[name] for name in CREATED if name in body})
    put(work, segment)
    note(work, "created", segment)
    _record(call, work, segment, None, show(call, segment))
    return Reply(201, show(call, segment))


def get_segment(call: Call, work: Work) -> Reply:
    segment = require_segment(call, work)
    flags = [_show_flag(call, flag, segment) for flag in _flags_of(work, segment)]
    return Reply(200, {**show(call, segment), "_flags": flags})


def patch_segment(call: Call, work: Work) -> Reply:
    before = require_segment(call, work)
    require_write(call)
    after = deepcopy(before)
    if semantic.is_semantic(call):
        semantic.carry_out(SegmentChange(call, work, after), semantic.body_of(call)["instructions"], INSTRUCTIONS)
        patching.require_valid(call, "UserSegment", show(call, after))
    else:
        _apply(call, work, after)
    if after != before:
        _require_no_approval(call, work, after)
        after |= {"version": before["version"] + 1, "lastModifiedDate": work.now // MILLISECOND}
        put(work, after)
        note(work, "updated", after)
        _record(call, work, after, show(call, before), show(call, after))
    reply = Reply(200, show(call, after))
    if call.query().get("dryRun"):
        work.undo()
    return reply


def _require_no_approval(call: Call, work: Work, segment: Document) -> None:
    """Where changes of segments need an approval: 403, as seen live (flags have 405)."""
    environment = work.get(ENVIRONMENT, segment["environmentId"])
    assert environment is not None  # it takes its segments along
    settings = environment["resourceApprovalSettings"].get("segment")
    if settings and (settings["required"] or set(settings["requiredApprovalTags"]) & set(segment["tags"])):
        raise Refused(failure(call, 403, "approval is required"))


def delete_segment(call: Call, work: Work) -> Reply:
    """Not while a flag's rules speak of it (a guess; 409 is documented)."""
    segment = require_segment(call, work)
    require_write(call)
    needing = _flags_of(work, segment)
    if needing:
        raise conflict(call, f"Segment {segment['key']} is used by flag {needing[0]['key']}")
    remove(work, segment)
    _record(call, work, segment, show(call, segment), None)
    return Reply(204)


def _record(call: Call, work: Work, segment: Document, before: Document | None, after: Document | None) -> None:
    verb, actions = "updated", audit.actions_between(before or {}, after or {}, ACTIONS)
    if before is None or after is None:
        verb, actions = ("created", ("createSegment",)) if before is None else ("deleted", ("deleteSegment",))
    path = f"{ROOT}/segments/{segment['project']}/{segment['environment']}/{segment['key']}"
    resource = f"proj/{segment['project']}:env/{segment['environment']}:segment/{segment['key']}"
    audit.record(call, work, audit.on("segment", segment, f"{verb} the segment", path, resource, *actions), before, after)


def _apply(call: Call, work: Work, segment: Document) -> None:
    before = show(call, segment)
    defaults: dict[str, Any] = {"tags": [], **{name: [] for name in (*TARGETS, "rules")}}
    after = patching.apply(call, before, patching.operations_of(call), lambda path: path.count("/") == 1)
    after = patching.with_defaults(after, defaults)
    if rules.are_rules(after["rules"]):
        after["rules"] = [complete_rule(work, rule) for rule in after["rules"]]
    patching.require_kept(call, before, after, READ_ONLY)
    patching.require_valid(call, "UserSegment", after)
    segment |= {name: after[name] for name in EDITABLE}
    segment.pop("description", None)
    segment |= {name: after[name] for name in ("description",) if name in after}


def require_segment(call: Call, work: Work) -> Document:
    environment, key = require_environment(call, work), call.params["segmentKey"]
    segment = work.get(SEGMENT, segment_id(environment["_id"], key))
    if segment is None:
        raise unknown(call, "segment", key)
    return segment


def _flags_of(work: Work, segment: Document) -> list[Document]:
    """Whose rules speak of it, in its environment."""
    found = []
    for one in work.find(CONFIGURATION, environment=segment["environmentId"]):
        clauses = [clause for rule in one["rules"] for clause in rule["clauses"]]
        if any(clause["op"] == "segmentMatch" and segment["key"] in clause["values"] for clause in clauses):
            flag = work.get(FLAG, flag_id(one["project"], one["flag"]))
            found += [flag] if flag else []
    return found


def _show_flag(call: Call, flag: Document, segment: Document) -> Document:
    site = link(f"/{flag['project']}/{segment['environment']}/features/{flag['key']}", HTML)
    links = {"self": link_here(call, f"{ROOT}/flags/{flag['project']}/{flag['key']}")}
    return {"name": flag["name"], "key": flag["key"], "_links": links, "_site": site}


# Semantic patch


@dataclass
class SegmentChange(semantic.Change):
    segment: Document

    @property
    def ruled(self) -> Document:
        return self.segment


Instruction = Callable[[SegmentChange, Document], None]


def _segment(change: SegmentChange) -> Document:
    return change.segment


def _targets(list_name: str, *, adds: bool) -> Instruction:
    """Users stand in one list, contexts of other kinds in another, by their kind."""

    def instruction(change: SegmentChange, one: Document) -> None:
        kind, segment, values = one.get("contextKind", USER), change.segment, one["values"]
        if not isinstance(values, list):
            raise change.refusal("values must be a list")
        put_targets(segment, list_name, kind, _changed(targets_in(segment, list_name, kind), values, adds=adds))

    return instruction


def _changed(known: list[str], values: list[str], *, adds: bool) -> list[str]:
    return list(dict.fromkeys([*known, *values])) if adds else [value for value in known if value not in values]


def _users(list_name: str, *, adds: bool) -> Instruction:
    instruction = _targets(list_name, adds=adds)
    return lambda change, one: instruction(change, {**one, "contextKind": USER})


def _add_rule(change: SegmentChange, one: Document) -> None:
    about: Document = {
        name: one[name] for name in ("description", "clauses", "weight", "bucketBy", "rolloutContextKind") if name in one
    }
    change.segment["rules"].append(complete_rule(change.work, about))


def _update_rollout(change: SegmentChange, one: Document) -> None:
    given = {"weight": one["weight"], **({"rolloutContextKind": one["contextKind"]} if "contextKind" in one else {})}
    rules.put_rule(change, {**rules.find_rule(change, one), **given})


VALUES = ("values",)
INSTRUCTIONS: Table[SegmentChange] = {
    **rules.TABLE,
    "updateName": (sets(_segment, "name"), ("value",)),
    "updateDescription": (sets(_segment, "description"), ("value",)),
    "addTags": (adds_tags(_segment), VALUES),
    "removeTags": (removes_tags(_segment), VALUES),
    "addRule": (_add_rule, ("clauses",)),
    "updateRuleRolloutAndContextKind": (_update_rollout, ("ruleId", "weight")),
    **{
        f"{verb}{list_name.title()}{what}": (make(list_name, adds=verb == "add"), VALUES)
        for verb in ("add", "remove")
        for list_name in ("included", "excluded")
        for what, make in (("Targets", _targets), ("Users", _users))
    },
}


OPERATIONS: dict[str, Handler] = {
    "getSegments": get_segments,
    "postSegment": post_segment,
    "getSegment": get_segment,
    "patchSegment": patch_segment,
    "deleteSegment": delete_segment,
}
