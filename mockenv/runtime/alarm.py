"""APScheduler as the alarm clock: it wakes `settle` when a running sandbox's next entry is due; keeps no calendar."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta, tzinfo

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mockenv.kernel.clock import Wall
from mockenv.kernel.instant import to_datetime
from mockenv.kernel.sandbox import Sandbox
from mockenv.kernel.sandboxes import Sandboxes

RESOLUTION = 0.01
"""Seconds. Requests settle for themselves; only parked replies and webhooks wait for the alarm, and nobody feels this."""

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
        self._armed: float | None = None
        sandboxes.attend(self._watch)

    def start(self) -> None:
        """From inside the loop. Entries that fell due while the server was down run now."""
        self._loop = asyncio.get_running_loop()
        self._scheduler = AsyncIOScheduler(event_loop=self._loop, timezone=self._zone, executors={"default": DebugExecutor()})
        self._scheduler.start()
        self._settle_all()

    def stop(self) -> None:
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def _watch(self, sandbox: Sandbox) -> None:
        sandbox.watches.on_agenda = self._consider
        self._consider(sandbox)

    def _consider(self, sandbox: Sandbox) -> None:
        node = sandbox.agenda.first()
        if self._scheduler is None or node is None:
            return
        wait = sandbox.clock.wait_until(node.due, self._wall.now())
        if wait is not None:
            self._arm(wait)

    def _arm(self, wait: float) -> None:
        """Wake in `wait` seconds, unless something earlier is armed."""
        assert self._scheduler is not None
        assert self._loop is not None
        moment = self._loop.time() + max(wait, RESOLUTION)
        if self._armed is not None and self._armed <= moment:
            return
        self._armed = moment
        date = self._zone.now() + timedelta(seconds=moment - self._loop.time())
        # misfire_grace_time=None: APScheduler's default of one second drops late jobs in silence.
        self._scheduler.add_job(self._ring, "date", run_date=date, id="alarm", replace_existing=True, misfire_grace_time=None)

    def _ring(self) -> None:
        """In the loop, thanks to an executor that has no threads: what settling wakes belongs there. But not now: the scheduler
        takes the job that is running out of its store afterwards, and would take the next alarm, which has the same id."""
        assert self._loop is not None
        self._armed = None
        self._loop.call_soon(self._settle_all)

    def _settle_all(self) -> None:
        if self._scheduler is None:
            return
        for name in self._sandboxes.names():
            sandbox = self._sandboxes.get(name)
            sandbox.settle()
            self._consider(sandbox)
