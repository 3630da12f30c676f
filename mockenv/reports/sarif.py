"""SARIF 2.1.0, which code hosts show beside the code: one run, a result per finding, a place that is a request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(reports: Sequence[dict[str, Any]]) -> str:
    rules = {rule["name"]: rule for told in reports for rule in told["rules"]}
    driver = {"name": "mockenv", "rules": [_rule(rule) for rule in rules.values()]}
    results = [_result(told, one) for told in reports for one in told["findings"]]
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": rule["name"],
        "shortDescription": {"text": rule["title"]},
        "help": {"text": rule["advice"]},
        "defaultConfiguration": {"level": rule["level"]},
    }


def _result(told: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    where = told.get("test") or told["sandbox"]
    places = [f"request {number}" for number in one["requests"]] or [one["delivery"] or one["resource"] or "client"]
    locations: list[dict[str, Any]] = [
        {"logicalLocations": [{"fullyQualifiedName": f"{where}: {place}", "kind": "object"}]} for place in places
    ]
    file, _, test = where.partition("::")
    if test:  # a test of pytest's: code hosts want a file
        locations[0] |= {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}}
    return {
        "ruleId": one["rule"],
        "level": one["level"],
        "message": {"text": f"{one['text']}. {one['advice']}"},
        "locations": locations,
    }
