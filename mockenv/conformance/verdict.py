"""An outcome as people and programs read it: lines for a terminal, and the record of a client report, which has its forms already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockenv.conformance.conforming import Outcome, Point
from mockenv.conformance.drift import KINDS, Drift
from mockenv.conformance.learning import Proposal
from mockenv.errors import BadInput, check_name

ADVICE = "change mockenv, its document or an option; or suppress it by its name, and say why"


def parse_suppressed(told: Sequence[str], points: Sequence[Point]) -> dict[tuple[str, str], str]:
    """(step, kind or empty) → reason, of `STEP=REASON` or `STEP/KIND=REASON`. Raises BadInput, UnknownName."""
    found = {}
    for one in told:
        name, _, reason = (part.strip() for part in one.partition("="))
        step, _, kind = name.partition("/")
        check_name(step, [point.name for point in points], "", "--suppress")
        if kind:
            check_name(kind, KINDS, "", "--suppress")
        if not reason:
            raise BadInput("", "--suppress", f"{name} wants a reason: {name}=why it is so")
        found[step, kind] = reason
    return found


def to_report(outcome: Outcome, suppressed: Mapping[tuple[str, str], str], proposals: Sequence[Proposal] = ()) -> dict[str, Any]:
    """In the shape of `GET …/report`, with a rule for each step: `mockenv.reports` renders it."""
    counted = [one for one in outcome.drifts if not _is_suppressed(one, suppressed)]
    sources = {point.name: point.source for point in outcome.points}
    findings = [_finding(one, sources[one.step], outcome) for one in counted]
    findings += [_note(name, why) for name, why in outcome.skipped.items()]
    findings += [_left(what) for what in outcome.left]
    levels = [one["level"] for one in findings]
    return {
        "sandbox": f"{outcome.provider} at {outcome.upstream}",
        "verdict": next((level for level in ("error", "warning", "note") if level in levels), "clean"),
        "findings": findings,
        "suppressed": [
            {"rule": step, "reason": reason, "count": sum(_is_suppressed(one, {(step, kind): reason}) for one in outcome.drifts)}
            for (step, kind), reason in suppressed.items()
        ],
        "rules": [_rule(point) for point in outcome.points],
        "requests": [_line(outcome, point) for point in outcome.points if point.name in outcome.exchanges],
        "dropped": len(outcome.skipped),
        "reason": f"{len(outcome.skipped)} of {len(outcome.points)} were not compared" if outcome.skipped else None,
        "proposals": [vars(one) for one in proposals],
    }


def lines_of(report: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    """For a terminal: each step with its operation, and under it what drifts."""
    width = max(len(point.name) for point in outcome.points)
    for point in outcome.points:
        found = [one for one in report["findings"] if one["rule"] == point.name]
        mark = {"error": "drift", "note": "-"}.get(found[0]["level"], "-") if found else "ok"
        mark = (
            "suppressed"
            if mark == "ok" and any(one["rule"] == point.name and one["count"] for one in report["suppressed"])
            else mark
        )
        yield f"{mark:10} {point.name:{width}}  {point.operation or ''}".rstrip()
        yield from (f"{'':10}   {one['text']}" for one in found)
    yield from (f"left behind: {what}" for what in outcome.left)
    for one in report["proposals"]:
        yield f"would remove {one['removes']} of {one['of']}: {one['change']}"
    drifts = sum(one["level"] == "error" for one in report["findings"])
    compared = len(outcome.points) - len(outcome.skipped)
    yield f"{drifts or 'no'} drift{'s' * (drifts != 1)} in {compared} of {len(outcome.points)} compared"


def _is_suppressed(drift: Drift, suppressed: Mapping[tuple[str, str], str]) -> bool:
    return (drift.step, "") in suppressed or (drift.step, drift.kind) in suppressed


def _finding(drift: Drift, source: str, outcome: Outcome) -> dict[str, Any]:
    numbers = [outcome.exchanges[drift.step].number] if drift.step in outcome.exchanges else []
    advice = f"{ADVICE}; {source} says how it should be" if source else ADVICE
    one = {
        "rule": drift.step,
        "level": "error",
        "text": drift.text,
        "advice": advice,
        "requests": numbers,
        "delivery": None,
        "resource": None,
    }
    return one | {"kind": drift.kind, "where": drift.where, "theirs": drift.theirs, "ours": drift.ours}


def _note(step: str, why: str) -> dict[str, Any]:
    told = {"rule": step, "level": "note", "text": f"not compared: {why}", "advice": "see to that, and run it again"}
    return told | {"requests": [], "delivery": None, "resource": None}


def _left(what: str) -> dict[str, Any]:
    told = {"rule": "left-behind", "level": "warning", "text": f"could not be taken away: {what}", "advice": "delete it by hand"}
    return told | {"requests": [], "delivery": None, "resource": None}


def _rule(point: Point) -> dict[str, Any]:
    title = f"{point.operation} is as at the service" if point.operation else "it is as at the service"
    return {"name": point.name, "level": "error", "title": title, "advice": point.source or ADVICE}


def _line(outcome: Outcome, point: Point) -> dict[str, Any]:
    one = outcome.exchanges[point.name]
    line = {"number": one.number, "at": one.at, "method": one.asked.method, "path": one.asked.target, "status": one.answered.status}
    return line | {"operation": one.operation, "seconds": round(one.seconds, 6), "is_lost": False}
