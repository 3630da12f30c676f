"""How a world begins: what was asked for, checked and completed, then put into an empty sandbox; keeps no registry."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema

from mockenv.errors import BadInput, check_name
from mockenv.kernel import faults
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.catalogue.lifecycle import Lifecycle
from mockenv.kernel.events.publisher import Publisher, Publishers
from mockenv.kernel.lifecycles.holds import HOLD
from mockenv.kernel.time.clock import MAX_SPEED, MODES, Clock, Wall, check_forward, start_clock
from mockenv.kernel.unit.lag import OFF, OPTION
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import parse_duration, parse_instant
from mockenv.kernel.values.origins import parse_origins
from mockenv.kernel.worlds.fixture import load_section
from mockenv.kernel.worlds.kinds import CLOCK, META
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.store.base import Kind

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
SPEC_KEYS = ("name", "seed", "fixture", "scenario", "clock", "delays", "faults", "holds", "options")
FRAME: Mapping[str, tuple[type, ...]] = {
    "seed": (int,),
    "fixture": (str, Mapping),
    "clock": (Mapping,),
    "delays": (str, Mapping),
    "faults": (list,),
    "holds": (list,),
    "options": (Mapping,),
}
SCENARIO_KEYS = ("description", *FRAME)
FRAME_WORDS: Mapping[type, str] = {int: "a whole number", str: "a name", Mapping: "a mapping", list: "a list"}
CLOCK_KEYS = ("mode", "speed", "now")
MAX_SEED = 2**53 - 1
PROFILES = ("default", "realistic")

Plan = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """A switch of a provider: its default, what it may be (as text; empty: anything), and why it exists.

    `check` is for what no list of choices can say: called with the text, where it stands and its key; raises BadInput.
    """

    default: str
    choices: tuple[str, ...]
    why: str
    check: Callable[[str, str, str], object] | None = None


LIST_LAG = Option(OFF, (), "how long (of the sandbox's time) lists lag behind writes: 0s for never", parse_duration)
"""Every provider that names its lists has this one."""
CORS_OPTION = "cors"
CORS_WHY = (
    "which web origins may read its answers in a browser: off, * or origins with blanks between, such as http://localhost:5173"
)


class Inhabitant(Protocol):
    """What the kernel needs of a provider: its tables, its tokens, its part of a starting world."""

    @property
    def name(self) -> str: ...
    @property
    def kinds(self) -> Sequence[Kind]: ...
    @property
    def lifecycles(self) -> Sequence[Lifecycle]: ...
    @property
    def options(self) -> Mapping[str, Option]: ...
    @property
    def events(self) -> Sequence[str]: ...
    @property
    def lists(self) -> Mapping[str, Collection[str]]: ...
    @property
    def cors(self) -> str | None: ...
    @property
    def publisher(self) -> Publisher | None: ...
    @property
    def prefixes(self) -> Sequence[str]: ...

    def documented(self) -> Mapping[str, frozenset[int]]:
        """operationId → the statuses that the document has for it."""

    def parameters(self) -> Mapping[str, frozenset[str]]:
        """operationId → the parameters of its path and its query."""

    def tokens(self, draw: Draw) -> Mapping[str, str]:
        """Role → token, in the service's own format."""

    @property
    def world(self) -> type[Schema] | None: ...
    def populate(self, work: Work, world: Mapping[str, Any], where: str) -> None:
        """Put this provider's part of a fixture. Raises BadInput that begins with `where`."""


def declared(one: Inhabitant) -> Mapping[str, Option]:
    """All options of a provider: its own, and those that come with what it names."""
    lag = {OPTION: LIST_LAG} if one.lists else {}
    cors = {} if one.cors is None else {CORS_OPTION: Option(one.cors, (), CORS_WHY, parse_origins)}
    return {**one.options, **lag, **cors}


@dataclass(frozen=True)
class Defaults:
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
        self._declared = {name: declared(one) for name, one in self.inhabitants.items()}
        self.publishers = Publishers(one.publisher for one in inhabitants if one.publisher)
        self.catalogue = Catalogue(
            tuple(lifecycle for one in inhabitants for lifecycle in one.lifecycles),
            {one.name: one.documented() for one in inhabitants},
            {one.name: one.events for one in inhabitants},
            _parameters(inhabitants),
            tuple(prefix for one in inhabitants for prefix in one.prefixes),
        )
        self._wall, self._defaults, self._library = wall, defaults, library
        self._schemas = {one.name: one.world() for one in inhabitants if one.world}
        """Made once: making the nested ones takes longer than reading a fixture with them."""
        self._sections: dict[tuple[str, str], Mapping[str, Any]] = {}

    def plan(self, spec: Mapping[str, Any]) -> Plan:
        """The spec, complete and checked: scenario under it, the server's flags under that. Raises BadInput."""
        scenario = self._library("scenario", spec["scenario"]) if spec.get("scenario") else {}
        where = str(scenario.get("_where", ""))
        for source, keys, known in (("", spec, SPEC_KEYS), (where, scenario, SCENARIO_KEYS)):
            for key in keys:
                check_name(key, (*known, "_where"), source, key)
        told = {key: value for source in (scenario, spec) for key, value in source.items() if value is not None}
        for key, kinds in FRAME.items():
            if key in told and not isinstance(told[key], kinds):
                words = " or ".join(FRAME_WORDS[kind] for kind in kinds)
                raise BadInput("" if key in spec else where, key, f"is not {words}")
        delays = told.get("delays", {})
        plan = {
            "name": spec.get("name") or f"sandbox-{secrets.token_hex(4)}",
            "seed": told.get("seed", self._defaults.seed),
            "fixture": told.get("fixture") or self._defaults.fixture,
            "clock": {**self._defaults.clock, **told.get("clock", {})},
            "delays": {"profile": delays} if isinstance(delays, str) else delays,
            "faults": told.get("faults", []),
            "holds": told.get("holds", []),
            "options": told.get("options", {}),
        }
        self._check(plan, lambda key: "" if spec.get(key) is not None else where)
        return plan

    def fill(self, sandbox: Sandbox, plan: Plan) -> None:
        """Put everything that `plan` says into an empty sandbox, in one unit of work. Raises BadInput."""
        world = self._library("fixture", plan["fixture"])
        where = str(world["_where"])
        sandbox.clock = self.clock(plan["clock"])
        sandbox.use_options(self.options(plan["options"], ""))
        sandbox.use_meta({"seed": plan["seed"], "delays": plan["delays"], "plan": plan, "furniture": []})
        with sandbox.unit(now=sandbox.clock.now) as work:
            work.put(CLOCK, "clock", sandbox.clock.dump())
            for name in world:
                if not name.startswith("_"):
                    check_name(name, self.inhabitants, where, name)
            for name, provider in self.inhabitants.items():  # also those that the fixture is silent on
                place = f"{where}: {name}"
                provider.populate(work, self._section(provider, plan["fixture"], world.get(name, {}), place), place)
            for step in plan["holds"]:
                work.put(HOLD, step, {"step": step})
            for at, rule in enumerate(plan["faults"]):
                faults.add(work, rule, "", f"faults.{at}")
            furniture = [f"{kind}/{id}" for kind in work.kinds() if not kind.startswith("kernel/") for id in work.ids(kind)]
            work.put(META, "meta", {**sandbox.meta, "furniture": furniture})

    def _section(self, provider: Inhabitant, fixture: Any, section: Any, where: str) -> Mapping[str, Any]:
        """A provider's section, checked; of a fixture that has a name only once, since that is half of what a sandbox costs."""
        known = self._sections.get((provider.name, fixture)) if isinstance(fixture, str) else None
        if known is not None:
            return known
        schema = self._schemas.get(provider.name)
        checked: Mapping[str, Any] = load_section(schema, section, where) if schema else section
        if isinstance(fixture, str):
            self._sections[provider.name, fixture] = checked
        return checked

    def clock(self, told: Mapping[str, Any]) -> Clock:
        """A clock as somebody wrote it. Raises BadInput."""
        for key in told:
            check_name(key, CLOCK_KEYS, "", f"clock.{key}")
        mode, speed = told.get("mode", "real"), told.get("speed", 1)
        check_name(mode, MODES, "", "clock.mode")
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= MAX_SPEED:
            raise BadInput("", "clock.speed", f"is a number above 0, up to {MAX_SPEED:.0f}")
        now = parse_instant(told["now"], "", "clock.now") if told.get("now") is not None else None
        clock = start_clock(mode, float(speed), self._wall.now(), now)
        check_forward(0, clock.now)
        return clock

    def options(self, told: Mapping[str, Any], where: str) -> dict[str, dict[str, str]]:
        """Every provider's options: defaults, then the server's flags, then the sandbox's own. Raises BadInput."""
        complete = {name: {key: option.default for key, option in some.items()} for name, some in self._declared.items()}
        for source in (self._defaults.options, told):
            for provider, options in source.items():
                check_name(provider, complete, where, f"options.{provider}")
                if not isinstance(options, Mapping):
                    raise BadInput(where, f"options.{provider}", "is not a mapping")
                for name, value in options.items():
                    complete[provider][name] = self._option(provider, name, value, where)
        return complete

    def _option(self, provider: str, name: str, value: Any, where: str) -> str:
        options, key = self._declared[provider], f"options.{provider}.{name}"
        check_name(name, options, where, key)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if options[name].choices:
            check_name(text, options[name].choices, where, key)
        if check := options[name].check:
            check(text, where, key)
        return text

    def _check(self, plan: Plan, source: Callable[[str], str]) -> None:
        """`source` says for a key who spoke of it last: a scenario, by its file, or nobody that has a name."""
        if not isinstance(plan["name"], str) or not NAME.fullmatch(plan["name"]):
            raise BadInput("", "name", f"{plan['name']!r} is not 1 to 64 letters, digits, hyphens and underscores")
        if isinstance(plan["seed"], bool) or abs(plan["seed"]) > MAX_SEED:
            raise BadInput(source("seed"), "seed", f"is a whole number from {-MAX_SEED} to {MAX_SEED}")
        with _told_by(source("fixture")):
            self._library("fixture", plan["fixture"])  # refused here if there is none
        with _told_by(source("clock")):
            self.clock(plan["clock"])
        self.options(plan["options"], source("options"))
        for at, rule in enumerate(plan["faults"]):
            faults.parse_fault(rule, self.catalogue, source("faults"), f"faults.{at}")
        for step in plan["holds"]:
            self.catalogue.check_step(step, source("holds"), "holds")
        table = self.catalogue.steps()
        for provider, value in plan["delays"].items():
            if provider == "profile":
                check_name(value, PROFILES, source("delays"), "delays.profile")
            else:
                _check_delays(value, table, provider, source("delays"), "delays")


def _parameters(inhabitants: Sequence[Inhabitant]) -> dict[str, frozenset[str]]:
    """Of operations that have one name at several providers, those of all of them."""
    found: dict[str, frozenset[str]] = {}
    for one in inhabitants:
        for operation, names in one.parameters().items():
            found[operation] = found.get(operation, frozenset()) | names
    return found


@contextmanager
def _told_by(where: str) -> Iterator[None]:
    """What is refused without a place is refused in `where`."""
    try:
        yield
    except BadInput as error:
        if error.where:
            raise
        raise BadInput(where, error.key, error.problem) from None


def _check_delays(value: Any, table: Mapping[str, Any], name: str, where: str, key: str) -> None:
    """Names must lead down the table of steps; what stands at the end (or above, for all below) must be a delay."""
    check_name(name, table, where, f"{key}.{name}")
    below, key = table[name], f"{key}.{name}"
    if isinstance(value, Mapping) and isinstance(below, Mapping) and not value.keys() & {"uniform", "lognormal"}:
        for inner, rest in value.items():
            _check_delays(rest, below, inner, where, key)
    else:
        parse_delay(value, where, key)
