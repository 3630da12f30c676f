"""What targeting must be: what a request may leave out is put in, what points to nothing is refused; changes no world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.providers.launchdarkly.flags.model import FLAG, Whole, flag_id
from mockenv.providers.launchdarkly.rules import USER
from mockenv.store.base import Document

WHOLE_ROLLOUT = 100_000
"""Weights are thousandths of a percent."""


def complete_targets(configuration: Document) -> Document:
    """Individual users and other contexts stand in two lists, whichever of them they were put into; empty ones go."""
    targets: dict[tuple[str, int], list[str]] = {}
    for one in [*configuration["targets"], *configuration["contextTargets"]]:
        values = targets.setdefault((one.get("contextKind") or USER, one["variation"]), [])
        values.extend(value for value in one["values"] if value not in values)
    shown = [
        {"values": values, "variation": variation, "contextKind": kind} for (kind, variation), values in targets.items() if values
    ]
    users, others = ([one for one in shown if (one["contextKind"] == USER) is wanted] for wanted in (True, False))
    return {**configuration, "targets": users, "contextTargets": others}


# What may not be


def objections(work: Work, whole: Whole) -> Iterator[str]:
    """Our own words; that it is refused is documented for some and follows for the rest."""
    flag, count = whole.flag, len(whole.flag["variations"])
    values = [one["value"] for one in flag["variations"]]
    if any(_same(value, other) for at, value in enumerate(values) for other in values[:at]):
        yield "variation values must be unique"
    if any(number >= count for number in flag["defaults"].values()):
        yield "defaults name a variation that does not exist"
    for key, one in whole.configurations.items():
        if any(number >= count for number in variations_of(one)):
            yield f"environments.{key} names a variation that does not exist"
        yield from _of_targets(key, one)
        if any(sum(part["weight"] for part in rollout["variations"]) != WHOLE_ROLLOUT for rollout in _rollouts(one)):
            yield f"environments.{key}: the weights of a rollout must add up to {WHOLE_ROLLOUT}"
        yield from _of_prerequisites(work, flag, key, one)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _of_targets(key: str, one: Document) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for target in (*one["targets"], *one["contextTargets"]):
        for value in target["values"]:
            if (target["contextKind"], value) in seen:
                yield f"environments.{key} targets {value} in more than one variation"
            seen.add((target["contextKind"], value))


def _of_prerequisites(work: Work, flag: Document, key: str, one: Document) -> Iterator[str]:
    for needed in one["prerequisites"]:
        other = work.get(FLAG, flag_id(flag["project"], needed["key"]))
        if needed["key"] == flag["key"] or other is None:
            yield f"environments.{key}: there is no flag {needed['key']} to be a prerequisite"
        elif needed["variation"] >= len(other["variations"]):
            yield f"environments.{key}: flag {needed['key']} has no variation {needed['variation']}"


def variations_of(one: Document) -> Iterator[int]:
    """Every variation that a configuration names, by its number."""
    yield from ([one["offVariation"]] if "offVariation" in one else [])
    yield from (target["variation"] for target in (*one["targets"], *one["contextTargets"]))
    for node in (one["fallthrough"], *one["rules"]):
        yield from (part["variation"] for part in _parts(node))


def _parts(node: Document) -> list[Document]:
    return [node] if "variation" in node else list(node["rollout"]["variations"])


def _rollouts(one: Document) -> Iterator[Document]:
    return (node["rollout"] for node in (one["fallthrough"], *one["rules"]) if "rollout" in node)


def without_variation(one: Document, number: int) -> Document:
    """The same when a variation that nothing here names has gone, and those behind it have moved up."""

    def moved(node: Any) -> Any:
        if isinstance(node, list):
            return [moved(part) for part in node]
        if not isinstance(node, dict):
            return node
        return {
            name: value - 1 if name in ("variation", "offVariation") and value > number else moved(value)
            for name, value in node.items()
        }

    kept = {
        name: one[name] for name in ("prerequisites", "version", "lastModified", "requested") if name in one
    }  # those number other things
    return {**moved(one), **kept}
