"""The measured part of docs/performance.md: the last run's tables, its budgets, and where mockenv wins, ties or loses."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.budgets import TIE, Budget, judge
from benchmarks.results import Results, Table, quotients
from benchmarks.servers import MOCKENV, MOCKENV_STEPS
from benchmarks.table import aim, cell, headline, number, shown
from docs.grid import grid
from docs.markers import between

BEGIN = "<!-- measured: drawn by `make docs` from benchmarks/last.json, which `make bench` writes -->"
END = "<!-- /measured -->"
UNMEASURED = "Nothing has been kept yet: `make bench && make docs`."


def draw_performance(text: str, results: Results | None) -> str:
    """The page with the measured part in it."""
    return between(text, BEGIN, END, draw(results) if results else UNMEASURED)


def draw(results: Results) -> str:
    method = results.method
    told = (
        f"{method['connections']} connections, {method['rounds']} rounds of {method['seconds']} s each, {method['starts']} starts."
    )
    tables = [f"### {table.title}\n\n{_table(table)}" for table in shown(results)]
    parts = [f"{headline(results)}. {told}", _budgets(judge(results)), _standing(results), *tables]
    return "\n\n".join(part for part in parts if part)


def _table(table: Table) -> str:
    return grid(["", *table.columns], ([name, *map(cell, figures)] for name, figures in table.rows.items()))


def _budgets(budgets: Sequence[Budget]) -> str:
    rows = ([one.text, aim(one), number(one.measured), one.verdict] for one in budgets)
    return f"### Budgets\n\n{grid(['', 'aim', 'measured', 'verdict'], rows)}" if budgets else ""


def _standing(results: Results) -> str:
    """A row per other server: the works at which mockenv is faster, about as fast, and slower."""
    rates = results.tables.get("throughput")
    if not rates or len(rates.rows) < 2:
        return ""
    rows = []
    others = {name: figures for name, figures in quotients(rates, MOCKENV).rows.items() if name != MOCKENV_STEPS}
    for name, figures in others.items():
        measured = [(work, one.median) for work, one in zip(rates.columns, figures, strict=True) if one]
        wins = [work for work, ratio in measured if ratio > 1 + TIE]
        loses = [work for work, ratio in measured if ratio < 1 - TIE]
        ties = [work for work, _ in measured if work not in (*wins, *loses)]
        rows.append([name, *(", ".join(works) or "–" for works in (wins, ties, loses))])
    return f"### Where mockenv wins, ties and loses\n\n{grid(['beside', 'wins', f'ties (within {TIE:.0%})', 'loses'], rows)}"
