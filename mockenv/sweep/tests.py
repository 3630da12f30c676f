"""Tests of pytest's as cases: one that passes is its own clean run, and is run again in a process of its own for each point.

This knows no pytest: what a test's process must know and what it has to tell are files, and how it is called is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from mockenv.client import Json, Sandbox
from mockenv.kernel.time.clock import Wall
from mockenv.sweep.points import Point, as_point, points_of
from mockenv.sweep.processes import Processes
from mockenv.sweep.setting import another_day, composed
from mockenv.sweep.sweeping import Measured, limit_of
from mockenv.sweep.verdict import Ran
from mockenv.sweep.worlds import World, Yardstick, look, measure

VARIABLE = "MOCKENV_SWEEP_RUN"
"""The file that says what a test is to be run again with, and where it tells what came of it."""


@dataclass(frozen=True)
class Clean:
    """What a passed test has told. It goes through JSON, from the workers of pytest-xdist."""

    test: str
    told: Json
    """How its sandbox began, as the marker has it."""
    points: Sequence[Point]
    world: World

    def dump(self) -> Json:
        return {**asdict(self), "world": self.world.dump()}

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> Clean:
        return cls(told["test"], told["told"], [as_point(one) for one in told["points"]], World(**told["world"]))


class Recorder:
    """In the session itself: worlds begin as ever, and what became of them is remembered."""

    def __init__(self) -> None:
        self.clean: dict[str, Clean] = {}
        self._begun: tuple[Json, frozenset[str]] = ({}, frozenset())

    def world(self, told: Json) -> Json:
        return told

    def begun(self, told: Json, sandbox: Sandbox) -> None:
        self._begun = told, names_in(sandbox)

    def ended(self, test: str, sandbox: Sandbox) -> None:
        told, furniture = self._begun
        self.clean[test] = Clean(test, told, points_of(sandbox), look(sandbox, furniture))


class Repetition:
    """In the process of a test that is run again: its world begins as it is told, and is told of at its end."""

    def __init__(self, file: Path) -> None:
        self._told: Json = json.loads(file.read_text(encoding="utf-8"))
        self._rule: str | None = None
        self._furniture: frozenset[str] = frozenset()

    def world(self, told: Json) -> Json:
        return {**told, **self._told["world"]}

    def begun(self, told: Json, sandbox: Sandbox) -> None:
        self._furniture = names_in(sandbox)
        if self._told["rule"]:
            self._rule = sandbox.add_fault(self._told["rule"])["id"]

    def ended(self, test: str, sandbox: Sandbox) -> None:
        hits = next((one["hits"] for one in sandbox.faults() if one["id"] == self._rule), 1)  # the test may have taken it away
        told = {"reached": bool(hits), "world": look(sandbox, self._furniture).dump()}
        Path(self._told["result"]).write_text(json.dumps(told), encoding="utf-8")


Watch = Recorder | Repetition


def names_in(sandbox: Sandbox) -> frozenset[str]:
    return frozenset(one["name"] for one in sandbox.resources())


@dataclass
class PytestCase:
    """`command` runs the one test; `folder` is where what it is told, tells and says lies while the sweep goes on."""

    clean: Clean
    command: Sequence[str]
    processes: Processes
    folder: Path
    limit: float | None = None
    """Of a run, in seconds; None where it follows from the length of a clean one."""
    _numbers: count[int] = field(default_factory=count, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _known: list[Measured | None] = field(default_factory=list, repr=False)

    @property
    def test(self) -> str:
        return self.clean.test

    @property
    def world(self) -> Json:
        return composed(self.clean.told)

    def run(self, rule: Json, limit: float | None) -> Ran:
        return self._call(rule, {}, limit)

    def measured(self) -> Measured | None:
        """By whoever asks first; the others wait for it."""
        with self._lock:
            if not self._known:
                self._known.append(self._measure())
            return self._known[0]

    def _measure(self) -> Measured | None:
        wall = Wall()
        began = wall.stopwatch()
        again = self._call({}, self._otherwise(), None)
        limit = self.limit or limit_of(wall.stopwatch() - began)
        if again.exit == 0 and again.world:
            yardstick = measure(self.clean.world, again.world)
        else:  # it may depend on its seed or its date
            yardstick = Yardstick(self.clean.world, only_status=True) if self._call({}, {}, None).exit == 0 else None
        return Measured(yardstick, limit) if yardstick else None

    def _otherwise(self) -> Json:
        other = another_day(self.world)
        return {"seed": other["seed"], "clock": other["clock"]}

    def _call(self, rule: Json, world: Json, limit: float | None) -> Ran:
        number = next(self._numbers)
        order, result, output = (self.folder / f"{number}.{ending}" for ending in ("order.json", "result.json", "txt"))
        order.write_text(json.dumps({"rule": rule, "world": world, "result": str(result)}), encoding="utf-8")
        exit = self.processes.run(self.command, {**os.environ, VARIABLE: str(order)}, limit, output)
        if not result.exists():  # it hung, or never came to its sandbox
            return Ran(exit, None, output=output)
        told = json.loads(result.read_text(encoding="utf-8"))
        return Ran(exit, World(**told["world"]), told["reached"], output)
