"""The sweep itself: every point once, several at a time, until all are done or the time is up; knows no command and no server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from mockenv.client import Json
from mockenv.errors import BadInput
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.values.instant import SECOND, parse_duration
from mockenv.sweep.points import Point
from mockenv.sweep.processes import Processes
from mockenv.sweep.repro import write_repro
from mockenv.sweep.state import State
from mockenv.sweep.verdict import MISSED, NOT_RUN, Ran, Row, judge
from mockenv.sweep.worlds import Yardstick

ROOM, SPARE = 5.0, 10.0
"""The time limit of a run is so many times the clean run's length, and so many seconds more: for what waits before it tries again."""

JOURNAL = 100_000
"""Requests of a run that a server of ours keeps: points are found by them."""
UNSTEADY = "it does not pass again by itself, or leaves another world each time"


def limit_of(seconds: float) -> float:
    return ROOM * seconds + SPARE


class Case(Protocol):
    """What is run again and again: a command, or one test. Asked from several threads."""

    @property
    def test(self) -> str | None:
        """Its name, where there are several."""

    @property
    def world(self) -> Json:
        """How its sandbox begins, as a scenario."""

    def measured(self) -> Measured | None:
        """What its runs are held against; None where it does not end well again by itself, so that nobody can tell."""

    def run(self, rule: Json, limit: float | None) -> Ran:
        """Once, in a world of its own, with this failure."""


@dataclass(frozen=True)
class Measured:
    """From the clean runs: `limit` in seconds of real time."""

    yardstick: Yardstick
    limit: float


@dataclass(frozen=True)
class Job:
    """One run to be made."""

    case: Case
    point: Point


@dataclass(frozen=True)
class Bounds:
    """What a sweep may take. Times are seconds of real time; the budget counts from `start`."""

    jobs: int
    budget: float | None
    limit: float | None
    """Of a run; None where it follows from the clean one's length."""
    repros: Path
    """The folder for scenario files."""
    only: Sequence[str] = ()
    """Patterns of points' ids; all, if there are none."""
    state: Path | None = None
    start: float = 0.0


def seconds_of(text: str | None, key: str) -> float | None:
    """What a person wrote for a bound, `5m`; None where nobody did. Raises BadInput that names `key`."""
    if text is None:
        return None
    seconds = parse_duration(text, "", key) / SECOND
    if not seconds:
        raise BadInput("", key, "is more than nothing")
    return seconds


def sweep(
    jobs: Sequence[Job], bounds: Bounds, processes: Processes, state: State, tell: Callable[[str], object] = lambda line: None
) -> list[Row]:
    """A row for every job, in the order of their points' value; `tell` hears how far it is. Interrupted, the state has what was found."""
    jobs = sorted(jobs, key=lambda job: job.point.value)
    empty = [_row(job, NOT_RUN) for job in jobs]
    rows = {row.key: row for row in map(state.find, empty) if row}
    open_ = [job for job, row in zip(jobs, empty, strict=True) if row.key not in rows]
    tell(progress(rows.values(), len(jobs)))
    for row in _run_all(open_, bounds, processes):
        rows[row.key] = row
        state.keep(row)
        tell(progress(rows.values(), len(jobs)))
    return [rows.get(row.key, row) for row in empty]


def progress(rows: Collection[Row], of: int) -> str:
    bad = sum(row.is_bad for row in rows)
    return f"{len(rows)} of {of} points" + (f", {bad} bad" if bad else "")


def _run_all(jobs: Sequence[Job], bounds: Bounds, processes: Processes) -> Iterator[Row]:
    """In any order; those that the budget has cut off are left out."""
    wall, waiting = Wall(), iter(jobs)
    with ThreadPoolExecutor(bounds.jobs) as pool:
        running: set[Future[Row | None]] = set()

        def begin() -> None:
            job = next(waiting, None)
            if job:
                running.add(pool.submit(_run, job, bounds, processes))

        try:
            for _ in range(bounds.jobs):
                begin()
            while running:
                left = None if bounds.budget is None else bounds.start + bounds.budget - wall.stopwatch()
                done, running = wait(running, None if left is None else max(0.0, left), FIRST_COMPLETED)
                if not done:
                    return  # the time is up
                for one in done:
                    if row := one.result():
                        yield row
                    begin()
        finally:
            processes.stop()


def _run(job: Job, bounds: Bounds, processes: Processes) -> Row | None:
    measured = job.case.measured()
    ran = job.case.run(job.point.rule, measured.limit) if measured else None
    if processes.is_stopped.is_set():
        return None  # whatever came of it, it is not the point's
    if measured is None or ran is None:
        return _row(job, MISSED, UNSTEADY)
    row = _row(job, *judge(ran, measured.yardstick))
    return replace(row, repro=str(write_repro(row, job.case.world, ran.output, bounds.repros))) if row.is_bad else row


def _row(job: Job, outcome: str, detail: str = "") -> Row:
    return Row(job.point.id, job.point.text, outcome, detail, job.case.test, job.point.rule)
