"""How a configuration uses the flag's variations, counted: the `_summary` that lists show instead of the targeting itself."""

from __future__ import annotations

from typing import Any

from mockenv.store.base import Document


def summarise(flag: Document, one: Document) -> Document:
    """Variations that nothing leads to are left out, but for the one that is served while the flag is off."""
    counts: dict[int, dict[str, Any]] = {}

    def at(variation: int) -> dict[str, Any]:
        return counts.setdefault(variation, {"rules": 0, "nullRules": 0, "targets": 0, "contextTargets": 0})

    for target in one["targets"]:
        at(target["variation"])["targets"] += len(target["values"])
    for target in one["contextTargets"]:
        at(target["variation"])["contextTargets"] += len(target["values"])
    for rule in one["rules"]:
        for variation, _ in _served(rule):
            at(variation)["rules" if rule["clauses"] else "nullRules"] += 1
    for variation, weight in _served(one["fallthrough"]):
        at(variation)["isFallthrough"] = True
        if "rollout" in one["fallthrough"]:
            at(variation).update({"rollout": weight, **_bucketing(one["fallthrough"]["rollout"])})
    if "offVariation" in one:
        at(one["offVariation"])["isOff"] = True
    return {
        "variations": {str(number): counts[number] for number in sorted(counts) if number < len(flag["variations"])},
        "prerequisites": len(one["prerequisites"]),
    }


def _served(node: Document) -> list[tuple[int, int]]:
    """Variations that a rule or a default rule leads to, and with which weight."""
    if "variation" in node:
        return [(node["variation"], 0)]
    return [(part["variation"], part["weight"]) for part in node["rollout"]["variations"]]


def _bucketing(rollout: Document) -> Document:
    return {name: rollout[name] for name in ("bucketBy",) if name in rollout}
