"""What was measured is told as it was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.budgets import AT_MOST, QUOTIENTS, RATES, Budget, judge
from benchmarks.kept import read, write
from benchmarks.peers import PRISM
from benchmarks.results import Figure, Results, Table, quotients
from benchmarks.servers import MOCKENV
from benchmarks.table import draw
from benchmarks.work import WORKS
from docs.performance_page import BEGIN, END, UNMEASURED, draw_performance

PAGE = f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nmore\n"


def places() -> Iterator[tuple[str, str, str]]:
    """Where the budgets but those of rates look: table, row and column."""
    for _, _, name, row, column in AT_MOST:
        yield name, row, column
    for _, _, one, other in QUOTIENTS:
        yield from (one, other)


def full() -> Results:
    """A figure for every budget, wide ones, and a server that was measured in part."""
    works = [work.name for work in WORKS]
    rates = Table("Requests per second", works)
    for name in dict.fromkeys(name for _, server, peer, _ in RATES for name in (server, peer)):
        rates.rows[name] = [Figure(123_456.0, 100_000.0, 150_000.0) for _ in works]
    rates.rows["half"] = [Figure.of([1.0]), *[None] * (len(works) - 1)]
    tables = {"throughput": rates}
    for name, row, column in places():
        table = tables.setdefault(name, Table(f"A title of {name} that is longer than the column that it would stand in", []))
        table.columns += [] if column in table.columns else [column]
        table.rows.setdefault(row, [])
    for table in tables.values():
        table.rows = {row: figures or [Figure.of([0.5])] * len(table.columns) for row, figures in table.rows.items()}
    return Results(
        {"cores": 2, "python": "3.11.7", "kernel": "Linux 6"},
        {},
        {"connections": 16, "rounds": 5, "seconds": 2, "starts": 5},
        tables,
    )


def test_a_figure_is_the_median_and_the_middle_half() -> None:
    assert Figure.of([100.0, 1.0, 2.0, 3.0, 4.0]) == Figure(3.0, 2.0, 4.0)
    assert Figure.of([7.0]) == Figure(7.0, 7.0, 7.0)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(full(), tmp_path / "last.json")
    assert read(tmp_path / "last.json") == full()
    assert json.loads((tmp_path / "last.json").read_text())["machine"].keys() == {"cores", "python", "kernel"}


def test_ratios_are_mockenvs_figure_over_the_others() -> None:
    table = Table("", ["work"], {MOCKENV: [Figure.of([600.0])], "peer": [Figure.of([400.0])], "absent": [None]})
    assert quotients(table, MOCKENV).rows == {"peer": [Figure(1.5, 1.5, 1.5)], "absent": [None]}


@pytest.mark.parametrize(
    ("measured", "at_least", "beside", "verdict"),
    [
        (1.0, True, True, "held"),
        (0.81, True, True, "tie"),
        (0.79, True, True, "missed"),
        (1.0, False, False, "held"),
        (1.01, False, False, "missed"),
        (1.19, False, True, "tie"),
        (1.21, False, True, "missed"),
    ],
)
def test_a_budget_is_held_missed_or_beside_another_server_a_tie(
    measured: float, at_least: bool, beside: bool, verdict: str
) -> None:
    assert Budget("", 1.0, measured, at_least, beside).verdict == verdict


def test_every_budget_finds_its_figure() -> None:
    assert len(judge(full())) == len(RATES) + len(QUOTIENTS) + len(AT_MOST)


def test_a_budget_without_a_figure_is_not_judged() -> None:
    results = full()
    del results.tables["growth"], results.tables["throughput"].rows[PRISM]
    assert {one.text for one in judge(full())} - {one.text for one in judge(results)} == {
        "create at 100,000 stored ÷ at 100",
        "memory (RSS) with 100,000 stored, MB",
        *(f"{work} ÷ {peer}" for work, _, peer, _ in RATES if peer == PRISM),
    }


def test_the_table_fits_a_terminal_of_a_hundred_columns() -> None:
    assert max(map(len, draw(full()).splitlines())) <= 100


def test_the_page_keeps_what_is_written_by_hand_and_has_every_table() -> None:
    page = draw_performance(PAGE, full())
    assert page.startswith("# Title\n\n")
    assert page.endswith("\n\nmore\n")
    assert "old" not in page
    assert all(f"### {table.title}\n" in page for table in full().tables.values())
    assert draw_performance(page, full()) == page


def test_the_page_says_so_where_nothing_has_been_measured() -> None:
    assert UNMEASURED in draw_performance(PAGE, None)
