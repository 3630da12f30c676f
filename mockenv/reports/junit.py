"""For CI services that show tests: a suite per report, a case per rule; an error is a failure, what is suppressed is skipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML has no way to write these, and a path that a client sent may hold them."""


def to_junit(reports: Sequence[dict[str, Any]]) -> str:
    root = Element("testsuites", name="mockenv report")
    for told in reports:
        _suite(root, told)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode")


def _suite(root: Element, told: dict[str, Any]) -> None:
    name = told.get("test") or told["sandbox"]
    failures = len({one["rule"] for one in told["findings"] if one["level"] == "error"})
    counts = {"tests": len(told["rules"]), "failures": failures, "errors": 0, "skipped": len(told["suppressed"])}
    suite = SubElement(root, "testsuite", {"name": name, **{key: str(value) for key, value in counts.items()}})
    reasons = {one["rule"]: one["reason"] for one in told["suppressed"]}
    for rule in told["rules"]:
        case = SubElement(suite, "testcase", classname=f"mockenv.{name}", name=rule["name"])
        texts = [UNWRITABLE.sub("�", one["text"]) for one in told["findings"] if one["rule"] == rule["name"]]
        if rule["name"] in reasons:
            SubElement(case, "skipped", message=reasons[rule["name"]])
        elif texts and rule["level"] == "error":
            SubElement(case, "failure", type=rule["name"], message=rule["title"]).text = "\n".join([*texts, rule["advice"]])
        elif texts:
            SubElement(case, "system-out").text = "\n".join(f"{rule['level']}: {text}" for text in [*texts, rule["advice"]])
