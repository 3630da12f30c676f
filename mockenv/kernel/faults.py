"""Rules that make things go wrong, and the exact arithmetic of when they act; knows no HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockenv.errors import BadInput, UnknownName
from mockenv.kernel.instant import Instant, later, parse_duration, parse_instant
from mockenv.store.base import Document

if TYPE_CHECKING:
    from mockenv.kernel.lifecycle import Catalogue
    from mockenv.kernel.work import Work

FAULT = "kernel/fault"
SELECTORS = ("times", "after", "every", "probability", "expires")
STEP_SELECTORS = ("provider", "resource", "step", "attempt")
STEP_EFFECTS = ("fail", "stall", "slow", "rollback")
ROLLBACKS = ("ok", "fails", "keeps_record")


def parse_fault(rule: Mapping[str, Any], catalogue: Catalogue, where: str = "", key: str = "") -> Document:
    """A rule as the user wrote it, checked; only rules on steps so far. Raises BadInput."""
    if not isinstance(rule, Mapping):
        raise BadInput(where, key, "is not a mapping")
    rule = {name: value for name, value in rule.items() if value is not None}
    for name in rule:
        if name not in (*SELECTORS, *STEP_SELECTORS, "effect"):
            raise UnknownName(where, _at(key, name), name, (*SELECTORS, *STEP_SELECTORS, "effect"))
    _check_selectors(rule, where, key)
    _check_place(rule, catalogue, where, key)
    return {**rule, "effect": _parse_effect(rule.get("effect"), where, _at(key, "effect")), "target": "step", "hits": 0, "seen": 0}


def add(work: Work, rule: Mapping[str, Any], where: str = "", key: str = "") -> Document:
    """Check a rule and let it act from now on; the rule as kept, with its id. Raises BadInput."""
    fault = parse_fault(rule, work.catalogue, where, key)
    if fault.get("expires") is not None:
        fault["expires"] = _parse_expiry(fault["expires"], work.now, where, _at(key, "expires"))
    id = f"fault-{work.next_ordinal(FAULT)}"
    work.put(FAULT, id, {"id": id, **fault})
    return {"id": id, **fault}


def claim_step(work: Work, entry: Document) -> Document:
    """The effects that act on this step now, in the order in which the rules were made (a later one wins); counts the hits."""
    effect: Document = {}
    for id in work.ids(FAULT, target="step"):
        rule = work.get(FAULT, id)
        if rule and _speaks_of(rule, entry) and claims(work, id, rule):
            effect.update(rule["effect"])
    return effect


def claims(work: Work, id: str, rule: Document) -> bool:
    """Count one matching occasion; whether the rule acts on it.

    Of the occasions that match, `after` are let pass; of the rest each `every`-th counts, and of those each acts with
    `probability`; at most `times` act in all. Nothing acts after `expires`.
    """
    if (rule.get("expires") is not None and work.now >= rule["expires"]) or rule["hits"] >= rule.get("times", rule["hits"] + 1):
        return False
    rule["seen"] += 1
    beyond = rule["seen"] - rule.get("after", 0)
    acts = beyond > 0 and beyond % rule.get("every", 1) == 0
    if acts and rule.get("probability", 1) < 1:
        acts = work.draw(FAULT, id).fraction(str(rule["seen"])) < rule["probability"]
    rule["hits"] += acts
    work.put(FAULT, id, rule)
    return bool(acts)


def _speaks_of(rule: Document, entry: Document) -> bool:
    provider, kind, id = entry["resource"].split("/", 2)
    resource = rule.get("resource")
    return (
        rule.get("provider", provider) == provider
        and resource in (None, kind, f"{provider}/{kind}", entry["resource"], f"{kind}/{id}")
        and rule.get("step", entry["step"]) == entry["step"]
        and rule.get("attempt", entry["attempt"]) == entry["attempt"]
    )


def _parse_expiry(value: Any, now: Instant, where: str, key: str) -> Instant:
    """A duration from now, or a moment of the sandbox's time."""
    try:
        return later(now, parse_duration(value, where, key))
    except BadInput:
        return parse_instant(value, where, key)


def _check_selectors(rule: Mapping[str, Any], where: str, key: str) -> None:
    for name, least in (("times", 1), ("after", 0), ("every", 1), ("attempt", 1)):
        value = rule.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise BadInput(where, _at(key, name), f"is a whole number from {least} up")
    for name in ("provider", "resource", "step"):
        if not isinstance(rule.get(name, ""), str):
            raise BadInput(where, _at(key, name), "is a text")
    probability = rule.get("probability", 1)
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise BadInput(where, _at(key, "probability"), "is a number from 0 to 1")


def _check_place(rule: Mapping[str, Any], catalogue: Catalogue, where: str, key: str) -> None:
    table = catalogue.steps()
    provider = rule.get("provider")
    if provider is not None and provider not in table:
        raise UnknownName(where, _at(key, "provider"), provider, table)
    kinds = {kind: steps for name, room in table.items() if provider in (None, name) for kind, steps in room.items()}
    resource = rule.get("resource")
    kind = None
    if resource is not None:
        parts = str(resource).split("/")
        kind = parts[1] if parts[0] in table and len(parts) > 1 else parts[0]
        if kind not in kinds:
            raise UnknownName(where, _at(key, "resource"), resource, kinds)
    steps = {step for name, table_steps in kinds.items() if kind in (None, name) for step in table_steps}
    if "step" in rule and rule["step"] not in steps:
        raise UnknownName(where, _at(key, "step"), rule["step"], steps)


def _parse_effect(effect: Any, where: str, key: str) -> dict[str, Any]:
    if not isinstance(effect, Mapping) or not effect:
        raise BadInput(where, key, f"wants one or more of {', '.join(STEP_EFFECTS)}")
    parsed: dict[str, Any] = dict(effect)
    for name, value in effect.items():
        if name not in STEP_EFFECTS:
            raise UnknownName(where, f"{key}.{name}", name, STEP_EFFECTS)
        if name == "slow":
            parsed["slow"] = parse_duration(value, where, f"{key}.slow")
        if name == "rollback" and value not in ROLLBACKS:
            raise UnknownName(where, f"{key}.rollback", value, ROLLBACKS)
        if name == "fail" and not (isinstance(value, str) and value):
            raise BadInput(where, f"{key}.fail", "is the reason, a text")
        if name == "stall" and value is not True:
            raise BadInput(where, f"{key}.stall", "is true")
    return parsed


def _at(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
