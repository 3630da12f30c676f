"""What happens when a target's date has come: it is a target no more."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import LATEST, MILLISECOND, Instant
from mockenv.providers.launchdarkly.expiry import EXPIRING, FLAG
from mockenv.providers.launchdarkly.flags.keeping import copy_of, find_whole, keep
from mockenv.providers.launchdarkly.flags.targeting import complete_targets
from mockenv.providers.launchdarkly.segments import model as segments
from mockenv.store.base import Document


def _date(target: Document, start: Instant) -> Instant:
    return min(int(target["due"]) * MILLISECOND, LATEST)


def _expired(work: Work, target: Document) -> None:
    """Whoever is no target any more by then stays what he is."""
    if target["kind"] == FLAG:
        _take_out_of_flag(work, target)
    else:
        _take_out_of_segment(work, target)
    work.delete(EXPIRING, target["id"])


def _take_out_of_flag(work: Work, target: Document) -> None:
    before = find_whole(work, target["project"], target["key"])
    if before is None or target["environment"] not in before.configurations:
        return
    after = copy_of(before)
    one = after.configurations[target["environment"]]
    served = {variation["_id"]: number for number, variation in enumerate(after.flag["variations"])}.get(target["variationId"])
    left = [
        {**each, "values": [value for value in each["values"] if value != target["contextKey"]]}
        if (each["contextKind"], each["variation"]) == (target["contextKind"], served)
        else each
        for each in (*one["targets"], *one["contextTargets"])
    ]
    after.configurations[target["environment"]] = complete_targets({**one, "targets": left, "contextTargets": []})
    keep(work, before, after)


def _take_out_of_segment(work: Work, target: Document) -> None:
    segment = work.get(segments.SEGMENT, segments.segment_id(target["environmentId"], target["key"]))
    if segment is None:
        return
    held = segments.targets_in(segment, target["targetType"], target["contextKind"])
    if target["contextKey"] in held:
        left = [key for key in held if key != target["contextKey"]]
        segments.put_targets(segment, target["targetType"], target["contextKind"], left)
        segment |= {"version": segment["version"] + 1, "lastModifiedDate": work.now // MILLISECOND}
        segments.put(work, segment)
        segments.note(work, "updated", segment)


def _keep(work: Work, target: Document, failure: Failure) -> Document:
    """One that a fault keeps from going stays."""
    return target


EXPIRE = Lifecycle(
    name="expire",
    kind=EXPIRING,
    steps=(Step("expiring_target", until=_date),),
    completed=_expired,
    failed=_keep,
)
