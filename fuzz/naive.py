"""What schemathesis finds that was told nothing but a token, held against what is known of the services; starts no server.

`explained.yaml` has each sort of finding that is true of a service, recognised by the answer, and why it is so.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from mockenv.cli import schemathesis

EXPLAINED = Path(__file__).with_name("explained.yaml")
CASE = re.compile(r"^\d+\. Test Case ID: ", re.MULTILINE)
CODE = re.compile(r"^- (ST\d+) (.+)$", re.MULTILINE)
ANSWER = re.compile(r"^\[(\d{3})\] .*\n\n((?:    .*\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One thing that schemathesis holds to be wrong, and the answer in which it saw it."""

    code: str
    title: str
    status: int
    answer: str


@dataclass(frozen=True)
class Explanation:
    """Why answers in which `answer` is found are right, though the check `code` cannot know."""

    code: str
    answer: str
    operations: str
    because: str

    def covers(self, finding: Finding) -> bool:
        return finding.code == self.code and re.search(self.answer, f"{finding.status} {finding.answer}") is not None


@cache
def explanations() -> dict[str, list[Explanation]]:
    """By document."""
    content = yaml.safe_load(EXPLAINED.read_text())
    return {document: [Explanation(**one) for one in found] for document, found in content.items()}


def unexplained(document: str, findings: list[Finding]) -> list[Finding]:
    known = explanations().get(document, [])
    return [finding for finding in findings if not any(one.covers(finding) for one in known)]


def command(url: str, document: str, authorization: str, *more: str) -> list[str]:
    """As somebody runs it who has read nothing: in a folder without a file."""
    head = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", f"{url}{schemathesis.location(document)}"]
    return [*head, "--header", f"Authorization: {authorization}", *more]


def read(printed: str) -> list[Finding]:
    """The findings in what schemathesis prints without colours, and where it got no answer at all."""
    errors = re.split(r"^_+ (.+) _+$", _between(printed, "= ERRORS =", ("= FAILURES =", "= SUMMARY =")), flags=re.MULTILINE)[1:]
    found = [
        Finding(text.strip().partition("\n")[0], "", 0, f"{label} {' '.join(text.split())}")
        for label, text in zip(errors[::2], errors[1::2], strict=True)
    ]
    for case in CASE.split(_between(printed, "= FAILURES =", ("= SUMMARY =",)))[1:]:
        seen = ANSWER.search(case)
        status, text = (int(seen[1]), seen[2].strip()) if seen else (0, "")
        found += [Finding(code, title, status, text) for code, title in CODE.findall(case)]
    return found


def _between(text: str, begin: str, ends: tuple[str, ...]) -> str:
    start = text.find(begin)
    stops = [at for at in (text.find(end, start) for end in ends) if at > start]
    return text[start : min(stops)] if start >= 0 and stops else ""
