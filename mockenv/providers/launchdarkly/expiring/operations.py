"""What can be asked about expiring targets, of flags and of segments: by contexts, and in the older words for users alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.access import require_environment, require_write
from mockenv.providers.launchdarkly.errors import unknown
from mockenv.providers.launchdarkly.expiring.lifecycle import EXPIRE
from mockenv.providers.launchdarkly.expiry import EXPIRING, FLAG, SEGMENT, new_target, owner_of, target_id
from mockenv.providers.launchdarkly.flags import trail
from mockenv.providers.launchdarkly.flags.operations import require_flag
from mockenv.providers.launchdarkly.flags.representation import flag_path
from mockenv.providers.launchdarkly.links import ROOT
from mockenv.providers.launchdarkly.rules import USER
from mockenv.providers.launchdarkly.segments import model as segments
from mockenv.store.base import Document
from mockenv.toolbox import required

# The words for contexts, and those for users alone.
ADD = ("addExpiringTarget", "addExpireUserTargetDate")
UPDATE = ("updateExpiringTarget", "updateExpireUserTargetDate")
REMOVE = ("removeExpiringTarget", "removeExpireUserTargetDate")


class Refusal(Exception):
    """Why an instruction could not be carried out; the others are all the same."""


class Owner(NamedTuple):
    """A flag or a segment in an environment, and what of an instruction says where in it a context is."""

    kind: str
    environment: Document
    key: str
    where: str
    holds: Callable[[Document], bool]
    done: audit.Done

    @property
    def of(self) -> str:
        return owner_of(self.kind, self.environment, self.key)


def _flag(call: Call, work: Work) -> Owner:
    environment, whole = require_environment(call, work), require_flag(call, work)
    one = whole.configurations[environment["key"]]
    numbers = {variation["_id"]: number for number, variation in enumerate(whole.flag["variations"])}

    def holds(wanted: Document) -> bool:
        at = (wanted["contextKind"], numbers.get(wanted["variationId"]))
        targets = (*one["targets"], *one["contextTargets"])
        return any((each["contextKind"], each["variation"]) == at and wanted["contextKey"] in each["values"] for each in targets)

    resource = trail.resource(whole.flag, environment["key"])
    done = audit.on("flag", whole.flag, "scheduled targets of the flag", flag_path(whole.flag), resource, "updateExpiringTargets")
    return Owner(FLAG, environment, whole.flag["key"], "variationId", holds, done)


def _segment(call: Call, work: Work) -> Owner:
    environment, key = require_environment(call, work), call.params["segmentKey"]
    segment = required(
        work.get(segments.SEGMENT, segments.segment_id(environment["_id"], key)), lambda: unknown(call, "segment", key)
    )

    def holds(wanted: Document) -> bool:
        return wanted["contextKey"] in segments.targets_in(segment, wanted["targetType"], wanted["contextKind"])

    path = f"{ROOT}/segments/{segment['project']}/{segment['environment']}/{key}"
    resource = f"proj/{segment['project']}:env/{segment['environment']}:segment/{key}"
    done = audit.on("segment", segment, "scheduled targets of the segment", path, resource, "updateExpiringTargets")
    return Owner(SEGMENT, environment, key, "targetType", holds, done)


def _lister(find: Callable[[Call, Work], Owner], show: Callable[[Document], Document], *, users: bool) -> Handler:
    def get(call: Call, work: Work) -> Reply:
        found = [one for one in work.find(EXPIRING, of=find(call, work).of) if not users or one["contextKind"] == USER]
        return Reply(200, {"items": [show(one) for one in found]})

    return get


def _patcher(find: Callable[[Call, Work], Owner], show: Callable[[Document], Document], *, users: bool) -> Handler:
    def patch(call: Call, work: Work) -> Reply:
        """Each instruction by itself: one that cannot be carried out is told, and the others are."""
        owner = find(call, work)
        require_write(call)
        instructions = call.body()["instructions"]
        items, errors = [], []
        for at, one in enumerate(instructions):
            try:
                items += [show(found) for found in _carry_out(work, owner, _in_words_for_contexts(one, users=users))]
            except Refusal as why:
                errors.append({"instructionIndex": at, "message": str(why)})
        if len(errors) < len(instructions):
            audit.record(call, work, owner.done, after={"items": items})
        told = {"totalInstructions": len(instructions), "failedInstructions": len(errors)}
        told |= {"successfulInstructions": len(instructions) - len(errors)}
        return Reply(200, {"items": items, **told, **({"errors": errors} if errors else {})})

    return patch


def _in_words_for_contexts(one: Document, *, users: bool) -> Document:
    return {**one, "contextKind": USER, "contextKey": one["userKey"]} if users else one


def _carry_out(work: Work, owner: Owner, one: Document) -> list[Document]:
    """Guess: the texts, and that adding what is scheduled already is refused."""
    id = target_id(owner.of, one["contextKind"], one["contextKey"])
    found = work.get(EXPIRING, id)
    if one["kind"] in ADD:
        if found is not None:
            raise Refusal("the context is scheduled already")
        if not owner.holds(one):
            raise Refusal("the context is not targeted there")
        about = {name: one[name] for name in ("contextKind", "contextKey", owner.where)}
        return [_schedule(work, new_target(work, owner.kind, owner.environment, owner.key, about), one)]
    if found is None or found[owner.where] != one[owner.where]:
        raise Refusal("the context is not scheduled there")
    if one["kind"] in REMOVE:
        agenda.cancel(work, f"{EXPIRING}/{id}")
        work.delete(EXPIRING, id)
        return []
    if one.get("version", found["_version"]) != found["_version"]:
        raise Refusal("the version is another one")
    return [_schedule(work, found | {"_version": found["_version"] + 1}, one)]


def _schedule(work: Work, target: Document, one: Document) -> Document:
    """Guess: a date that is past is refused."""
    due = work.as_meant(one["value"] * MILLISECOND)
    if work.has_come(due):
        raise Refusal("the date is past")
    target |= {"expirationDate": one["value"], "due": due // MILLISECOND}
    agenda.cancel(work, f"{EXPIRING}/{target['id']}")
    provision(work, EXPIRE, target["id"], target)
    work.put(EXPIRING, target["id"], target)
    return target


def _show(one: Document) -> Document:
    return {**_common(one), "contextKind": one["contextKind"], "contextKey": one["contextKey"]}


def _show_user(one: Document) -> Document:
    return {**_common(one), "userKey": one["contextKey"]}


def _common(one: Document) -> Document:
    resource: Document = {
        "kind": one["kind"],
        "projectKey": one["project"],
        "environmentKey": one["environment"],
        "key": one["key"],
    }
    if one["kind"] == FLAG:
        resource["flagKey"] = one["key"]
    where: Document = {name: one[name] for name in ("variationId", "targetType") if name in one}
    return {**{name: one[name] for name in ("_id", "_version", "expirationDate")}, **where, "_resourceId": resource}


OPERATIONS: dict[str, Handler] = {
    "getExpiringContextTargets": _lister(_flag, _show, users=False),
    "patchExpiringTargets": _patcher(_flag, _show, users=False),
    "getExpiringUserTargets": _lister(_flag, _show_user, users=True),
    "patchExpiringUserTargets": _patcher(_flag, _show_user, users=True),
    "getExpiringTargetsForSegment": _lister(_segment, _show, users=False),
    "patchExpiringTargetsForSegment": _patcher(_segment, _show, users=False),
    "getExpiringUserTargetsForSegment": _lister(_segment, _show_user, users=True),
    "patchExpiringUserTargetsForSegment": _patcher(_segment, _show_user, users=True),
}
