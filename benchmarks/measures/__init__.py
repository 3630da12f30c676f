"""What is measured: a module each, whose `measure(plan)` gives tables by name. A new one takes a line here, and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.measures import advance, fleet, growth, held, sandboxes, start, state, suite, throughput
from benchmarks.plan import Plan
from benchmarks.results import Table

MEASURES: Mapping[str, Callable[[Plan], dict[str, Table]]] = {
    "throughput": throughput.measure,
    "start": start.measure,
    "growth": growth.measure,
    "held": held.measure,
    "advance": advance.measure,
    "sandboxes": sandboxes.measure,
    "state": state.measure,
    "suite": suite.measure,
}
APART: Mapping[str, Callable[[Plan], dict[str, Table]]] = {"fleet": fleet.measure}
"""What is measured only where it is asked for: it wants PostgreSQL."""
ALL: Mapping[str, Callable[[Plan], dict[str, Table]]] = {**MEASURES, **APART}
