"""APScheduler as the alarm clock: it wakes `settle` when a running sandbox's next entry is due; keeps no calendar."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from mockenv.errors import NoSuchSandbox
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.values.instant import to_datetime
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import Sandboxes

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

RESOLUTION = 0.01
"""Seconds. Requests settle for themselves; only parked replies and webhooks wait for the alarm, and nobody feels this."""

LONGEST = 86_400.0
"""Seconds; then it looks again. The moment of a very slow clock's next entry may be one that no date can spell."""

log = logging.getLogger("mockenv.alarm")

# It reports jobs that a stop has cut short as errors. What goes wrong in one is logged here.
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


class WallZone(tzinfo):
    """UTC, but what time it is there is the wall's word.

    APScheduler takes no clock. It does take a time zone, and all that it ever compares with is `datetime.now(zone)`: so an alarm
    that is set does not ring late because the machine's date was set back meanwhile, nor early because it was set forward.
    """

    def __init__(self, wall: Wall) -> None:
        self._wall = wall

    def now(self) -> datetime:
        return to_datetime(self._wall.now()).replace(tzinfo=self)

    def fromutc(self, _: datetime) -> datetime:
        return self.now()

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def dst(self, _: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        return "wall"


class Alarm:
    """One job for the earliest entry of all sandboxes. Runs in the event loop that starts it."""

    def __init__(self, sandboxes: Sandboxes, wall: Wall) -> None:
        self._sandboxes, self._wall, self._zone = sandboxes, wall, WallZone(wall)
        self._scheduler: AsyncIOScheduler | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due: dict[str, float] = {}
        """Sandbox → when it wants to be woken, by the loop's time: of a thousand only those are looked at whose time has come."""
        self._armed: float | None = None
        sandboxes.attend(self._watch)

    def start(self) -> None:
        """From inside the loop. Entries that fell due while the server was down run now."""
        self._loop = asyncio.get_running_loop()
        self._settle(self._sandboxes.names())

    def stop(self) -> None:
        self._loop = None
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _wind(self, loop: asyncio.AbstractEventLoop) -> AsyncIOScheduler:
        """The scheduler; a tenth of a start to import, so made when the first alarm is set."""
        from apscheduler.executors.debug import DebugExecutor
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        scheduler = AsyncIOScheduler(event_loop=loop, timezone=self._zone, executors={"default": DebugExecutor()})
        scheduler.start()
        return scheduler

    def _watch(self, sandbox: Sandbox) -> None:
        sandbox.watches.on_agenda = partial(self._consider, sandbox)
        self._consider(sandbox)

    def _consider(self, sandbox: Sandbox) -> None:
        due = sandbox.order.due()
        wait = None if due is None else sandbox.clock.wait_until(due, self._wall.now())
        if self._loop is None or wait is None:
            self._due.pop(sandbox.name, None)
            return
        moment = self._due[sandbox.name] = self._loop.time() + min(max(wait, RESOLUTION), LONGEST)
        self._arm(moment)

    def _arm(self, moment: float) -> None:
        """Wake at `moment`, unless something earlier is armed."""
        if self._loop is None or (self._armed is not None and self._armed <= moment):
            return
        self._armed = moment
        self._scheduler = self._scheduler or self._wind(self._loop)
        date = self._zone.now() + timedelta(seconds=moment - self._loop.time())
        # misfire_grace_time=None: APScheduler's default of one second drops late jobs in silence.
        self._scheduler.add_job(self._ring, "date", run_date=date, id="alarm", replace_existing=True, misfire_grace_time=None)

    def _ring(self) -> None:
        """In the loop, thanks to an executor that has no threads: what settling wakes belongs there. But not now: the scheduler
        takes the job that is running out of its store afterwards, and would take the next alarm, which has the same id."""
        self._armed = None
        if self._loop is not None:  # else stopped meanwhile
            self._loop.call_soon(self._settle_due)

    def _settle_due(self) -> None:
        if self._loop is None:  # stopped since
            return
        soon = self._loop.time() + RESOLUTION
        self._settle([name for name, moment in self._due.items() if moment <= soon])
        if self._due:
            self._arm(min(self._due.values()))

    def _settle(self, names: Iterable[str]) -> None:
        if self._loop is None:
            return
        for name in names:
            self._due.pop(name, None)
            with suppress(NoSuchSandbox):  # dropped meanwhile
                sandbox = self._sandboxes.get(name)
                sandbox.settle_unasked()  # a server that was down for long has seconds of work before it, and clients
                self._consider(sandbox)
