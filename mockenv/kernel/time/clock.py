"""The one module that reads the machine's clock; a sandbox's own time is worked out from it here."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from mypy_extensions import mypyc_attr

from mockenv.errors import BadInput
from mockenv.kernel.values.instant import LATEST, SECOND, Instant, iso_short

Mode = Literal["real", "manual", "auto"]
MODES: tuple[Mode, ...] = ("real", "manual", "auto")
Dates = Literal["sandbox", "wall"]
DATES: tuple[Dates, ...] = ("sandbox", "wall")
MANUAL_START: Instant = 1_769_250_600 * SECOND
"""2026-01-24T10:30:00Z, the moment of the vendors' own examples."""
MAX_SPEED = 1_000_000.0


async def pause(seconds: float) -> None:
    """Let real time pass, in the event loop."""
    await asyncio.sleep(seconds)


def steady_ns() -> int:
    """Nanoseconds since some fixed moment.

    Tests freeze `time.monotonic` and its sisters (freezegun) for the whole process, a server in it included; nobody freezes this.
    """
    if sys.platform == "win32":
        return time.monotonic_ns()
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def make_loop() -> asyncio.AbstractEventLoop:
    """The fastest event loop there is; its timers ring whatever a test does to `time.monotonic`, by which asyncio's own go."""
    with suppress(ImportError):  # there is none for Windows
        from uvloop import new_event_loop

        return new_event_loop()
    loop = asyncio.new_event_loop()
    loop.time = lambda: steady_ns() / 1e9  # type: ignore[method-assign]  # a subclass would have to name the platform's loop
    return loop


@mypyc_attr(allow_interpreted_subclasses=True)
class Wall:
    """The machine's clock. It never runs backwards within a process, whatever is done to the machine's date."""

    def __init__(self, start: Instant | None = None) -> None:
        """`start` is what time it is, where somebody else's clock says so."""
        self._start = time.time_ns() // 1_000 if start is None else start
        self._origin = steady_ns()

    def now(self) -> Instant:
        return self._start + (steady_ns() - self._origin) // 1_000

    def stopwatch(self) -> float:
        """Seconds since some fixed moment, for measuring."""
        return steady_ns() / 1e9


@dataclass(frozen=True)
class Clock:
    """A sandbox's time: at the wall's moment `wall` it was `now`; from there it runs (`real`) or stands."""

    mode: Mode
    speed: float
    now: Instant
    wall: Instant
    dates: Dates = "sandbox"
    """What leaves for those who have a clock of their own (`Date`, signatures, windows, expiries) is dated by the sandbox's time, or
    lies as far from the machine's as it lies from the sandbox's."""

    def read(self, wall: Instant) -> Instant:
        """The sandbox's time when the machine's is `wall`."""
        if self.mode != "real":
            return self.now
        return min(self.now + max(0, round((wall - self.wall) * self.speed)), LATEST)

    def set_to(self, now: Instant, wall: Instant) -> Clock:
        return replace(self, now=now, wall=wall)

    def wait_until(self, due: Instant, wall: Instant) -> float | None:
        """Real seconds until `due`; None where time does not pass by itself and `due` lies ahead."""
        ahead = due - self.read(wall)
        if ahead <= 0:
            return 0.0
        return ahead / self.speed / SECOND if self.mode == "real" else None

    def dump(self) -> dict[str, Any]:
        return {"mode": self.mode, "speed": self.speed, "now": self.now, "wall": self.wall, "dates": self.dates}


def start_clock(mode: Mode, speed: float, wall: Instant, now: Instant | None = None, dates: Dates = "sandbox") -> Clock:
    """A new sandbox's clock: manual starts at the vendors' moment, the others at the machine's, unless told."""
    if now is None:
        now = MANUAL_START if mode == "manual" else wall
    return Clock(mode, speed, now, wall, dates)


def check_forward(before: Instant, now: Instant) -> Instant:
    """Time only moves forward. Raises BadInput."""
    if now < before:
        raise BadInput("", "now", f"{iso_short(now)} lies before the sandbox's {iso_short(before)}; a clock only moves forward")
    if now > LATEST:
        raise BadInput("", "now", "lies beyond the year 9999")
    return now
