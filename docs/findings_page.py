"""The drawn part of docs/schemathesis.md: what is found by somebody who has read nothing, and why it is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docs.markers import between
from fuzz.naive import Explanation, explanations

BEGIN = "<!-- findings: drawn by `make docs` from fuzz/explained.yaml -->"
END = "<!-- /findings -->"
TITLES = {
    "vector": "Vector Pro",
    "phase": "Phase",
    "launchdarkly": "LaunchDarkly",
    "archie": "Archie Core, the OpenAPI document",
    "control": "mockenv's control plane",
}


def draw_findings(page: Path) -> str:
    """The page with a table for each document in it."""
    known = explanations()
    tables = [f"### {title}\n\n{_table(known[document])}" for document, title in TITLES.items()]
    return between(page.read_text(), BEGIN, END, "\n\n".join(tables))


def _table(found: Sequence[Explanation]) -> str:
    rows = [f"| {one.code} | {one.operations} | `{_code(one.answer)}` | {one.because} |" for one in found]
    return "\n".join(["| | where | the answer has | why it is right |", "| --- | --- | --- | --- |", *rows])


def _code(answer: str) -> str:
    return answer.replace("|", "\\|")
