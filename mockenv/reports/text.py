"""For people, on a terminal: a finding is two lines, what was done and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def to_text(reports: Sequence[dict[str, Any]]) -> str:
    blocks = []
    for told in reports:
        heading = [f"# {told['test']}"] if "test" in told else []
        blocks.append("\n".join([*heading, *lines_of(told)]))
    return "\n\n".join(blocks)


def lines_of(told: dict[str, Any]) -> Iterator[str]:
    for one in told["findings"]:
        evidence = f" (requests {', '.join(map(str, one['requests']))})" if one["requests"] else ""
        yield f"{one['level']:8} {one['rule']}: {one['text']}{evidence}"
        yield f"         → {one['advice']}"
    for one in told["suppressed"]:
        yield f"suppressed {one['rule']} ({one['count']}): {one['reason']}"
    if told["reason"]:
        yield f"not whole: {told['reason']}"
    levels = [one["level"] for one in told["findings"]]
    counts = ", ".join(f"{levels.count(level)} {level}{'s' * (levels.count(level) > 1)}" for level in dict.fromkeys(levels))
    yield f"{told['verdict']}: {len(told['requests'])} requests, {len(told['rules'])} rules{f'; {counts}' if counts else ''}"
