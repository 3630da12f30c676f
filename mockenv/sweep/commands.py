"""A command of the user's as a case: each run in a sandbox of its own, to which the variables of `mockenv env` lead; judges nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from mockenv.client import Json, Mockenv, Sandbox
from mockenv.errors import CannotStart
from mockenv.kernel.time.clock import Wall
from mockenv.sweep.points import Point, check_patterns, is_chosen, points_of
from mockenv.sweep.processes import Processes, tail_of
from mockenv.sweep.setting import another_day, open_world
from mockenv.sweep.state import State
from mockenv.sweep.sweeping import Bounds, Job, Measured, limit_of, sweep
from mockenv.sweep.verdict import Ran, Row
from mockenv.sweep.worlds import World, Yardstick, look, measure

PREFIX = "MOCKENV_"
LINES = 15
"""Of what a command said before it failed."""
ASKED_NOTHING = (
    "the clean run asked its sandbox for nothing: have the command read addresses and tokens from the variables that `mockenv env` "
    "prints; tests that use the fixture `mockenv` are swept by `pytest --mockenv-sweep`"
)


def sweep_command(server: Mockenv, command: Sequence[str], world: Json, bounds: Bounds, tell: Callable[[str], object]) -> list[Row]:
    """A row for each point. Raises CannotStart where the command cannot be swept, BadInput where a wish makes no sense."""
    state, processes = State(bounds.state, {"command": command, "world": world}), Processes()
    with tempfile.TemporaryDirectory(prefix="mockenv-sweep-") as folder:
        try:
            case = CommandCase(server, command, world, processes, Path(folder))
            points = case.run_clean(bounds)
            check_patterns(bounds.only, points, "--only")
            jobs = [Job(case, point) for point in points if is_chosen(point, bounds.only)]
            return sweep(jobs, bounds, processes, state, tell)
        finally:
            processes.stop()


@dataclass
class CommandCase:
    """`folder` is where the output of each run lies while the sweep goes on."""

    server: Mockenv
    command: Sequence[str]
    world: Json
    processes: Processes
    folder: Path
    test: str | None = None
    _numbers: count[int] = field(default_factory=count, repr=False)
    _furniture: frozenset[str] = field(default=frozenset(), init=False, repr=False)
    _measured: Measured | None = field(default=None, init=False, repr=False)

    def run(self, rule: Json, limit: float | None) -> Ran:
        sandbox = open_world(self.server, self.world)
        id = sandbox.add_fault(rule)["id"]
        exit, output = self._call(sandbox, limit)
        hits = next((one["hits"] for one in sandbox.faults() if one["id"] == id), 1)  # the command may have taken it away, or all
        return Ran(exit, self._look(sandbox, self._furniture), bool(hits), output)

    def measured(self) -> Measured | None:
        return self._measured

    def run_clean(self, bounds: Bounds) -> list[Point]:
        """Twice, within the budget; its points. Raises CannotStart where the command fails by itself, or never does the same."""
        wall, sandbox = Wall(), open_world(self.server, self.world)
        self._furniture = frozenset(one["name"] for one in sandbox.resources())
        began = wall.stopwatch()
        self._succeed(sandbox, bounds.budget)
        seconds, points = wall.stopwatch() - began, points_of(sandbox)
        if not points:
            raise CannotStart(ASKED_NOTHING)
        clean = self._look(sandbox, self._furniture)
        self._measured = Measured(self._measure(clean, bounds.budget), bounds.limit or limit_of(seconds))
        return points

    def _measure(self, clean: World, most: float | None) -> Yardstick:
        sandbox = open_world(self.server, another_day(self.world))
        furniture = {one["name"] for one in sandbox.resources()}
        self._succeed(sandbox, most)
        yardstick = measure(clean, self._look(sandbox, furniture))
        if yardstick is None:
            raise CannotStart("two clean runs left different numbers of resources: nothing could be said of the others")
        return yardstick

    def _succeed(self, sandbox: Sandbox, most: float | None) -> None:
        exit, output = self._call(sandbox, most)
        if exit != 0:
            said = "\n".join(tail_of(output).splitlines()[-LINES:])
            what = "does not end within the budget" if exit is None else f"fails by itself (exit code {exit})"
            raise CannotStart(f"the command {what}, before anything was made to fail\n{said}".rstrip())

    def _call(self, sandbox: Sandbox, limit: float | None) -> tuple[int | None, Path]:
        output = self.folder / f"{next(self._numbers)}.txt"
        return self.processes.run(self.command, environment(sandbox), limit, output), output

    def _look(self, sandbox: Sandbox, furniture: frozenset[str] | set[str]) -> World:
        """What the world comes to, once all that is under way has ended, with nothing failing any more."""
        sandbox.clear_faults()
        sandbox.set_clock("manual")
        sandbox.advance_until_idle()
        return look(sandbox, furniture)


def environment(sandbox: Sandbox) -> Mapping[str, str]:
    """Ours, with what leads every service's clients to this sandbox, and the verbs of `mockenv` too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    variables: dict[str, str] = {}
    for provider in sandbox.tokens:
        variables |= sandbox.variables(provider)
    return {**kept, **variables, "MOCKENV_URL": sandbox.server.url, "MOCKENV_SANDBOX": sandbox.name}
