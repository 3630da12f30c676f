"""How the sandbox of a run begins, as one plain scenario: what was named is read, what nobody said is filled in; makes no sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockenv.client import Json, Mockenv, Sandbox

START, ANOTHER_DAY = "2026-01-24T10:30:00Z", "2026-09-17T05:21:43Z"
"""When a clock that stands begins, and when that of the second clean run does."""


def composed(told: Mapping[str, Any]) -> Json:
    """A sandbox's spec with its scenario and its fixture read where they are files, and the clock filled in. Raises BadInput."""
    named = told.get("scenario")
    scenario = _found("scenario", named) if named is not None else {}
    world = {name: value for name, value in {**scenario, **told}.items() if value is not None and name not in ("scenario", "name")}
    world.pop("description", None)
    if _is_file(world.get("fixture")):
        world["fixture"] = _found("fixture", world["fixture"])
    clock = {"mode": "auto", "dates": "wall", **_clock(world.get("clock"))}
    start = {} if clock["mode"] == "real" else {"now": START}
    return {"seed": 0, **world, "clock": {**clock, **start, **_clock(world.get("clock"))}}


def another_day(world: Json) -> Json:
    """The same world, but for all that follows from chance and from the date."""
    clock = world["clock"]
    return {**world, "seed": world["seed"] + 1, "clock": clock if clock["mode"] == "real" else {**clock, "now": ANOTHER_DAY}}


def open_world(server: Mockenv, world: Json) -> Sandbox:
    """A sandbox that begins so."""
    return Sandbox(server, server.call("POST", "sandboxes", world))


def _clock(told: Any) -> Json:
    return {"mode": told} if isinstance(told, str) else dict(told or {})


def _is_file(named: Any) -> bool:
    return isinstance(named, str) and Path(named).suffix in (".yaml", ".yml", ".json")


def _found(what: str, named: Any) -> Json:
    from mockenv.bootstrap import fixtures_folder
    from mockenv.kernel.worlds.library import Library

    library = Library(fixtures_folder())
    name = library.allow_file(what, named) if _is_file(named) else named
    return {key: value for key, value in library.find(what, name).items() if key != "_where"}
