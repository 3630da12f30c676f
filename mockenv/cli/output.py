"""Tables for people, JSON for scripts: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockenv.client import Listing


def show(value: Any, as_json: bool, lines: Sequence[str] | str) -> None:
    """`value` as JSON, or `lines` for people."""
    if as_json:
        click.echo(json.dumps(value, indent=2, ensure_ascii=False))
        return
    for line in [lines] if isinstance(lines, str) else lines:
        click.echo(line)


def tell_what_lacks(found: Listing) -> None:
    """On stderr, beside a list that is not all there is."""
    if found.matching > len(found):
        click.echo(f"the newest {len(found)} of {found.matching}; --limit shows more", err=True)
    if found.missing:
        click.echo(f"not whole: {found.missing} older ones that could belong here are no longer kept", err=True)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str) -> list[str]:
    """Rows under their headings, each column as wide as it must be."""
    if not rows:
        return [empty]
    cells = [[column.upper() for column in columns], *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
