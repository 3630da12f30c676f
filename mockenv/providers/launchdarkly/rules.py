"""Rules and their clauses, as flags and segments have them: what may be left out, and the instructions that change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.providers.launchdarkly.fakes import new_uuid
from mockenv.providers.launchdarkly.semantic import Change, Table
from mockenv.store.base import Document

USER = "user"


def complete_rule(work: Work, rule: Document, **defaults: Any) -> Document:
    """With ids for the rule and its clauses, and with what means nothing else where it is left out."""
    clauses = [complete_clause(work, one) for one in rule.get("clauses") or []]
    return {"_id": rule.get("_id") or new_uuid(work), **defaults, **_given(rule, "_id"), "clauses": clauses}


def complete_clause(work: Work, clause: Document) -> Document:
    kind = {} if clause.get("op") == "segmentMatch" else {"contextKind": USER}
    return {"_id": clause.get("_id") or new_uuid(work), "negate": False, **kind, **_given(clause, "_id")}


def _given(node: Mapping[str, Any], *but: str) -> Document:
    return {name: value for name, value in node.items() if value is not None and name not in but}


def are_rules(value: Any) -> bool:
    """Whether they are of the form that can be completed: what is not is for the schema to say."""
    return isinstance(value, list) and all(
        isinstance(rule, dict) and all(isinstance(clause, dict) for clause in rule.get("clauses") or []) for rule in value
    )


# Instructions


def find_rule(change: Change, one: Document) -> Document:
    found = next((rule for rule in change.ruled["rules"] if rule["_id"] == one["ruleId"]), None)
    if found is None:
        raise change.refusal(f"there is no rule {one['ruleId']}")
    return dict(found)


def put_rule(change: Change, rule: Document) -> None:
    change.ruled["rules"] = [rule if each["_id"] == rule["_id"] else each for each in change.ruled["rules"]]


def _clause(change: Change, rule: Document, id: Any) -> Document:
    found = next((clause for clause in rule["clauses"] if clause["_id"] == id), None)
    if found is None:
        raise change.refusal(f"there is no clause {id}")
    return dict(found)


def _remove_rule(change: Change, one: Document) -> None:
    change.ruled["rules"] = [rule for rule in change.ruled["rules"] if rule["_id"] != one["ruleId"]]


def _reorder_rules(change: Change, one: Document) -> None:
    rules = {rule["_id"]: rule for rule in change.ruled["rules"]}
    if sorted(rules) != sorted(one["ruleIds"]):
        raise change.refusal("ruleIds must name every rule once")
    change.ruled["rules"] = [rules[id] for id in one["ruleIds"]]


def sets_of_rule(member: str) -> Callable[[Change, Document], None]:
    def instruction(change: Change, one: Document) -> None:
        put_rule(change, {**find_rule(change, one), member: one[member]})

    return instruction


def _add_clauses(change: Change, one: Document) -> None:
    rule = find_rule(change, one)
    new = [complete_clause(change.work, {**clause, "_id": None}) for clause in one["clauses"]]
    put_rule(change, {**rule, "clauses": [*rule["clauses"], *new]})


def _remove_clauses(change: Change, one: Document) -> None:
    rule = find_rule(change, one)
    put_rule(change, {**rule, "clauses": [clause for clause in rule["clauses"] if clause["_id"] not in one["clauseIds"]]})


def _change_clause(change: Change, one: Document, new: Document) -> None:
    rule = find_rule(change, one)
    clauses = [new if clause["_id"] == new["_id"] else clause for clause in rule["clauses"]]
    put_rule(change, {**rule, "clauses": clauses})


def _update_clause(change: Change, one: Document) -> None:
    known = _clause(change, find_rule(change, one), one["clauseId"])
    _change_clause(change, one, complete_clause(change.work, {**one["clause"], "_id": known["_id"]}))


def _add_values(change: Change, one: Document) -> None:
    known = _clause(change, find_rule(change, one), one["clauseId"])
    added = [value for value in one["values"] if value not in known["values"]]
    _change_clause(change, one, {**known, "values": [*known["values"], *added]})


def _remove_values(change: Change, one: Document) -> None:
    known = _clause(change, find_rule(change, one), one["clauseId"])
    _change_clause(change, one, {**known, "values": [value for value in known["values"] if value not in one["values"]]})


OF_RULE, OF_CLAUSE = ("ruleId",), ("ruleId", "clauseId")
TABLE: Table[Change] = {
    "removeRule": (_remove_rule, OF_RULE),
    "reorderRules": (_reorder_rules, ("ruleIds",)),
    "updateRuleDescription": (sets_of_rule("description"), (*OF_RULE, "description")),
    "addClauses": (_add_clauses, (*OF_RULE, "clauses")),
    "removeClauses": (_remove_clauses, (*OF_RULE, "clauseIds")),
    "updateClause": (_update_clause, (*OF_CLAUSE, "clause")),
    "addValuesToClause": (_add_values, (*OF_CLAUSE, "values")),
    "removeValuesFromClause": (_remove_values, (*OF_CLAUSE, "values")),
}
