"""The JSON Schema of scenarios, for editors: the words are the code's, so it cannot lag behind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docs.vocabulary import DELAY, DURATION, EFFECTS, PLACES, SELECTORS, TEXT, Word
from mockenv.bootstrap import document_of
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.faults import rules
from mockenv.kernel.time.clock import DATES, MAX_SPEED, MODES
from mockenv.kernel.worlds.inhabitant import Option
from mockenv.kernel.worlds.options import declared
from mockenv.kernel.worlds.spec import CLOCK_KEYS, MAX_SEED, PROFILES, SCENARIO_KEYS
from mockenv.provider import Provider
from mockenv.providers import discover

Json = dict[str, Any]


def draw_schema() -> str:
    """The whole file."""
    services = [one(document_of(one)) for one in discover()]
    catalogue = Catalogue(
        tuple(lifecycle for one in services for lifecycle in one.lifecycles),
        {one.name: one.documented() for one in services},
        {one.name: one.events for one in services},
    )
    members = _members(services, catalogue)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mockenv:scenario",
        "$comment": "drawn by `make docs` from the code; edit that instead",
        "title": "mockenv scenario",
        "description": "How a sandbox begins: what stands here, and for the rest the server's flags.",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {"anyOf": [members[key], {"type": "null"}]} for key in SCENARIO_KEYS},
        "$defs": _definitions(catalogue),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _members(services: Sequence[Provider], catalogue: Catalogue) -> Mapping[str, Json]:
    steps = _object({provider: _delays(kinds) for provider, kinds in catalogue.steps.items()})
    steps["properties"]["profile"] = {"enum": list(PROFILES)}
    return {
        "description": {"type": "string", "description": "What happens, how it is seen, which client bug it catches."},
        "seed": {"type": "integer", "minimum": -MAX_SEED, "maximum": MAX_SEED, "description": "Where all chance comes from."},
        "fixture": {"anyOf": [TEXT, {"type": "object"}], "description": "The starting world: a name, or one inline."},
        "clock": {**_object(_clock()), "description": "Who moves time."},
        "delays": {"anyOf": [{"enum": list(PROFILES)}, steps], "description": "How long steps take; one second each if not said."},
        "faults": {
            "type": "array",
            "items": {"anyOf": [{"$ref": f"#/$defs/{target}_fault"} for target in PLACES]},
            "description": "What goes wrong.",
        },
        "holds": {"type": "array", "items": {"$ref": "#/$defs/step"}, "description": "Steps that do not finish until released."},
        "options": {
            **_object({one.name: _object({name: _option(option) for name, option in declared(one).items()}) for one in services}),
            "description": "The providers' options.",
        },
    }


def _clock() -> Mapping[str, Json]:
    words: Mapping[str, Json] = {
        "mode": {"enum": list(MODES)},
        "speed": {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_SPEED, "description": "How fast a real clock runs."},
        "now": {"type": "string", "format": "date-time", "description": "When it begins, with its zone."},
        "dates": {
            "enum": list(DATES),
            "description": "By which clock that is dated which leaves for those who have one of their own.",
        },
    }
    return {key: words[key] for key in CLOCK_KEYS}


def _delays(kinds: Mapping[str, Mapping[str, object]]) -> Json:
    """One for all below, or one for each; a distribution is a mapping as well."""
    rooms = {kind: {"anyOf": [DELAY, _object(dict.fromkeys(steps, DELAY))]} for kind, steps in kinds.items()}
    return {"anyOf": [DELAY, _object(rooms)]}


def _option(option: Option) -> Json:
    """Options are text inside; whoever writes YAML writes `true` and `5` without quotes."""
    told = {"description": f"{option.why} [{option.default}]"}
    if not option.choices:
        return {**told, "type": ["string", "integer", "boolean"]}
    return {**told, "enum": [form for choice in option.choices for form in _forms(choice)]}


def _forms(choice: str) -> list[object]:
    if choice in ("true", "false"):
        return [choice, choice == "true"]
    return [choice, int(choice)] if choice.isdigit() else [choice]


def _definitions(catalogue: Catalogue) -> Json:
    steps = catalogue.steps
    kinds = [name for provider, room in steps.items() for kind in room for name in (kind, f"{provider}/{kind}")]
    events = [event for room in catalogue.events.values() for event in room]
    return {
        **{f"{target}_fault": _fault(target) for target in PLACES},
        "provider": _enum(catalogue.operations),
        "operation": _enum(id for room in catalogue.operations.values() for id in room),
        "step": _enum(step for room in steps.values() for kind in room.values() for step in kind),
        "resource": {"anyOf": [_enum(kinds), {"type": "string", "pattern": f"^({'|'.join(dict.fromkeys(kinds))})/.+$"}]},
        "event": {"anyOf": [_enum(events), {"type": "string", "pattern": r"[*?\[]"}]},
        "duration": {
            "description": "A number of seconds, or 1h30m, 90s, 250ms.",
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _DURATION}],
        },
        "delay": {
            "description": "A duration, a range or a distribution.",
            "anyOf": [DURATION, _one("uniform", _RANGE), _one("lognormal", _CURVE)],
        },
    }


_DURATION = r"^([0-9]{1,18}(\.[0-9]{1,18})?|([0-9]{1,18}(\.[0-9]{1,18})?(us|ms|s|m|h|d)){1,16})$"
_RANGE: Json = {"type": "array", "items": DURATION, "minItems": 2, "maxItems": 2}
_CURVE: Json = {
    "type": "object",
    "properties": {"median": DURATION, "sigma": {"type": "number", "minimum": 0, "maximum": 5}},
    "required": ["median", "sigma"],
    "additionalProperties": False,
}


def _fault(target: str) -> Json:
    """A rule of one sort. Which words there are is the code's to say: one that is not explained here stops the drawing."""
    selectors = {name: SELECTORS[name] for name in rules.SELECTORS}
    places = {name: PLACES[target][name] for name in rules.PLACES[target]}
    effects = {name: EFFECTS[target][name] for name in rules.EFFECTS[target]}
    effect = {**_object(_told(effects)), "minProperties": 1}
    return {**_object({**_told(selectors), **_told(places), "effect": effect}), "required": ["effect"]}


def _told(words: Mapping[str, Word]) -> Mapping[str, Json]:
    return {name: {**word.schema, "description": re.sub(r"`", "", word.meaning)} for name, word in words.items()}


def _object(properties: Mapping[str, Json]) -> Json:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _one(name: str, schema: Json) -> Json:
    return {**_object({name: schema}), "required": [name]}


def _enum(names: Iterable[str]) -> Json:
    return {"enum": list(dict.fromkeys(names))}
