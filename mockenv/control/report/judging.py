"""A sandbox's report: every rule asked, what somebody has suppressed set aside with the reason; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.control.report.rule import LEVELS, Found, Rule
from mockenv.control.report.rules import RULES
from mockenv.control.report.story import Asked, Story
from mockenv.errors import BadInput, check_name
from mockenv.kernel.values.instant import iso_micros


def judge(story: Story, suppressed: Mapping[str, str]) -> dict[str, Any]:
    """Findings with their evidence, the worst first."""
    told = {rule.name: [_finding(rule, found) for found in rule.check(story)] for rule in RULES}
    findings = [one for name, some in told.items() if name not in suppressed for one in some]
    worst = next((level for level in LEVELS if any(one["level"] == level for one in findings)), None)
    return {
        "verdict": worst or "clean",
        "findings": findings,
        "suppressed": [{"rule": name, "reason": reason, "count": len(told[name])} for name, reason in suppressed.items()],
        "rules": [{"name": rule.name, "level": rule.level, "title": rule.title, "advice": rule.advice} for rule in RULES],
        "requests": [_line(one) for one in story.requests],
        "dropped": story.dropped,
        "reason": f"{story.dropped} older requests fell out of the journal and were not judged" if story.dropped else None,
    }


def parse_suppressed(text: str) -> dict[str, str]:
    """`RULE=REASON; RULE=REASON`. Raises BadInput: a rule that does not exist, or no reason."""
    suppressed = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, reason = (word.strip() for word in part.partition("="))
        check_name(name, [rule.name for rule in RULES], "", "suppress")
        if not reason:
            raise BadInput("", "suppress", f"{name} wants a reason: {name}=why it is so")
        suppressed[name] = reason
    return suppressed


def _finding(rule: Rule, found: Found) -> dict[str, Any]:
    evidence = {"requests": [one.number for one in found.requests], "delivery": found.delivery, "resource": found.resource}
    return {"rule": rule.name, "level": rule.level, "text": found.text, "advice": rule.advice, **evidence}


def _line(asked: Asked) -> dict[str, Any]:
    entry = asked.entry
    line = {"number": entry.number, "at": iso_micros(entry.at), "method": entry.method, "path": entry.path, "status": entry.status}
    return {**line, "operation": entry.operation, "seconds": round(entry.seconds, 6), "is_lost": asked.got_no_answer}
