"""Big segments: who is in one is told and asked context by context, and shown in no list."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.providers.launchdarkly.segments.model import BIG, big_id, segment_id
from mockenv.providers.launchdarkly.segments.operations import require_segment
from mockenv.store.base import Document

STANDARD = "The segment is not a big segment"  # guess: the text
LISTS = ("included", "excluded")


def update_targets(call: Call, work: Work) -> Reply:
    """Added and removed in both lists at once. Guess: who is put into one leaves the other."""
    segment = _require_big(call, work)
    require_write(call)
    body = call.body()
    for name in LISTS:
        changes = body.get(name) or {}
        for key in changes.get("remove") or ():
            _put(work, segment, key, {name: False})
        for key in changes.get("add") or ():
            _put(work, segment, key, {other: other == name for other in LISTS})
    _record(call, work, segment, tuple(name for name in LISTS if body.get(name)))
    return Reply(204)


def get_membership(call: Call, work: Work) -> Reply:
    """Of anybody: who was never told is in neither list."""
    segment = _require_big(call, work)
    key = call.params["contextKey"] if "contextKey" in call.params else call.params["userKey"]
    return Reply(200, {"userKey": key, **_membership(work, segment, key)})


def _require_big(call: Call, work: Work) -> Document:
    segment = require_segment(call, work)
    if not segment["unbounded"]:
        raise invalid(call, STANDARD)
    return segment


def _membership(work: Work, segment: Document, key: str) -> Document:
    known = work.get(BIG, big_id(segment, key)) or dict.fromkeys(LISTS, False)
    return {name: known[name] for name in LISTS}


def _put(work: Work, segment: Document, key: str, changes: Document) -> None:
    told = _membership(work, segment, key) | changes
    if any(told.values()):
        of = segment_id(segment["environmentId"], segment["key"])
        work.put(BIG, big_id(segment, key), {"of": of, "environment": segment["environmentId"], "key": key, **told})
    else:
        work.delete(BIG, big_id(segment, key))


def _record(call: Call, work: Work, segment: Document, changed: tuple[str, ...]) -> None:
    actions = tuple(f"update{name.title()}" for name in changed)
    path = f"/api/v2/segments/{segment['project']}/{segment['environment']}/{segment['key']}"
    resource = f"proj/{segment['project']}:env/{segment['environment']}:segment/{segment['key']}"
    audit.record(call, work, audit.on("segment", segment, "updated the segment", path, resource, *actions))


OPERATIONS: dict[str, Handler] = {
    "updateBigSegmentContextTargets": update_targets,
    "updateBigSegmentTargets": update_targets,
    "getSegmentMembershipForContext": get_membership,
    "getSegmentMembershipForUser": get_membership,
}
