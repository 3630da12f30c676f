"""What a start began with: what it took up from the state file, and which flags that or a scenario leaves without effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockenv.kernel.values.instant import iso_short
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.settings import Settings, shown_place


class Beginning(NamedTuple):
    """`idle` are the flags that somebody gave and that change nothing in the sandbox `default`."""

    found: tuple[str, ...] = ()
    """The sandboxes that were in the state file."""
    state: str | None = None
    is_fresh: bool = False
    scenario: str | None = None
    idle: tuple[str, ...] = ()
    now: str = ""

    def line(self) -> str | None:
        """For people; None where all is as it was asked for, and new."""
        idle = f"{', '.join(self.idle)} {'has' if len(self.idle) == 1 else 'have'} no effect" if self.idle else ""
        if self.found and self.is_fresh:
            return f"state: {len(self.found)} in {self.state} thrown away ({', '.join(self.found)}), begun anew"
        if self.found:
            now = f"; default is at {self.now}" if self.now else ""
            taken = f"state: taken up from {self.state}: {', '.join(self.found)}{now}"
            return f"{taken}; {idle} there, --state-fresh begins anew" if idle else taken
        return f"scenario {self.scenario} says it itself: {idle} on default" if idle else None

    def event(self) -> dict[str, Any]:
        """For machines."""
        names = list(self.found)
        return {"event": "begun", "state": self.state, "found": names, "fresh": self.is_fresh, "without_effect": list(self.idle)}


def begin(settings: Settings, found: tuple[str, ...], default: Sandbox | None) -> Beginning:
    """Look at what came of the flags; without `default` where another server has that."""
    is_taken_up = bool(found) and not settings.state_fresh
    in_force = _in_force(default) if default else {}
    idle = [f"--{name}" for name, value in in_force.items() if name in settings.given and getattr(settings, name) != value]
    if is_taken_up and settings.scenario:
        idle.append("--scenario")
    return Beginning(
        found,
        shown_place(settings.state) if settings.state else None,
        settings.state_fresh,
        settings.scenario,
        tuple(idle),
        iso_short(default.now()) if default and is_taken_up else "",
    )


def _in_force(default: Sandbox) -> Mapping[str, Any]:
    clock, meta = default.clock, default.meta
    return {
        "clock": clock.mode,
        "speed": clock.speed,
        "dates": clock.dates,
        "seed": meta["seed"],
        "fixture": meta["plan"]["fixture"],
    }
