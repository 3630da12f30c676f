"""An environment's flags and segments as server-side SDKs read them: the whole targeting, and nothing for people."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.providers.launchdarkly.flags.model import CONFIGURATION, FLAG, flag_id
from mockenv.providers.launchdarkly.rules import USER
from mockenv.providers.launchdarkly.segments.model import SEGMENT
from mockenv.store.base import Document

TARGETING = ("on", "targets", "fallthrough", "prerequisites", "trackEvents", "trackEventsFallthrough", "salt", "sel", "version")
SEGMENT_MEMBERS = (
    "key",
    "included",
    "excluded",
    "includedContexts",
    "excludedContexts",
    "salt",
    "version",
    "unbounded",
    "generation",
)


def all_of(work: Work, environment: str) -> Document:
    """`{"flags": {key: …}, "segments": {key: …}}`; archived flags are not told."""
    flags = {}
    for one in work.find(CONFIGURATION, environment=environment):
        flag = work.get(FLAG, flag_id(one["project"], one["flag"]))
        if flag is not None and not flag["archived"]:
            flags[flag["key"]] = _flag(flag, one)
    segments = {one["key"]: _segment(one) for one in work.find(SEGMENT, environment=environment)}
    return {"flags": flags, "segments": segments}


def _flag(flag: Document, one: Document) -> Document:
    availability = flag["clientSideAvailability"]
    return {
        "key": flag["key"],
        **{name: one[name] for name in TARGETING},
        "contextTargets": _in_order(one),
        "rules": [_rule(rule) for rule in one["rules"] if not rule.get("disabled")],
        "offVariation": one.get("offVariation"),
        "variations": [variation["value"] for variation in flag["variations"]],
        "clientSideAvailability": availability,
        "clientSide": availability["usingEnvironmentId"],
        "debugEventsUntilDate": None,
        "deleted": False,
    }


def _in_order(one: Document) -> list[Document]:
    """Where there are targets of other kinds, SDKs look at this list alone, and find users by a place that is kept for them."""
    if not one["contextTargets"]:
        return []
    users = [{"contextKind": USER, "variation": target["variation"], "values": []} for target in one["targets"]]
    return [*users, *one["contextTargets"]]


def _rule(rule: Document) -> Document:
    """Ids have no underscore there."""
    kept = {name: value for name, value in rule.items() if name not in ("_id", "description", "ref", "disabled")}
    return {**kept, "id": rule["_id"], "clauses": [_bare(clause) for clause in rule["clauses"]]}


def _segment(one: Document) -> Document:
    rules = [
        {
            **{name: value for name, value in rule.items() if name not in ("_id", "description")},
            "id": rule["_id"],
            "clauses": [_bare(clause) for clause in rule["clauses"]],
        }
        for rule in one["rules"]
    ]
    kind = {"unboundedContextKind": one["unboundedContextKind"]} if one["unbounded"] else {}
    return {**{name: one[name] for name in SEGMENT_MEMBERS}, **kind, "rules": rules, "deleted": False}


def _bare(clause: Document) -> Document:
    return {name: value for name, value in clause.items() if name != "_id"}
