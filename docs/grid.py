"""Markdown tables; knows nothing of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def grid(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
