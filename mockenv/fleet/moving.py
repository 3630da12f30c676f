"""Shares taken over and given back while the server runs: nobody is refused, nothing happens twice; decides not how many."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockenv.errors import CannotStart, DatabaseError
from mockenv.fleet.home import Home
from mockenv.kernel.time.clock import pause
from mockenv.kernel.worlds.luggage import pack
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import DEFAULT, Sandboxes
from mockenv.store.postgres.lease import Succeeded
from mockenv.store.postgres.store import PostgresStore

LOOK_SECONDS = 0.02
TRY_AGAIN = 0.2
MOST_LUGGAGE = 64 << 20
"""Bytes, of all sandboxes that move together."""
AT_ONCE = 8
"""So many sandboxes are taken up before others have their turn."""

log = logging.getLogger("mockenv.fleet")


@dataclass(frozen=True)
class Patience:
    """Real seconds until a share is given back that is still busy."""

    parked: float = 5.0
    """For answers that wait for something; after that they get the service's 503."""
    sending: float = 3.0
    """For deliveries under way; after that the next holder makes them again. Meanwhile requests wait at the door."""


class Moving:
    """In the event loop, one move at a time."""

    def __init__(self, home: Home, sandboxes: Sandboxes, store: PostgresStore, complete: Callable[[], object]) -> None:
        """`complete` makes what should be in the shares that are here."""
        self._home, self._chart, self._sandboxes, self._store, self._complete = home, home.chart, sandboxes, store, complete

    async def take(self, most: int) -> None:
        """So many free shares at most, and those that could not be read the last time. Raises DatabaseError."""
        if most > 0:
            await asyncio.to_thread(self._chart.lease.take, most)
        new = frozenset(self._chart.lease.held) - self._chart.open
        if not new:
            return
        for at, name in enumerate(await asyncio.to_thread(self._store.take_up, new)):
            self._take_up(name)
            if at % AT_ONCE == AT_ONCE - 1:
                await pause(0)
        self._chart.work_on(self._chart.open | new)
        self._complete()

    def _take_up(self, name: str) -> None:
        try:
            self._sandboxes.arrive(name)
        except CannotStart as error:
            log.error("%s", error)

    async def give(self, shares: Collection[int], patience: Patience) -> None:
        """Raises Succeeded where there is nothing left to give. What is once let go stays so: whether the database has done what
        it could not be asked about, nobody knows, so it is asked again."""
        given = frozenset(shares)
        await self._until(lambda: not self._is_parked(given), patience.parked)
        self._chart.work_on(self._chart.open - given)  # from here on who wants in waits at the door
        hidden = self._sandboxes.hide(name for name in self._sandboxes.names() if self._share_of(name) in given)
        await self._until(lambda: not (self._is_owed(given) or _is_sending(hidden)), patience.sending)
        self._sandboxes.let_go(hidden)
        luggage = packed(hidden)
        while not await _whole(self._give_back(given, luggage)):
            await pause(TRY_AGAIN)
        self._chart.tell()

    async def _give_back(self, given: frozenset[int], luggage: Mapping[str, bytes]) -> bool:
        try:
            await asyncio.to_thread(self._store.give_back, given, luggage)
        except Succeeded:
            raise
        except DatabaseError:
            return False
        return True

    def choose(self, count: int) -> list[int]:
        """So many of those that are open, with as large a part of the sandboxes. That of `default` stays: most clients are in it."""
        sizes = Counter(map(self._share_of, self._sandboxes.names()))
        default = self._share_of(DEFAULT)
        largest_first = sorted(self._chart.open, key=lambda share: (share == default, -sizes[share], share))
        return [largest_first[at * len(largest_first) // count] for at in range(count)]

    def _share_of(self, name: str) -> int:
        return self._chart.lease.share_of(name)

    def _is_parked(self, shares: Iterable[int]) -> bool:
        """What has no end of its own is not waited for: it is taken up again where the sandbox is then."""
        return any(one.is_parked and not one.goes_on for share in shares for one in self._home.under_way[share])

    def _is_owed(self, shares: Iterable[int]) -> bool:
        return any(not one.is_parked for share in shares for one in self._home.under_way[share])

    async def _until(self, is_so: Callable[[], bool], seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not is_so() and asyncio.get_running_loop().time() < end:
            await pause(LOOK_SECONDS)


async def _whole(work: Coroutine[Any, Any, bool]) -> bool:
    """To its end, also for whoever is cancelled meanwhile: a thread goes on in any case."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def packed(sandboxes: Iterable[Sandbox]) -> Mapping[str, bytes]:
    """What is in memory alone, as far as it may be sent along: what is beyond that begins anew."""
    found, room = dict[str, bytes](), MOST_LUGGAGE
    for sandbox in sandboxes:
        one = pack(sandbox)
        if one and len(one) <= room:
            found[sandbox.name] = one
            room -= len(one)
    return found


def _is_sending(sandboxes: Iterable[Sandbox]) -> bool:
    return any(one.sending() for one in sandboxes)
