"""What the control plane checks by code, as schemas: its document marks those places, and whoever reads it from a server sees them.

Code refuses with the nearest name that exists, which no schema can; so the mark `x-mockenv-checked` is no rule to ourselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mockenv.control.words import ACTIVE, CLASSES, GONE, NO_ANSWER
from mockenv.kernel.faults.rules import METHODS
from mockenv.kernel.worlds.plan import Planner
from mockenv.kernel.worlds.spec import PROFILES
from mockenv.kernel.worlds.unmatched import REASONS
from mockenv.provider import Provider

MARK = "x-mockenv-checked"
Schema = Mapping[str, Any]

_DURATION = r"^([0-9]{1,5}([.][0-9]{1,18})?(us|ms|s|m|h|d)){1,8}$|^[0-9]{1,10}([.][0-9]{1,18})?$"
"""What never leads beyond the year 9999."""
SHAPES: Mapping[str, Schema] = {
    "duration": {"minimum": 0, "maximum": 253_402_300_799, "pattern": _DURATION},
    "status": {"minimum": 0, "maximum": 599, "pattern": f"^({'|'.join(CLASSES)}|{NO_ANSWER}|[1-5][0-9][0-9])$"},
    "since": {"pattern": "^[0-9]{1,18}$|^[0-9]{4}-[0-9]{2}-[0-9]{2}T"},
    "advance": {
        "oneOf": [
            {"required": ["by"], "not": {"anyOf": [{"required": ["until"]}, {"required": ["max"]}]}},
            {"required": ["until"], "not": {"required": ["by"]}},
        ]
    },
    "wish": {
        "if": {"required": ["exactly"]},
        "then": {"not": {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}},
        "else": {"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]},
    },
    "fault": {"required": ["effect"], "properties": {"effect": {"type": "object", "minProperties": 1}}},
    "delays": {"anyOf": [{"enum": list(PROFILES)}, {"type": "object"}]},
}


def schemas(providers: Mapping[str, Provider], planner: Planner, documents: Collection[str]) -> dict[str, Schema]:
    """By the mark's value: the shapes that are always the same, and the names that this server knows."""
    catalogue, steps = planner.catalogue, planner.catalogue.steps
    kinds = [kind.name for one in providers.values() for kind in one.kinds if not kind.internal]
    names: dict[str, Collection[str]] = {
        "documents": documents,
        "providers": providers,
        "roles": {role for one in providers.values() for role in one.roles},
        "kinds": {kind.partition("/")[2] for kind in kinds},
        "statuses": {GONE, ACTIVE, *(status for one in providers.values() for known in one.statuses.values() for status in known)},
        "steps": {step for room in steps.values() for kind in room.values() for step in kind},
        "scope": {*steps, *(f"{provider}/{kind}" for provider, room in steps.items() for kind in room)},
        "operations": {id for room in catalogue.operations.values() for id in room},
        "events": {event for room in catalogue.events.values() for event in room},
        "methods": METHODS,
        "reasons": REASONS,
    }
    known = {mark: {"enum": sorted(names[mark])} for mark in names}
    return {**SHAPES, **known, "resource": _one_of(kinds), "subscription": _one_of(one.kind for one in planner.publishers)}


def _one_of(kinds: Iterable[str]) -> Schema:
    """The name of a resource of one of these kinds."""
    return {"pattern": f"^({'|'.join(kinds)})/.+$"}


def filled(node: Any, found: Mapping[str, Schema]) -> Any:
    """A document with the schemas where its marks were."""
    if isinstance(node, list):
        return [filled(one, found) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {name: filled(part, found) for name, part in node.items() if name != MARK}
    return {**inner, **found[node[MARK]]} if MARK in node else inner
