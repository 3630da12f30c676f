"""From a provider's table of states to its README: what stands between the two markers is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from docs.markers import between

PROVIDERS = Path(__file__).parents[1] / "mockenv" / "providers"
BEGIN = "<!-- states: drawn by `make docs` from states.py; edit that instead -->"
END = "<!-- /states -->"


class Rule(Protocol):
    """Where an operation is allowed, and what the refusal says."""

    @property
    def allowed(self) -> Sequence[str]: ...
    @property
    def text(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def message(self) -> str | None: ...


class Table(Protocol):
    """What a provider's `states.TABLES` holds."""

    @property
    def title(self) -> str: ...
    @property
    def statuses(self) -> Sequence[str]: ...
    @property
    def operations(self) -> Sequence[str]: ...
    @property
    def rules(self) -> Mapping[str, Rule]: ...


def readmes() -> dict[Path, str]:
    """Every provider's README that has the markers: where it lies, and with its tables as they are now."""
    drawn = {}
    for readme in sorted(PROVIDERS.glob("*/README.md")):
        if BEGIN in readme.read_text():
            tables = import_module(f"mockenv.providers.{readme.parent.name}.states").TABLES
            drawn[readme] = between(readme.read_text(), BEGIN, END, draw(tables))
    return drawn


def draw(tables: Iterable[Table]) -> str:
    """A table per sort of thing, and under them the texts of the refusals, each once."""
    texts: dict[str, int] = {}
    parts = [_draw_one(table, texts) for table in tables]
    notes = [f"{number}. {text}" for text, number in texts.items()]
    return "\n\n".join([*parts, "\n".join(notes)])


def _draw_one(table: Table, texts: dict[str, int]) -> str:
    lines = [f"| {table.title} | {' | '.join(table.statuses)} |", f"| --- |{' --- |' * len(table.statuses)}"]
    for operation in table.operations:
        rule = table.rules.get(operation)
        cells = ["yes" if rule is None or status in rule.allowed else _refusal(rule, texts) for status in table.statuses]
        lines.append(f"| `{operation}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _refusal(rule: Rule, texts: dict[str, int]) -> str:
    message = f"message `{rule.message}`" if rule.message else "the message says the same"
    text = f"`errors.{rule.field}`: `{rule.text.format(status='<status>')}` ({message})"
    return f"422 ({texts.setdefault(text, len(texts) + 1)})"
