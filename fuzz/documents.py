"""The documents, by schemathesis in all its phases: as a process of its own, just as a user runs it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from fuzz import naive
from fuzz.outcome import Outcome
from fuzz.server import ADMIN, Served
from mockenv.cli import schemathesis

LONGEST = 900.0
"""Seconds until a run counts as stuck."""


SUBJECTS = ("vector", "phase", "launchdarkly", "archie", "control", schemathesis.GRAPHQL)


def flags(subject: str, auth: str) -> tuple[str, ...]:
    """The server's. What is strict or lenient about the control plane is its token."""
    if subject == "control":
        return () if auth == "lenient" else ("--admin-token", ADMIN)
    return ("--auth", "lenient" if auth == "lenient" else "strict")


def run(subject: str, server: Served, folder: Path, examples: int, seed: int, auth: str) -> Outcome:
    """All phases that the document allows, each with its checks."""
    report = folder / "report.json"
    authorization = server.authorization(schemathesis.owner(subject))
    bounds = ("--no-color", "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure")
    reports = ("--report", "json", "--report-json-path", str(report), "--output-sanitize", "false")
    more = (*bounds, *reports)
    if auth == "naive":
        command = naive.command(server.url, subject, authorization, *more)
    else:
        command = schemathesis.command(server.url, subject, authorization, strict=auth == "strict", more=more)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return Outcome(problems=[f"schemathesis did not end within {LONGEST:.0f} s"], found=1)
    content = json.loads(report.read_bytes()) if report.exists() else {}
    if not content.get("operations"):
        return Outcome(problems=[f"schemathesis did not run: {(done.stderr or done.stdout).strip()}"], found=1)
    outcome = _read(content, done.stdout)
    return outcome if auth != "naive" else _without_explained(outcome, subject, done.stdout)


def _read(report: dict[str, Any], printed: str) -> Outcome:
    counts, operations = report["test_cases"], report["operations"]
    rates: dict[str, dict[str, dict[str, int]]] = report["valid_rates"]
    found = counts["unique_failures"] + len(report["errors"])
    return Outcome(
        selected=operations["selected"],
        tested=operations["tested"],
        accepted=sum(any(phase["accepted"] for phase in phases.values()) for phases in rates.values()),
        cases=counts["generated"],
        problems=[_section(printed)] * bool(found),
        found=found,
    )


def _without_explained(outcome: Outcome, subject: str, printed: str) -> Outcome:
    left = naive.unexplained(subject, naive.read(printed))
    outcome.found, outcome.problems = len(left), [f"not explained: {one}" for one in left]
    return outcome


def _section(printed: str) -> str:
    """What schemathesis says of its findings, each with curl lines to repeat it; what it has kept to replay goes with the folder."""
    start = min((at for at in (printed.find(title) for title in ("= ERRORS =", "= FAILURES =")) if at >= 0), default=0)
    section = printed[printed.rfind("\n", 0, start) + 1 : printed.find("= SUMMARY =")].rstrip("= \n")
    return re.sub(r"\n\n +st replay \w+", "", section)
