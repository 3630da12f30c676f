"""A sweep's rows for people, for scripts and for CI services; runs nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockenv.client import Json
from mockenv.sweep.verdict import MEANINGS, MISSED, NOT_RUN, OUTCOMES, Row

HEADINGS = ("OUTCOME", "POINT", "WHEN")


def to_text(rows: Sequence[Row]) -> Iterator[str]:
    """A table; then what is bad once more, with what shows it and how to see it again; then how many of each."""
    cells = [HEADINGS, *((row.outcome, row.key, row.text) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(HEADINGS) - 1)]
    yield from ("  ".join((*map(str.ljust, row, widths), row[-1])) for row in cells)
    for row in rows:
        if row.is_bad:
            yield ""
            yield f"{row.outcome}: {row.key}: {row.detail}"
            yield f"  → mockenv serve --scenario {row.repro}"
    yield ""
    yield summary(rows)


def summary(rows: Sequence[Row]) -> str:
    counts = Counter(row.outcome for row in rows)
    found = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])
    left = f"; {MEANINGS[NOT_RUN]}: give it more, or go on with a state file" if counts[NOT_RUN] else ""
    return f"{len(rows)} points: {found or 'nothing can fail'}{left}"


def to_json(rows: Sequence[Row], world: Json | None = None) -> str:
    counts = Counter(row.outcome for row in rows)
    told = {"points": [row.dump() for row in rows], "counts": {one: counts[one] for one in OUTCOMES}}
    return json.dumps({**({"world": world} if world else {}), **told}, indent=2, ensure_ascii=False)


def to_junit(rows: Sequence[Row]) -> str:
    """A case for each point; what is bad is a failure, what was not tried is skipped."""
    bad = sum(row.is_bad for row in rows)
    skipped = sum(row.outcome in (MISSED, NOT_RUN) for row in rows)
    counts = {"tests": len(rows), "failures": bad, "errors": 0, "skipped": skipped}
    suite = Element("testsuite", {"name": "mockenv sweep", **{name: str(value) for name, value in counts.items()}})
    for row in rows:
        case = SubElement(suite, "testcase", classname=row.test or "mockenv.sweep", name=row.id)
        if row.is_bad:
            text = f"When {row.text}: {row.detail}\nmockenv serve --scenario {row.repro}"
            SubElement(case, "failure", type=row.outcome, message=MEANINGS[row.outcome]).text = text
        elif row.outcome in (MISSED, NOT_RUN):
            SubElement(case, "skipped", message=MEANINGS[row.outcome])
        else:
            SubElement(case, "system-out").text = f"When {row.text}: {row.outcome}"
    indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, "unicode")
