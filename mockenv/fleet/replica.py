"""One of several servers on a database: it joins, works on its part of the shares as others come and go, and leaves; serves nothing."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Event

from mockenv.bootstrap import Server
from mockenv.errors import BadInput, DatabaseError
from mockenv.fleet.addressing import Addressing
from mockenv.fleet.chart import Chart
from mockenv.fleet.directory import Directory
from mockenv.fleet.handing import Handing, own_address, parse_address
from mockenv.fleet.home import Home
from mockenv.fleet.loans import Loans
from mockenv.fleet.moving import Moving, Patience
from mockenv.fleet.switch import Switch
from mockenv.kernel.time.clock import Wall, pause
from mockenv.opening import Port
from mockenv.settings import Settings
from mockenv.store.postgres.lease import Lease
from mockenv.store.postgres.shares import Member
from mockenv.store.postgres.store import PATIENCE, PostgresStore, stand
from mockenv.store.postgres.watch import Watch

LOOK_AGAIN = 0.05
IN_HASTE = Patience(parked=0.2, sending=0.3)
"""When the server stops."""
FAREWELL = 0.25
"""Seconds until the others know that nothing is here any more."""

log = logging.getLogger("mockenv.fleet")


def stand_by(url: str, settings: Settings, port: Port) -> Lease:
    """Ready to join. Raises CannotStart, BadInput."""
    if settings.replica_address:
        parse_address(settings.replica_address)
    return stand(url, partial(own_address, settings.replica_address, port.addresses, port.number), Wall().stopwatch)


def join(lease: Lease, *, fresh: bool) -> None:
    """Once others have made room, or those that were killed have lost what they had. Raises DatabaseError, BadInput."""
    stopwatch, waiting = Wall().stopwatch, Event()
    lease.join()
    end = stopwatch() + PATIENCE
    chart = Chart(lease)
    while True:
        chart.learn(lease.members())
        lease.take(max(0, chart.aim() - len(lease.held)))
        if len(lease.held) >= chart.aim() or stopwatch() > end:
            break
        waiting.wait(LOOK_AGAIN)
    if fresh and len(lease.held) < lease.count:
        lease.leave()
        raise BadInput("", "state-fresh", f"others work on the database ({', '.join(one.owner for one in chart.others)})")


class Replica:
    """Around a server that has the shares of a lease."""

    def __init__(self, server: Server, lease: Lease, url: str, secured: ssl.SSLContext | None) -> None:
        self._lease, self._url, self._server = lease, url, server
        store = server.sandboxes.store
        assert isinstance(store, PostgresStore)  # that is what a lease is for
        self.chart = Chart(lease)
        self._directory = Directory(url, server.sandboxes.planner.inhabitants.values())
        addressing = Addressing(server.dispatcher, server.sandboxes, self._directory)
        home = Home(server.dispatcher, self.chart)
        self._handing = Handing(secured)
        self.switch = Switch(home, addressing, self._handing, Loans(store), server.observations.unmatched)
        self._moving = Moving(home, server.sandboxes, store, server.complete)
        server.sandboxes.planner.takes = lambda name: lease.share_of(name) in self.chart.open
        self._watch: Watch | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def start(self, stop: Callable[[], object]) -> None:
        """From inside the event loop. `stop` is called when the lease is lost."""
        loop = asyncio.get_running_loop()

        def lose() -> None:
            self.chart.work_on(frozenset())  # others do by now
            stop()

        self._lease.on_loss = lambda: None if loop.is_closed() else loop.call_soon_threadsafe(lose)
        if self._lease.is_lost:  # before it could be told
            lose()
        self._watch = Watch(self._url, lambda members: loop.call_soon_threadsafe(self._learn, members))
        self._task = loop.create_task(self._keep_balance())

    async def leave(self) -> None:
        """Hand over what there is, while others are there to take it: then nobody feels that this one goes."""
        await self._end_balance()
        if self.chart.others and not self._lease.is_lost:
            with suppress(DatabaseError):
                await self._moving.give(self.chart.open, IN_HASTE)
                await pause(FAREWELL)
        if self._watch:
            await asyncio.to_thread(self._watch.stop)
        self._directory.close()

    async def _end_balance(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _learn(self, members: Sequence[Member]) -> None:
        before = self.chart.others
        self.chart.learn(members)
        self._handing.cut_off({one.id for one in members})
        if self.chart.others != before:
            others = [f"{one.address} ({len(one.shares)})" for one in self.chart.others]
            log.info("works on %d of %d shares, beside %s", len(self.chart.open), self._lease.count, ", ".join(others) or "nobody")
        self._news.set()

    async def _keep_balance(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._lease.is_lost:
                return
            try:
                await self._balance()
            except DatabaseError as problem:
                log.info("%s; shares stay where they are until it answers", problem)
            except Exception:
                log.exception("a move of shares failed; it is tried again")

    async def _balance(self) -> None:
        surplus = len(self.chart.open) - self.chart.aim()
        if surplus > 0:
            await self._moving.give(self._moving.choose(surplus), Patience())
        else:
            await self._moving.take(min(-surplus, self.chart.free()))
