"""Tables for a terminal of a hundred columns, and the cells that docs/ shares with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.budgets import Budget, judge
from benchmarks.results import Figure, Results, Table, quotients
from benchmarks.servers import MOCKENV

NOTHING = "–"
FIRST, OTHER, LAST = 28, 18, 100
Lines = Iterator[str]


def draw(results: Results) -> str:
    """All of a run."""
    return "\n".join([headline(results), *(line for table in shown(results) for line in _table(table)), *_budgets(judge(results))])


def headline(results: Results) -> str:
    machine = results.machine
    versions = "".join(f" · {name} {version}" for name, version in results.versions.items())
    return f"{machine['cores']} cores · Python {machine['python']} · {machine['kernel']}{versions}"


def shown(results: Results) -> list[Table]:
    """The tables in the order in which they are read, with the ratios behind what they are ratios of."""
    found = []
    for name, table in results.tables.items():
        found.append(table)
        if name == "throughput" and len(table.rows) > 1:
            found.append(quotients(table, MOCKENV))
    return found


def cell(figure: Figure | None) -> str:
    """The median, and how far the measurements lie around it where that is more than a percent."""
    if figure is None:
        return NOTHING
    spread = f" ±{figure.spread:.0%}" if figure.spread >= 0.01 else ""
    return number(figure.median) + spread


def number(value: float) -> str:
    """Three digits or more, whatever the size."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def aim(budget: Budget) -> str:
    return f"{'≥' if budget.at_least else '≤'} {budget.aim:,g}"


def _table(table: Table) -> Lines:
    first = max(FIRST, *(len(name) + 4 for name in table.rows))
    yield ""
    yield _line(table.title, table.columns, first)
    for name, figures in table.rows.items():
        yield _line(f"  {name}", [cell(figure) for figure in figures], first)


def _line(name: str, cells: Sequence[str], first: int) -> str:
    """A long title stands above its columns."""
    columns = "".join(f"{one:>{min(OTHER, (LAST - first) // len(cells))}}" for one in cells)
    return f"{name:{first}}{columns}" if len(name) <= first else f"{name}\n{'':{first}}{columns}"


def _budgets(budgets: Sequence[Budget]) -> Lines:
    if budgets:
        yield ""
        yield f"{'budget':62}{'aim':>9}{'measured':>11}{'':4}verdict"
    for one in budgets:
        yield f"  {one.text:60}{aim(one):>9}{number(one.measured):>11}{'':4}{one.verdict}"
