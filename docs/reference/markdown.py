"""The few forms that the reference pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar in a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def page(title: str, source: str, introduction: str, *parts: str) -> str:
    note = f"<!-- drawn by `make docs` from {source}; edit that instead -->"
    return "\n\n".join(part for part in (note, f"# {title}", introduction, *parts) if part) + "\n"


def code(text: str) -> str:
    return f"`{text}`" if text else ""
