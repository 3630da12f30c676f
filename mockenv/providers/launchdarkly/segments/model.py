"""Segments as they are stored, and what comes and goes with environments; shows nothing to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.providers.launchdarkly import expiry
from mockenv.providers.launchdarkly.fakes import hex_of
from mockenv.providers.launchdarkly.rules import USER
from mockenv.store.base import Document, Kind, by

SEGMENT = "launchdarkly/segment"
GRAVE = "launchdarkly/segment_grave"
"""The last version of a segment that is gone: what comes under its key again counts on."""
BIG = "launchdarkly/big_segment_target"
"""A context in a big segment, each by itself: there may be many."""
TARGETS = ("included", "excluded", "includedContexts", "excludedContexts")
COPIED = ("name", "description", "tags", *TARGETS, "rules", "unbounded", "unboundedContextKind")


def _tags(document: Document) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.casefold() for tag in document["tags"]))


def _of_key(environment_id: str, key: str) -> str:
    return f"{environment_id}:{key}"


KINDS = (
    Kind(SEGMENT, {"environment": by("environmentId"), "tag": _tags}),
    Kind(
        BIG,
        {"of": by("of"), "environment": by("environment"), "key": lambda one: _of_key(one["environment"], one["key"])},
        internal=True,
    ),
    Kind(GRAVE, internal=True),
)


def segment_id(environment_id: str, key: str) -> str:
    """Keys have no colon, so this names one segment only."""
    return f"{environment_id}:{key}"


def big_id(segment: Document, key: str) -> str:
    return f"{segment_id(segment['environmentId'], segment['key'])}:{key}"


def memberships_of(work: Work, environment: Document, key: str) -> dict[str, bool]:
    """As SDKs ask for them: segment and generation → whether the context is in it or out of it; what is not told is neither."""
    found = {}
    for one in work.find(BIG, key=_of_key(environment["_id"], key)):
        segment = work.get(SEGMENT, one["of"])
        if segment is not None:
            found[f"{segment['key']}.g{segment['generation']}"] = bool(one["included"])
    return found


def targets_in(segment: Document, list_name: str, context_kind: str) -> list[str]:
    """Users stand in one list, contexts of other kinds in another, by their kind."""
    if context_kind == USER:
        return list(segment[list_name])
    return [value for one in segment[f"{list_name}Contexts"] if one["contextKind"] == context_kind for value in one["values"]]


def put_targets(segment: Document, list_name: str, context_kind: str, values: list[str]) -> None:
    """Change the segment: a list that is empty goes."""
    if context_kind == USER:
        segment[list_name] = values
        return
    others = {one["contextKind"]: one["values"] for one in segment[f"{list_name}Contexts"]} | {context_kind: values}
    segment[f"{list_name}Contexts"] = [{"contextKind": kind, "values": held} for kind, held in others.items() if held]


def new_segment(work: Work, environment: Document, body: Mapping[str, Any]) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    id = segment_id(environment["_id"], given["key"])
    grave = work.get(GRAVE, id)
    version = grave["version"] + 1 if grave else 1
    now = work.now // MILLISECOND
    return {
        "project": environment["project"],
        "environment": environment["key"],
        "environmentId": environment["_id"],
        "key": given["key"],
        "name": given["name"],
        **({"description": given["description"]} if "description" in given else {}),
        "tags": list(dict.fromkeys(given.get("tags", []))),
        "creationDate": now,
        "lastModifiedDate": now,
        **{name: list(given.get(name, [])) for name in (*TARGETS, "rules")},
        "salt": hex_of(work, SEGMENT, id, "salt", version),
        "unbounded": bool(given.get("unbounded")),
        **({"unboundedContextKind": given.get("unboundedContextKind") or USER} if given.get("unbounded") else {}),
        "generation": grave.get("generation", 1) + 1 if grave else 1,
        "version": version,
    }


def put(work: Work, segment: Document) -> None:
    work.put(SEGMENT, segment_id(segment["environmentId"], segment["key"]), segment)


def remove(work: Work, segment: Document) -> None:
    id = segment_id(segment["environmentId"], segment["key"])
    work.put(GRAVE, id, {"version": segment["version"] + 1, "generation": segment["generation"]})
    work.delete(SEGMENT, id)
    for target in list(work.ids(BIG, of=id)):
        work.delete(BIG, target)
    expiry.forget_all(work, of=f"{expiry.SEGMENT}:{id}")
    note(work, "deleted", segment)


def note(work: Work, what: str, segment: Document) -> None:
    about = {name: segment[name] for name in ("project", "environment", "key", "name")}
    emit(work, f"launchdarkly.segment.{what}", f"{SEGMENT}/{segment_id(segment['environmentId'], segment['key'])}", about)


def add_environment(work: Work, environment: Document, source: Document | None) -> None:
    """A clone has its source's segments."""
    for one in work.find(SEGMENT, environment=source["_id"]) if source else ():
        put(work, new_segment(work, environment, {name: one[name] for name in ("key", *COPIED) if name in one}))


def remove_environment(work: Work, environment_id: str) -> None:
    for kind in (SEGMENT, BIG):
        for id in list(work.ids(kind, environment=environment_id)):
            work.delete(kind, id)
