"""A request that cannot be answered here and now: it waits at the door for whoever works on its sandbox, and goes there."""

from __future__ import annotations

import asyncio

from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.onward import Ending, Outlet
from mockenv.edge.parking import Later
from mockenv.errors import DatabaseError, ElsewhereError
from mockenv.fleet.addressing import Addressing, Place, Whose
from mockenv.fleet.handing import Handing
from mockenv.fleet.home import Home
from mockenv.fleet.loans import Loans
from mockenv.fleet.marks import decline

PATIENCE = 5.0
"""Real seconds that a request waits for somebody who works on its sandbox."""
NOBODY = "no replica works on its sandbox at this moment"

Found = Rendered | Later | Ending


class Errand:
    """Of one request (`Elsewhere`). What is sent again was surely not begun before."""

    def __init__(
        self,
        home: Home,
        addressing: Addressing,
        handing: Handing,
        loans: Loans,
        request: Request,
        place: Place,
        *,
        is_handed_on: bool,
    ) -> None:
        """`is_handed_on`: another replica has sent it here, so it goes no further."""
        self._home, self._addressing, self._handing, self._loans = home, addressing, handing, loans
        self._request, self._place, self._is_handed_on = request, place, is_handed_on

    async def fetch(self, outlet: Outlet) -> Found:
        try:
            if self._place.whose is Whose.UNKNOWN:
                await self._addressing.look()
                self._place = self._addressing.of(self._request, is_final=True)
            async with asyncio.timeout(PATIENCE) as waiting:
                while (found := await self._try(outlet, waiting)) is None:
                    await self._home.chart.changed()
                return found
        except TimeoutError:
            return self._home.dispatcher.refuse(self._request, ElsewhereError(self._place.whose, NOBODY))
        except DatabaseError as error:
            return self._home.dispatcher.refuse(self._request, error)

    async def _try(self, outlet: Outlet, waiting: asyncio.Timeout) -> Found | None:
        chart, share = self._home.chart, self._home.share_of(self._place)
        if share in chart.open:
            return await self._answer()
        if self._is_handed_on:
            return None if share in chart.lease.held else decline(chart.lease.secret)
        holder = chart.holder(share)
        if holder is None:
            return None
        end = waiting.when()
        waiting.reschedule(None)  # how long an answer takes is not for the door to say
        ending = await self._handing.hand_on(self._request, self._place, holder, outlet)
        waiting.reschedule(end)
        return ending

    async def _answer(self) -> Rendered | Later | None:
        if self._place.shelf is None:
            return self._home.answer(self._request, self._place)
        async with self._loans.of(self._place.shelf) as is_there:
            if is_there:
                return self._home.answer(self._request, self._place)
        self._place = Place(self._place.shelf.partition("/")[0])  # which of the two is missing is told there
        self._is_handed_on = False
        return None
