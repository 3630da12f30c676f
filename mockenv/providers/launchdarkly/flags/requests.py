"""Approval requests: changes of a flag that are asked for, reviewed by others, and applied once enough of them agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly import audit, semantic
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.approvals import DEFAULTS
from mockenv.providers.launchdarkly.errors import failure, invalid, unknown
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.flags.change import FlagChange
from mockenv.providers.launchdarkly.flags.keeping import copy_of, find_whole, keep
from mockenv.providers.launchdarkly.flags.model import APPROVAL, Whole, flag_id
from mockenv.providers.launchdarkly.flags.operations import INSTRUCTIONS, require_flag, require_sound
from mockenv.providers.launchdarkly.flags.scheduled import EXECUTE
from mockenv.providers.launchdarkly.flags.trail import of_change, resource
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.providers.launchdarkly.members import caller_of
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.store.base import Document
from mockenv.toolbox import required

SHOWN = (
    "_id", "_version", "creationDate", "serviceKind", "requestorId", "description", "reviewStatus", "allReviews", "notifyMemberIds",
    "appliedDate", "appliedByMemberId", "status", "instructions", "executionDate", "operatingOnId", "resourceId",
)  # fmt: skip
Read = Callable[[Call, Work], Document]


def _show(call: Call, one: Document) -> Document:
    links = {
        "self": link_here(call, f"{ROOT}/approval-requests/{one['_id']}"),
        "apply": link_here(call, f"{ROOT}/approval-requests/{one['_id']}/apply"),
        "review": link_here(call, f"{ROOT}/approval-requests/{one['_id']}/reviews"),
    }
    return {"_links": links, **{name: one[name] for name in SHOWN if name in one}, "conflicts": []}


# Which one a path speaks of


def _by_id(call: Call, work: Work) -> Document:
    id = call.params["id"]
    return required(work.get(APPROVAL, id), lambda: unknown(call, "approval request", id))


def _of_flag(call: Call, work: Work) -> Document:
    one, whole = _by_id(call, work), require_flag(call, work)
    environment = _environment(call, whole)
    if (one["flag"], one["environment"]) != (flag_id(whole.flag["project"], whole.flag["key"]), environment):
        raise unknown(call, "approval request", one["_id"])
    return one


def _environment(call: Call, whole: Whole) -> str:
    key = call.params["environmentKey"]
    if key not in whole.configurations:
        raise unknown(call, "environment", key)
    return key


# What can be done


def get_for_flag(call: Call, work: Work) -> Reply:
    whole = require_flag(call, work)
    environment = _environment(call, whole)
    found = work.find(APPROVAL, flag=flag_id(whole.flag["project"], whole.flag["key"]))
    items = [_show(call, one) for one in found if one["environment"] == environment]
    return Reply(200, {"_links": {"self": link_here(call, call.path)}, "items": items})


def get_all(call: Call, work: Work) -> Reply:
    offset, limit = asked_page(call)
    found, total = work.page(APPROVAL, {}, offset, limit)
    return Reply(
        200, {"_links": links_of(call, total, offset, limit), "items": [_show(call, one) for one in found], "totalCount": total}
    )


def post_for_flag(call: Call, work: Work) -> Reply:
    whole = require_flag(call, work)
    return _post(call, work, whole, _environment(call, whole))


def post_by_resource(call: Call, work: Work) -> Reply:
    """`resourceId` is a specifier: `proj/p:env/e:flag/f`."""
    parts = dict(part.split("/", 1) for part in call.body()["resourceId"].split(":") if "/" in part)
    whole = find_whole(work, parts.get("proj", ""), parts.get("flag", ""))
    if whole is None or parts.get("env") not in whole.configurations:
        raise invalid(call, "Invalid request body: resourceId names no flag in an environment")
    return _post(call, work, whole, parts["env"])


def _post(call: Call, work: Work, whole: Whole, environment: str) -> Reply:
    """Instructions that could not be carried out are refused at once."""
    require_write(call)
    body, member = call.body(), caller_of(call, work)
    _changed(call, work, whole, environment, body["instructions"])
    id = object_id(work)
    one = {
        "_id": id,
        "_version": 1,
        "flag": flag_id(whole.flag["project"], whole.flag["key"]),
        "environment": environment,
        "environmentId": whole.configurations[environment]["environmentId"],
        "resourceId": resource(whole.flag, environment),
        "creationDate": work.now // MILLISECOND,
        "serviceKind": "launchdarkly",
        **({"requestorId": member["_id"]} if member else {}),
        "description": body["description"],
        "reviewStatus": "pending",
        "allReviews": [],
        "notifyMemberIds": body.get("notifyMemberIds") or [],
        "status": "pending",
        "instructions": body["instructions"],
        **{name: body[name] for name in ("executionDate", "operatingOnId") if body.get(name) is not None},
    }
    work.put(APPROVAL, id, one)
    _record(call, work, one, "requested a change of", "createApprovalRequest")
    return Reply(201, _show(call, one))


def _get(read: Read) -> Handler:
    return lambda call, work: Reply(200, _show(call, read(call, work)))


def _patch(read: Read) -> Handler:
    """Other instructions want other reviews."""

    def patch(call: Call, work: Work) -> Reply:
        one = read(call, work)
        require_write(call)
        whole = _whole(call, work, one)
        _require_pending(call, one)
        instructions = call.body()["instructions"]
        _changed(call, work, whole, one["environment"], instructions)
        one |= {"instructions": instructions, "_version": one["_version"] + 1, "allReviews": [], "reviewStatus": "pending"}
        work.put(APPROVAL, one["_id"], one)
        _record(call, work, one, "changed the request for", "updateApprovalRequest")
        return Reply(200, _show(call, one))

    return patch


def _delete(read: Read) -> Handler:
    def delete(call: Call, work: Work) -> Reply:
        one = read(call, work)
        require_write(call)
        agenda.cancel(work, f"{APPROVAL}/{one['_id']}")
        work.delete(APPROVAL, one["_id"])
        _record(call, work, one, "deleted the request for", "deleteApprovalRequest")
        return Reply(204)

    return delete


def _review(read: Read) -> Handler:
    """Whoever asked for it may not agree to it, unless the environment says so."""

    def review(call: Call, work: Work) -> Reply:
        one = read(call, work)
        require_write(call)
        _require_pending(call, one)
        body, member, settings = call.body(), caller_of(call, work), _settings(work, one)
        kind = body.get("kind", "comment")
        if kind != "comment" and member and member["_id"] == one.get("requestorId") and not settings["canReviewOwnRequest"]:
            raise Refused(failure(call, 403, "You cannot review your own approval request"))
        said = {name: body[name] for name in ("comment",) if name in body}
        who = {"memberId": member["_id"]} if member else {}
        one["allReviews"].append({"_id": object_id(work), "kind": kind, "creationDate": work.now // MILLISECOND, **said, **who})
        one["reviewStatus"] = _review_status(one, settings)
        work.put(APPROVAL, one["_id"], one)
        _record(call, work, one, "reviewed the request for", "reviewApprovalRequest")
        return Reply(200, _show(call, one))

    return review


def _review_status(one: Document, settings: Document) -> str:
    """By each reviewer's last word."""
    last = {review.get("memberId"): review["kind"] for review in one["allReviews"] if review["kind"] != "comment"}
    words = list(last.values())
    if "decline" in words and not settings["canApplyDeclinedChanges"]:
        return "declined"
    if words.count("approve") >= settings["minNumApprovals"]:
        return "approved"
    return "declined" if "decline" in words else "pending"


def _apply(read: Read) -> Handler:
    def apply(call: Call, work: Work) -> Reply:
        one = read(call, work)
        require_write(call)
        _require_pending(call, one)
        if one["reviewStatus"] != "approved":
            raise invalid(call, "The approval request is not approved")
        before = _whole(call, work, one)
        after = _changed(call, work, before, one["environment"], one["instructions"])
        if "executionDate" in one and not work.has_come(due := work.as_meant(one["executionDate"] * MILLISECOND)):
            return _schedule(call, work, one, due // MILLISECOND)
        if keep(work, before, after):
            of_change(call, work, before, _whole(call, work, one))
        member = caller_of(call, work)
        applied = {"appliedDate": work.now // MILLISECOND, **({"appliedByMemberId": member["_id"]} if member else {})}
        one |= {"status": "completed", **applied}
        work.put(APPROVAL, one["_id"], one)
        _record(call, work, one, "applied the request for", "applyApprovalRequest")
        return Reply(200, _show(call, one))

    return apply


def _schedule(call: Call, work: Work, one: Document, due: int) -> Reply:
    """Guess: whoever applies it before its date has it wait for that."""
    member = caller_of(call, work)
    one |= {"status": "scheduled", "due": due, **({"appliedByMemberId": member["_id"]} if member else {})}
    provision(work, EXECUTE, one["_id"], one)
    work.put(APPROVAL, one["_id"], one)
    _record(call, work, one, "scheduled the request for", "applyApprovalRequest")
    return Reply(200, _show(call, one))


def _whole(call: Call, work: Work, one: Document) -> Whole:
    project, _, key = one["flag"].partition(":")
    whole = find_whole(work, project, key)
    assert whole is not None  # a flag takes its requests along
    return whole


def _changed(call: Call, work: Work, whole: Whole, environment: str, instructions: list[Any]) -> Whole:
    """What the instructions make of the flag. Raises Refused (400)."""
    after = copy_of(whole)
    semantic.carry_out(FlagChange(call, work, after, environment), instructions, INSTRUCTIONS)
    require_sound(call, work, after)
    return after


def _settings(work: Work, one: Document) -> Document:
    environment = work.get(ENVIRONMENT, one["environmentId"])
    return {**DEFAULTS, **(environment["approvalSettings"] if environment else {})}


def _require_pending(call: Call, one: Document) -> None:
    if one["status"] != "pending":
        raise invalid(call, f"The approval request is {one['status']}")


def _record(call: Call, work: Work, one: Document, verb: str, action: str) -> None:
    path = f"{ROOT}/approval-requests/{one['_id']}"
    name = one["flag"].partition(":")[2]
    audit.record(call, work, audit.Done("approval-request", name, f"{verb} the flag", path, ((action, one["resourceId"]),)))


OPERATIONS: dict[str, Handler] = {
    "getApprovalsForFlag": get_for_flag,
    "postApprovalRequestForFlag": post_for_flag,
    "getApprovalForFlag": _get(_of_flag),
    "patchFlagConfigApprovalRequest": _patch(_of_flag),
    "deleteApprovalRequestForFlag": _delete(_of_flag),
    "postApprovalRequestReviewForFlag": _review(_of_flag),
    "postApprovalRequestApplyForFlag": _apply(_of_flag),
    "getApprovalRequests": get_all,
    "postApprovalRequest": post_by_resource,
    "getApprovalRequest": _get(_by_id),
    "patchApprovalRequest": _patch(_by_id),
    "deleteApprovalRequest": _delete(_by_id),
    "postApprovalRequestReview": _review(_by_id),
    "postApprovalRequestApply": _apply(_by_id),
}
