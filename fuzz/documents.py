"""The documents, by schemathesis in all its phases: as a process of its own, just as a user runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz.outcome import Outcome
from fuzz.server import ADMIN, Served

CONFIG = Path(__file__).parents[1] / "openapi" / "schemathesis.toml"
LONGEST = 900.0
"""Seconds until a run counts as stuck."""


@dataclass(frozen=True)
class Subject:
    """A document, and where schemathesis finds it on a server."""

    provider: str
    location: str

    def flags(self, auth: str) -> tuple[str, ...]:
        """The server's. What is strict or lenient about the control plane is its token."""
        if self.provider == "control":
            return ("--admin-token", ADMIN) if auth == "strict" else ()
        return ("--auth", auth)

    def command(self, server: Served, report: Path, examples: int, seed: int, *, strict: bool) -> list[str]:
        checks = [] if strict else ["--exclude-checks", "ignored_auth"]  # lenient: any token is taken, that is its point
        head = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "--no-color", "run"]
        bounds = ["--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"]
        reports = ["--report", "json", "--report-json-path", str(report), "--output-sanitize", "false"]
        headers = ["--header", f"Authorization: {server.authorization(self.provider)}"]
        return [*head, f"{server.url}{self.location}", *headers, *checks, *bounds, *reports]


SUBJECTS = {
    **{name: Subject(name, f"/_mockenv/documents/{name}") for name in ("vector", "phase", "launchdarkly", "archie", "control")},
    "graphql": Subject("archie", "/graphql"),
}


def run(subject: Subject, server: Served, folder: Path, examples: int, seed: int, *, strict: bool) -> Outcome:
    """All phases that the document allows, each with its checks."""
    report = folder / "report.json"
    command = subject.command(server, report, examples, seed, strict=strict)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return Outcome(problems=[f"schemathesis did not end within {LONGEST:.0f} s"], found=1)
    content = json.loads(report.read_bytes()) if report.exists() else {}
    if not content.get("operations"):
        return Outcome(problems=[f"schemathesis did not run: {(done.stderr or done.stdout).strip()}"], found=1)
    return _read(content, done.stdout)


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


def _section(printed: str) -> str:
    """What schemathesis says of its findings, each with curl lines to repeat it; what it has kept to replay goes with the folder."""
    start = min((at for at in (printed.find(title) for title in ("= ERRORS =", "= FAILURES =")) if at >= 0), default=0)
    section = printed[printed.rfind("\n", 0, start) + 1 : printed.find("= SUMMARY =")].rstrip("= \n")
    return re.sub(r"\n\n +st replay \w+", "", section)
