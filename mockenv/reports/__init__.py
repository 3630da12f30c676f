"""Reports on clients as other programs read them: what the control plane has judged, rendered; judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockenv.reports.html import to_html
from mockenv.reports.junit import to_junit
from mockenv.reports.sarif import to_sarif
from mockenv.reports.text import to_text

Report = dict[str, Any]

FORMATS: Mapping[str, Callable[[Sequence[Report]], str]] = {"text": to_text, "junit": to_junit, "sarif": to_sarif, "html": to_html}
"""Each of several reports at once: a test run has one per test."""
FILES = {"junit": "report.xml", "sarif": "report.sarif", "html": "report.html", "text": "report.txt"}
