"""Whether a rule acts on this request, step or attempt, and the exact arithmetic of how often; parses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import SECOND
from mockenv.store.base import Document, Kind, by

FAULT = "kernel/fault"
KINDS: tuple[Kind, ...] = (Kind(FAULT, {"target": by("target")}),)
CONNECTIONS = ("fresh", "reused")
WIRE = ("reset", "empty", "truncate", "garbage", "hang", "drip")
"""What happens to the bytes of a reply, or instead of them."""


class Asked(NamedTuple):
    """A request, as rules speak of it. `path` has neither sandbox prefix nor query."""

    provider: str
    operations: tuple[str, ...]
    """Its operationId, or the fields of a GraphQL request; none where it is nothing that the service has."""
    method: str
    path: str
    params: Mapping[str, str]
    """The path's and the query's."""
    headers: Mapping[str, str]
    connection: str = "fresh"
    """Whether it is the first on its connection: one of `CONNECTIONS`."""


@dataclass
class Trouble:
    """What is to happen to a request: the effects of all rules that act, the later ones on top."""

    effect: dict[str, Any] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    delay: float = 0.0
    """Real seconds: as a client feels them."""

    def add(self, work: Work, id: str, effect: Mapping[str, Any], occasion: str) -> None:
        self.effect.update(effect)
        self.rules.append(id)
        if "delay" in effect:
            self.delay += parse_delay(effect["delay"]).sample(work.draw(FAULT, id), f"delay/{occasion}") / SECOND

    @property
    def wire(self) -> str | None:
        return next((name for name in WIRE if name in self.effect), None)


def claim_request(work: Work, asked: Asked, phase: str) -> Trouble:
    """The trouble that the rules of this phase make for a request; counts the hits."""
    trouble = Trouble()
    for id in work.ids(FAULT, target="request"):
        rule = work.get(FAULT, id)
        if rule and rule["phase"] == phase and _speaks_of_request(rule, asked) and claims(work, id, rule):
            trouble.add(work, id, rule["effect"], str(rule["seen"]))
    return trouble


def wants_fresh(work: Work) -> bool:
    """Whether a rule waits for the first request of a connection."""
    rules = (work.get(FAULT, id) or {} for id in work.ids(FAULT, target="request"))
    return any(rule.get("connection") == "fresh" and not _is_over(work, rule) for rule in rules)


def claim_step(work: Work, entry: Document) -> Document:
    """The effects that act on this step now, in the order in which the rules were made (a later one wins); counts the hits."""
    effect: Document = {}
    if not work.has(FAULT):  # most worlds: asked at every step
        return effect
    for id in work.ids(FAULT, target="step"):
        rule = work.get(FAULT, id)
        if rule and _speaks_of_step(rule, entry) and claims(work, id, rule):
            effect.update(rule["effect"])
    return effect


def claim_delivery(work: Work, provider: str, event: str) -> Document:
    """The effects that act on an attempt to tell of `event`; counts the hits."""
    effect: Document = {}
    for id in work.ids(FAULT, target="delivery"):
        rule = work.get(FAULT, id)
        speaks = rule and rule.get("provider", provider) == provider and fnmatchcase(event, rule.get("event", "*"))
        if rule and speaks and claims(work, id, rule):
            effect.update(rule["effect"])
    return effect


def claims(work: Work, id: str, rule: Document) -> bool:
    """Count one matching occasion; whether the rule acts on it.

    Of the occasions that match, `after` are let pass; of the rest each `every`-th counts, and of those each acts with
    `probability`; at most `times` act in all. Nothing acts after `expires`.
    """
    if _is_over(work, rule):
        return False
    rule["seen"] += 1
    beyond = rule["seen"] - rule.get("after", 0)
    acts = beyond > 0 and beyond % rule.get("every", 1) == 0
    if acts and rule.get("probability", 1) < 1:
        acts = work.draw(FAULT, id).fraction(str(rule["seen"])) < rule["probability"]
    rule["hits"] += acts
    work.put(FAULT, id, rule)
    return bool(acts)


def _is_over(work: Work, rule: Document) -> bool:
    if rule["hits"] >= rule.get("times", rule["hits"] + 1):
        return True
    return rule.get("expires") is not None and work.has_come(rule["expires"])


def path_matches(path: str, pattern: str) -> bool:
    """`*` stands for any characters, slashes too; nothing else is special."""
    return fnmatchcase(path, pattern.replace("[", "[[]").replace("?", "[?]"))


def _speaks_of_request(rule: Document, asked: Asked) -> bool:
    return (
        rule.get("provider", asked.provider) == asked.provider
        and ("operation" not in rule or rule["operation"] in asked.operations)
        and rule.get("method", asked.method) == asked.method
        and rule.get("connection", asked.connection) == asked.connection
        and ("path" not in rule or path_matches(asked.path, rule["path"]))
        and all(asked.params.get(name) == value for name, value in rule.get("params", {}).items())
        and all(
            path_matches(asked.headers.get(name, ""), value) and name in asked.headers
            for name, value in rule.get("header", {}).items()
        )
    )


def _speaks_of_step(rule: Document, entry: Document) -> bool:
    provider, kind, id = entry["resource"].split("/", 2)
    resource = rule.get("resource")
    return (
        rule.get("provider", provider) == provider
        and resource in (None, kind, f"{provider}/{kind}", entry["resource"], f"{kind}/{id}")
        and rule.get("step", entry["step"]) == entry["step"]
        and rule.get("attempt", entry["attempt"]) == entry["attempt"]
    )
