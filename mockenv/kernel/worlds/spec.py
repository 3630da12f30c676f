"""What may be asked of a world: the members of a spec and of a scenario, and their shapes; knows no provider."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mockenv.errors import BadInput, Problems, check_name, problems_of
from mockenv.kernel.time.clock import DATES, MAX_SPEED, MODES, Clock, check_forward, start_clock
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import Instant, parse_instant

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
CLOCK_KEYS = ("mode", "speed", "now", "dates")
MAX_SEED = 2**53 - 1
PROFILES = ("default", "realistic")


def merge(scenario: Mapping[str, Any], spec: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """What a scenario says and, over it, what the spec says; what has no known name or a wrong shape is a problem and left out."""
    where = source(scenario)
    for place, keys, known in (("", spec, SPEC_KEYS), (where, scenario, SCENARIO_KEYS)):
        for key in keys:
            with problems.gather():
                check_name(key, (*known, "_where"), place, key)
    told = {key: value for one in (scenario, spec) for key, value in one.items() if value is not None}
    for key, kinds in FRAME.items():
        if key in told and not isinstance(told[key], kinds):
            words = " or ".join(FRAME_WORDS[kind] for kind in kinds)
            problems.add(BadInput("" if key in spec else where, key, f"is not {words}"))
            del told[key]
    return told


def source(read: Mapping[str, Any]) -> str:
    """The file that a fixture or scenario was read from; empty if none was."""
    return str(read.get("_where", ""))


def start(told: Mapping[str, Any], wall: Instant) -> Clock:
    """A clock as somebody wrote it. Raises BadInput."""
    problems = Problems()
    for key in told:
        with problems.gather():
            check_name(key, CLOCK_KEYS, "", f"clock.{key}")
    problems.tell()
    mode, speed = told.get("mode", "real"), told.get("speed", 1)
    check_name(mode, MODES, "", "clock.mode")
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= MAX_SPEED:
        raise BadInput("", "clock.speed", f"is a number above 0, up to {MAX_SPEED:.0f}")
    dates = told.get("dates", "sandbox")
    check_name(dates, DATES, "", "clock.dates")
    now = parse_instant(told["now"], "", "clock.now") if told.get("now") is not None else None
    clock = start_clock(mode, float(speed), wall, now, dates)
    check_forward(0, clock.now)
    return clock


@contextmanager
def told_by(where: str) -> Iterator[None]:
    """What is refused without a place is refused in `where`."""
    try:
        yield
    except BadInput as error:
        problems = Problems()
        for one in problems_of(error):
            problems.add(one if one.where else BadInput(where, one.key, one.problem))
        problems.tell()


def check_world_name(name: Any, key: str = "name") -> None:
    """Raises BadInput for what cannot be the name of a sandbox."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BadInput("", key, f"{name!r} is not 1 to 64 letters, digits, hyphens and underscores")


def check_seed(seed: int, where: str) -> None:
    """Raises BadInput for a truth value and for what JSON's numbers cannot carry."""
    if isinstance(seed, bool) or abs(seed) > MAX_SEED:
        raise BadInput(where, "seed", f"is a whole number from {-MAX_SEED} to {MAX_SEED}")


def check_delays(delays: Mapping[str, Any], table: Mapping[str, Any], where: str) -> None:
    """`table` holds provider → resource → step. Raises BadInput."""
    problems = Problems()
    for name, value in delays.items():
        with problems.gather():
            if name == "profile":
                check_name(value, PROFILES, where, "delays.profile")
            else:
                _check_delay(value, table, name, where, "delays")
    problems.tell()


def _check_delay(value: Any, table: Mapping[str, Any], name: str, where: str, key: str) -> None:
    """Names must lead down the table of steps; what stands at the end (or above, for all below) must be a delay."""
    check_name(name, table, where, f"{key}.{name}")
    below, key = table[name], f"{key}.{name}"
    if isinstance(value, Mapping) and isinstance(below, Mapping) and not value.keys() & {"uniform", "lognormal"}:
        problems = Problems()
        for inner, rest in value.items():
            with problems.gather():
                _check_delay(rest, below, inner, where, key)
        problems.tell()
    else:
        parse_delay(value, where, key)
