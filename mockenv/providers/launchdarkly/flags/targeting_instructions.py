"""The instructions of a semantic patch that speak of one environment: on and off, targets, rules, rollouts, prerequisites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockenv.providers.launchdarkly import rules
from mockenv.providers.launchdarkly.flags.change import FlagChange
from mockenv.providers.launchdarkly.flags.model import FLAG, flag_id
from mockenv.providers.launchdarkly.flags.targeting import complete_targets
from mockenv.providers.launchdarkly.rules import USER, complete_rule, find_rule, put_rule, sets_of_rule
from mockenv.providers.launchdarkly.semantic import Table
from mockenv.store.base import Document

Instruction = Callable[[FlagChange, Document], None]


def _sets(member: str, value: Any) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        change.environment[member] = value

    return instruction


def _takes(member: str) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        change.environment[member] = one["trackEvents"]

    return instruction


# What is served


def _served(change: FlagChange, one: Document) -> Document:
    """A variation, or a rollout; what is not served that way any more is dropped."""
    if "rolloutWeights" not in one:
        return {"variation": change.variation(one["variationId"])}
    rollout: Document = {
        "variations": [{"variation": change.variation(id), "weight": weight} for id, weight in one["rolloutWeights"].items()],
        "contextKind": one.get("rolloutContextKind", USER),
    }
    if "rolloutBucketBy" in one:
        rollout["bucketBy"] = one["rolloutBucketBy"]
    return {"rollout": rollout}


def _fallthrough(change: FlagChange, one: Document) -> None:
    change.environment["fallthrough"] = _served(change, one)


def _off_variation(change: FlagChange, one: Document) -> None:
    change.environment["offVariation"] = change.variation(one["variationId"])


# Rules and their clauses


def _new_rule(change: FlagChange, one: Document) -> Document:
    about: Document = {name: one[name] for name in ("description", "trackEvents", "ref", "clauses") if name in one}
    return complete_rule(change.work, {**about, **_served(change, one)}, trackEvents=False)


def _add_rule(change: FlagChange, one: Document) -> None:
    rules = change.environment["rules"]
    before = one.get("beforeRuleId")
    ids = [rule["_id"] for rule in rules]
    if before and before not in ids:
        raise change.refusal(f"there is no rule {before}")
    rules.insert(ids.index(before) if before else len(rules), _new_rule(change, one))


def _replace_rules(change: FlagChange, one: Document) -> None:
    change.environment["rules"] = [_new_rule(change, rule) for rule in one["rules"]]


def _serve_by_rule(change: FlagChange, one: Document) -> None:
    rule = {name: value for name, value in find_rule(change, one).items() if name not in ("variation", "rollout")}
    put_rule(change, {**rule, **_served(change, one)})


# Individual targets


def _put_targets(change: FlagChange, targets: list[Document]) -> None:
    change.environment.update(complete_targets({"targets": targets, "contextTargets": []}))


def _targets(change: FlagChange) -> list[Document]:
    return [*change.environment["targets"], *change.environment["contextTargets"]]


def _add_targets(change: FlagChange, one: Document) -> None:
    new = {
        "values": list(one["values"]),
        "variation": change.variation(one["variationId"]),
        "contextKind": one.get("contextKind", USER),
    }
    _put_targets(change, [*_targets(change), new])


def _remove_targets(change: FlagChange, one: Document) -> None:
    at = (one.get("contextKind", USER), change.variation(one["variationId"]))
    _put_targets(
        change,
        [
            {**each, "values": [value for value in each["values"] if value not in one["values"]]}
            if (each["contextKind"], each["variation"]) == at
            else each
            for each in _targets(change)
        ],
    )


def _replace_targets(change: FlagChange, one: Document) -> None:
    change.environment.update({"targets": [], "contextTargets": []})
    for target in one["targets"]:
        _add_targets(change, target)


def _replace_users(change: FlagChange, one: Document) -> None:
    change.environment["targets"] = []
    for target in one["targets"]:
        _add_targets(change, {**target, "contextKind": USER})


def _clear(*lists: str) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        number = change.variation(one["variationId"])
        for name in lists:
            change.environment[name] = [each for each in change.environment[name] if each["variation"] != number]

    return instruction


def _of_users(instruction: Instruction) -> Instruction:
    return lambda change, one: instruction(change, {**one, "contextKind": USER})


# Prerequisites


def _prerequisite(change: FlagChange, one: Document) -> Document:
    other = change.work.get(FLAG, flag_id(change.flag["project"], one["key"]))
    for number, variation in enumerate(other["variations"] if other else []):
        if variation["_id"] == one["variationId"]:
            return {"key": one["key"], "variation": number}
    raise change.refusal(f"flag {one['key']} has no variation {one['variationId']}")


def _put_prerequisite(change: FlagChange, one: Document) -> None:
    others = [each for each in change.environment["prerequisites"] if each["key"] != one["key"]]
    change.environment["prerequisites"] = [*others, _prerequisite(change, one)]


def _update_prerequisite(change: FlagChange, one: Document) -> None:
    if not any(each["key"] == one["key"] for each in change.environment["prerequisites"]):
        raise change.refusal(f"{one['key']} is no prerequisite")
    new = _prerequisite(change, one)
    change.environment["prerequisites"] = [
        new if each["key"] == one["key"] else each for each in change.environment["prerequisites"]
    ]


def _remove_prerequisite(change: FlagChange, one: Document) -> None:
    change.environment["prerequisites"] = [each for each in change.environment["prerequisites"] if each["key"] != one["key"]]


def _replace_prerequisites(change: FlagChange, one: Document) -> None:
    change.environment["prerequisites"] = [_prerequisite(change, each) for each in one["prerequisites"]]


OF_RULE = ("ruleId",)
OF_VALUES = ("values", "variationId")
TABLE: Table[FlagChange] = {
    **rules.TABLE,
    "turnFlagOn": (_sets("on", True), ()),
    "turnFlagOff": (_sets("on", False), ()),
    "updateTrackEvents": (_takes("trackEvents"), ("trackEvents",)),
    "updateTrackEventsFallthrough": (_takes("trackEventsFallthrough"), ("trackEvents",)),
    "updateFallthroughVariationOrRollout": (_fallthrough, ()),
    "updateOffVariation": (_off_variation, ("variationId",)),
    "addRule": (_add_rule, ()),
    "replaceRules": (_replace_rules, ("rules",)),
    "updateRuleVariationOrRollout": (_serve_by_rule, OF_RULE),
    "updateRuleTrackEvents": (sets_of_rule("trackEvents"), (*OF_RULE, "trackEvents")),
    "addTargets": (_add_targets, OF_VALUES),
    "addUserTargets": (_of_users(_add_targets), OF_VALUES),
    "removeTargets": (_remove_targets, OF_VALUES),
    "removeUserTargets": (_of_users(_remove_targets), OF_VALUES),
    "replaceTargets": (_replace_targets, ("targets",)),
    "replaceUserTargets": (_replace_users, ("targets",)),
    "clearTargets": (_clear("targets", "contextTargets"), ("variationId",)),
    "clearUserTargets": (_clear("targets"), ("variationId",)),
    "addPrerequisite": (_put_prerequisite, ("key", "variationId")),
    "updatePrerequisite": (_update_prerequisite, ("key", "variationId")),
    "removePrerequisite": (_remove_prerequisite, ("key",)),
    "replacePrerequisites": (_replace_prerequisites, ("prerequisites",)),
}
