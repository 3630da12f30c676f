"""How a world begins: what was asked for, completed and checked, then put into an empty sandbox; keeps no registry."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson

from mockenv.errors import Problems, check_name
from mockenv.kernel import faults
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.events.publisher import Publishers
from mockenv.kernel.lifecycles.holds import HOLD
from mockenv.kernel.time.clock import Clock, Wall
from mockenv.kernel.unit.work import COUNTER, Work
from mockenv.kernel.worlds import spec as specs
from mockenv.kernel.worlds.fixture import known_section, new_section
from mockenv.kernel.worlds.furnishing import Numbers, Shape, counted, shape_of
from mockenv.kernel.worlds.inhabitant import Inhabitant
from mockenv.kernel.worlds.kinds import CLOCK, META
from mockenv.kernel.worlds.options import Options
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.store.base import Document

Plan = dict[str, Any]
MOST_SHAPES = 64
"""Of fixtures with options: a suite of tests has a handful."""


class Defaults(NamedTuple):
    """What a sandbox takes from the server's flags where it says nothing itself."""

    clock: Mapping[str, Any]
    seed: int
    fixture: str
    options: Mapping[str, Mapping[str, Any]]


class Planner:
    """Checks specs and fills sandboxes. `library(what, name_or_object)` finds fixtures and scenarios."""

    def __init__(
        self, inhabitants: Sequence[Inhabitant], wall: Wall, defaults: Defaults, library: Callable[[str, Any], Mapping[str, Any]]
    ) -> None:
        self.inhabitants = {one.name: one for one in inhabitants}
        self.options = Options(self.inhabitants, defaults.options)
        self.publishers = Publishers(one.publisher for one in inhabitants if one.publisher)
        self.catalogue = _catalogue(inhabitants)
        self._wall, self._defaults, self._library = wall, defaults, library
        self.takes: Callable[[str], bool] = lambda name: True
        """Whether a sandbox of this name would be kept here."""
        self._sections: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._shapes: dict[tuple[str, bytes], Shape] = {}

    def plan(self, spec: Mapping[str, Any]) -> Plan:
        """The spec, complete and checked: scenario under it, the server's flags under that. Raises BadInput."""
        scenario = self._library("scenario", spec["scenario"]) if spec.get("scenario") else {}
        problems = Problems()
        told = specs.merge(scenario, spec, problems)
        delays = told.get("delays", {})
        plan = {
            "name": spec.get("name") or self._draw_name(),
            "seed": told.get("seed", self._defaults.seed),
            "fixture": told.get("fixture") or self._defaults.fixture,
            "clock": {**self._defaults.clock, **told.get("clock", {})},
            "delays": {"profile": delays} if isinstance(delays, str) else delays,
            "faults": told.get("faults", []),
            "holds": told.get("holds", []),
            "options": told.get("options", {}),
        }
        self._check(plan, lambda key: "" if spec.get(key) is not None else specs.source(scenario), problems)
        problems.tell()
        return plan

    def _draw_name(self) -> str:
        """One that is kept here."""
        while not self.takes(name := f"sandbox-{os.urandom(4).hex()}"):
            pass
        return name

    def clock(self, told: Mapping[str, Any]) -> Clock:
        """A clock as somebody wrote it. Raises BadInput."""
        return specs.start(told, self._wall.now())

    def _check(self, plan: Plan, source: Callable[[str], str], problems: Problems) -> None:
        """`source` says for a key who spoke of it last: a scenario, by its file, or nobody that has a name."""
        with problems.gather():
            specs.check_world_name(plan["name"])
        with problems.gather():
            specs.check_seed(plan["seed"], source("seed"))
        with problems.gather(), specs.told_by(source("fixture")):
            self._library("fixture", plan["fixture"])  # refused here if there is none
        with problems.gather(), specs.told_by(source("clock")):
            self.clock(plan["clock"])
        with problems.gather():
            self.options.complete(plan["options"], source("options"))
        for at, rule in enumerate(plan["faults"]):
            with problems.gather():
                faults.parse_fault(rule, self.catalogue, source("faults"), f"faults.{at}")
        for at, step in enumerate(plan["holds"]):
            with problems.gather():
                self.catalogue.check_step(step, source("holds"), f"holds.{at}")
        with problems.gather():
            if plan["delays"]:
                specs.check_delays(plan["delays"], self.catalogue.steps, source("delays"))

    def fill(self, sandbox: Sandbox, plan: Plan) -> None:
        """Put everything that `plan` says into an empty sandbox, in one unit of work. Raises BadInput."""
        sandbox.clock = self.clock(plan["clock"])
        sandbox.use_options(self.options.complete(plan["options"], ""))
        sandbox.use_meta({"seed": plan["seed"], "delays": plan["delays"], "plan": plan})
        with sandbox.unit(now=sandbox.clock.now) as work:
            work.put(CLOCK, "clock", sandbox.clock.dump())
            furniture = self._furnish(work, plan["fixture"], plan["options"])
            for step in plan["holds"]:
                work.put(HOLD, step, {"step": step})
            for at, rule in enumerate(plan["faults"]):
                faults.add(work, rule, "", f"faults.{at}")
            work.put(META, "meta", {**sandbox.meta, "furniture": furniture})

    def _furnish(self, work: Work, fixture: Any, options: Mapping[str, Any]) -> Numbers:
        """Put the fixture, or have it put late where it made a world before; how much it makes."""
        key = (fixture, orjson.dumps(options, option=orjson.OPT_SORT_KEYS)) if isinstance(fixture, str) else None
        if key and (known := self._shapes.get(key)):
            self._populate_late(work, fixture, known)
            return known.furniture
        self._populate(work, fixture)
        shape = shape_of(work, self.inhabitants)
        if key and shape and len(self._shapes) < MOST_SHAPES:
            self._shapes[key] = shape
        return shape.furniture if shape else counted(work)

    def _populate_late(self, work: Work, fixture: str, shape: Shape) -> None:
        for name, provider in self.inhabitants.items():
            work.fill(shape.numbers[name], partial(_populate_one, provider, self._sections[name, fixture]))
        # As they are in the end; a store that waits for nobody has them so already.
        work.fill({COUNTER: len(shape.counters)}, partial(_put_counters, shape.counters))

    def _populate(self, work: Work, fixture: Any) -> None:
        world = self._library("fixture", fixture)
        where = specs.source(world)
        problems = Problems()
        for name in world:
            if not name.startswith("_"):
                with problems.gather():
                    check_name(name, self.inhabitants, where, name)
        for name, provider in self.inhabitants.items():  # also those that the fixture is silent on
            place = f"{where}: {name}"
            with problems.gather():
                provider.populate(work, self._section(provider, fixture, world.get(name, {}), place), place)
        problems.tell()

    def _section(self, provider: Inhabitant, fixture: Any, section: Any, where: str) -> Mapping[str, Any]:
        """A provider's section, checked; of a fixture that has a name only once, since that is half of what a sandbox costs."""
        known = self._sections.get((provider.name, fixture)) if isinstance(fixture, str) else None
        if known is not None:
            return known
        if not isinstance(fixture, str):
            return new_section(provider, section, where)
        checked = self._sections[provider.name, fixture] = known_section(provider, section, where)
        return checked


def _put_counters(counters: Mapping[str, Document], work: Work) -> None:
    for name, counter in counters.items():
        work.put(COUNTER, name, counter)


def _populate_one(provider: Inhabitant, section: Mapping[str, Any], work: Work) -> None:
    provider.populate(work, section, provider.name)


def _catalogue(inhabitants: Sequence[Inhabitant]) -> Catalogue:
    return Catalogue(
        tuple(lifecycle for one in inhabitants for lifecycle in one.lifecycles),
        {one.name: one.documented() for one in inhabitants},
        {one.name: one.events for one in inhabitants},
        _parameters(inhabitants),
        tuple(prefix for one in inhabitants for prefix in one.prefixes),
    )


def _parameters(inhabitants: Sequence[Inhabitant]) -> dict[str, frozenset[str]]:
    """Of operations that have one name at several providers, those of all of them."""
    found: dict[str, frozenset[str]] = {}
    for one in inhabitants:
        for operation, names in one.parameters().items():
            found[operation] = found.get(operation, frozenset()) | names
    return found
