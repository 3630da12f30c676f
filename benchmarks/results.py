"""What was measured, as tables of figures; JSON out of them and back. Knows neither servers nor budgets."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """The median of several measurements, and between what the middle half of them lay."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, measured: Iterable[float]) -> Self:
        values = list(measured)
        quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
        return cls(*(round(one, 4) for one in (quartiles[1], quartiles[0], quartiles[2])))

    @property
    def spread(self) -> float:
        """Half the way from the low to the high, as a part of the median."""
        return (self.high - self.low) / 2 / self.median if self.median else 0.0


@dataclass
class Table:
    """Rows of figures under headings; None where something was not measured."""

    title: str
    columns: list[str]
    rows: dict[str, Sequence[Figure | None]] = field(default_factory=dict)

    def at(self, row: str, column: str) -> float | None:
        """A median, if there is one."""
        figures = self.rows.get(row)
        figure = figures[self.columns.index(column)] if figures and column in self.columns else None
        return figure.median if figure else None

    @classmethod
    def read(cls, told: Json) -> Self:
        rows: dict[str, Sequence[Figure | None]] = {
            name: [Figure(**one) if one else None for one in figures] for name, figures in told["rows"].items()
        }
        return cls(told["title"], told["columns"], rows)


@dataclass
class Results:
    """One run: where, how, with what, and its tables by name."""

    machine: Json
    versions: Json
    method: Json
    tables: dict[str, Table] = field(default_factory=dict)

    def at(self, table: str, row: str, column: str) -> float | None:
        return self.tables[table].at(row, column) if table in self.tables else None

    def as_json(self) -> Json:
        return asdict(self)

    @classmethod
    def read(cls, told: Json) -> Self:
        return cls(**{**told, "tables": {name: Table.read(table) for name, table in told["tables"].items()}})


def machine() -> Json:
    """No more than one must know to judge the figures."""
    release = ".".join(platform.release().split(".")[:2])
    return {"cores": os.cpu_count(), "python": platform.python_version(), "kernel": f"{platform.system()} {release}"}


def quotients(table: Table, of: str) -> Table:
    """A row's medians ÷ those of the others: above one is better, where more is better."""
    found = Table(f"{of} ÷ the others", table.columns)
    for name, figures in table.rows.items():
        if name != of:
            found.rows[name] = [_quotient(*pair) for pair in zip(table.rows[of], figures, strict=True)]
    return found


def _quotient(mine: Figure | None, theirs: Figure | None) -> Figure | None:
    return Figure.of([mine.median / theirs.median]) if mine and theirs and theirs.median else None
