"""Rules as users write them: which sort a rule is of, whether its words exist, what is wrong with it; acts on nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from mockenv.errors import BadInput, Problems, UnknownName, check_name
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.faults.claims import CONNECTIONS, FAULT, WIRE
from mockenv.kernel.faults.effects import DELIVERY_EFFECTS, PARSERS, REQUEST_EFFECTS, STEP_EFFECTS
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import Instant, later, parse_duration, parse_instant
from mockenv.store.base import Document

SELECTORS = ("times", "after", "every", "probability", "expires", "provider")
PLACES = {
    "request": ("operation", "method", "path", "params", "header", "connection", "phase", "force"),
    "step": ("resource", "step", "attempt"),
    "delivery": ("event",),
}
EFFECTS = {"request": REQUEST_EFFECTS, "step": STEP_EFFECTS, "delivery": DELIVERY_EFFECTS}
PHASES = ("before", "after")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")


def add(work: Work, rule: Mapping[str, Any], where: str = "", key: str = "") -> Document:
    """Check a rule and let it act from now on; the rule as kept, with its id. Raises BadInput."""
    fault = parse_fault(rule, work.part(Catalogue), where, key)
    if fault.get("expires") is not None:
        fault["expires"] = _parse_expiry(fault["expires"], work.now, where, _at(key, "expires"))
    id = f"fault-{work.next_ordinal(FAULT)}"
    work.put(FAULT, id, {"id": id, **fault})
    return {"id": id, **fault}


def parse_fault(rule: Mapping[str, Any], catalogue: Catalogue, where: str = "", key: str = "") -> Document:
    """A rule as the user wrote it, checked. Raises BadInput."""
    if not isinstance(rule, Mapping):
        raise BadInput(where, key, "is not a mapping")
    rule = {name: value for name, value in rule.items() if value is not None}
    target = _target(rule)
    known = (*SELECTORS, *(PLACES[target] if target else (name for names in PLACES.values() for name in names)), "effect")
    problems = Problems()
    for name in rule:
        with problems.gather():
            check_name(name, known, where, _at(key, name))
    problems.tell()
    effect = _parse_effect(rule.get("effect"), target, where, _at(key, "effect"))
    target = target or "request"
    _check_selectors(rule, where, key)
    if "expires" in rule:
        _parse_expiry(rule["expires"], 0, where, _at(key, "expires"))
    if target == "step":
        _check_step(rule, catalogue, where, key)
    elif target == "delivery":
        _check_event(rule, catalogue, where, key)
    else:
        rule = _check_request(rule, effect, catalogue, where, key)
    return {**rule, "effect": effect, "target": target, "hits": 0, "seen": 0}


def _target(rule: Mapping[str, Any]) -> str | None:
    """What a rule is about: its place says so, else its effect; None where neither does."""
    for target, places in PLACES.items():
        if any(name in rule for name in places):
            return target
    effect = rule.get("effect")
    names = list(effect) if isinstance(effect, Mapping) else []
    return next((target for target, effects in EFFECTS.items() if names and all(name in effects for name in names)), None)


def _parse_effect(effect: Any, target: str | None, where: str, key: str) -> Document:
    known = EFFECTS[target] if target else tuple(dict.fromkeys(name for names in EFFECTS.values() for name in names))
    if not isinstance(effect, Mapping) or not effect:
        raise BadInput(where, key, f"wants one or more of {', '.join(known)}")
    parsed, problems = {}, Problems()
    for name, value in effect.items():
        with problems.gather():
            check_name(name, known, where, f"{key}.{name}")
            parsed[name] = PARSERS[name](value, where, f"{key}.{name}")
    problems.tell()
    return parsed


def _check_request(rule: Mapping[str, Any], effect: Document, catalogue: Catalogue, where: str, key: str) -> Document:
    """Operations must exist, and so must a status below 400 in the operation's document, unless it is forced."""
    provider, operation = rule.get("provider"), rule.get("operation")
    _known(provider, catalogue.operations, where, _at(key, "provider"))
    rooms = [operations for name, operations in catalogue.operations.items() if provider in (None, name)]
    found = {id: statuses for operations in rooms for id, statuses in operations.items()}
    _known(operation, found, where, _at(key, "operation"))
    check_name(rule.get("phase", "before"), PHASES, where, _at(key, "phase"))
    if "path" in rule:
        check_path(rule["path"], catalogue, where, _at(key, "path"))
    status = effect.get("status", 500)
    documented = {one for id, statuses in found.items() if operation in (None, id) for one in statuses}
    if status < 400 and status not in documented and not rule.get("force"):
        raise BadInput(where, _at(key, "effect.status"), f'{status} is not documented there; "force": true sends it all the same')
    if sum(name in effect for name in WIRE) > 1:
        raise BadInput(where, _at(key, "effect"), f"takes one of {', '.join(WIRE)} at a time")
    _known(rule.get("connection"), CONNECTIONS, where, _at(key, "connection"))
    for name in ("params", "header"):
        if not isinstance(rule.get(name, {}), Mapping):
            raise BadInput(where, _at(key, name), "is a mapping of names to values")
    if operation is not None and operation in catalogue.parameters:
        for name in rule.get("params", {}):
            _known(name, catalogue.parameters[operation], where, _at(key, f"params.{name}"))
    header = {str(name).lower(): str(value) for name, value in rule.get("header", {}).items()}
    params = {str(name): str(value) for name, value in rule.get("params", {}).items()}
    method = {"method": check_method(rule["method"], where, _at(key, "method"))} if "method" in rule else {}
    return {**rule, "phase": rule.get("phase", "before"), "params": params, "header": header, **method}


def _check_event(rule: Mapping[str, Any], catalogue: Catalogue, where: str, key: str) -> None:
    _known(rule.get("provider"), catalogue.events, where, _at(key, "provider"))
    names = [name for provider, events in catalogue.events.items() if rule.get("provider") in (None, provider) for name in events]
    event = rule.get("event", "*")
    if not any(fnmatchcase(name, event) for name in names):
        raise UnknownName(where, _at(key, "event"), event, names)


def _check_step(rule: Mapping[str, Any], catalogue: Catalogue, where: str, key: str) -> None:
    table = catalogue.steps
    provider = rule.get("provider")
    _known(provider, table, where, _at(key, "provider"))
    kinds = {kind: steps for name, room in table.items() if provider in (None, name) for kind, steps in room.items()}
    resource = rule.get("resource")
    kind = None
    if resource is not None:
        parts = str(resource).split("/")
        kind = parts[1] if parts[0] in table and len(parts) > 1 else parts[0]
        check_name(kind, kinds, where, _at(key, "resource"))
    _known(
        rule.get("step"), [step for name, steps in kinds.items() if kind in (None, name) for step in steps], where, _at(key, "step")
    )


def _check_selectors(rule: Mapping[str, Any], where: str, key: str) -> None:
    for name, least in (("times", 1), ("after", 0), ("every", 1), ("attempt", 1)):
        value = rule.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise BadInput(where, _at(key, name), f"is a whole number from {least} up")
    for name in ("provider", "resource", "step", "operation", "method", "path", "event", "phase"):
        if not isinstance(rule.get(name, ""), str):
            raise BadInput(where, _at(key, name), "is a text")
    probability = rule.get("probability", 1)
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        raise BadInput(where, _at(key, "probability"), "is a number from 0 to 1")


def _parse_expiry(value: Any, now: Instant, where: str, key: str) -> Instant:
    """A duration from now, or a moment of the sandbox's time."""
    try:
        return later(now, parse_duration(value, where, key))
    except BadInput:
        return parse_instant(value, where, key)


def check_method(method: str, where: str, key: str) -> str:
    """In capitals, as methods arrive. Raises UnknownName for one that no client has."""
    check_name(method.upper(), METHODS, where, key)
    return method.upper()


def check_path(pattern: str, catalogue: Catalogue, where: str, key: str) -> None:
    """What stands before the first `*` must lead to a provider: no other path is faulted or journalled. Raises UnknownName."""
    head = pattern.partition("*")[0]
    if not any(head.startswith(prefix) or prefix.startswith(head) for prefix in catalogue.prefixes):
        raise UnknownName(where, key, pattern, catalogue.prefixes)


def _known(name: str | None, known: Iterable[str], where: str, key: str) -> None:
    if name is not None:
        check_name(name, known, where, key)


def _at(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
