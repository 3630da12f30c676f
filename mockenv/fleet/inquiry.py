"""The same request to all other replicas, for what each of them has of an answer; knows not what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from mockenv.edge.exchange import Request
from mockenv.edge.onward import Outlet
from mockenv.fleet.addressing import Place, Whose
from mockenv.fleet.chart import Chart
from mockenv.fleet.handing import Handing
from mockenv.store.postgres.shares import Member

PATIENCE = 3.0
"""Real seconds for all of them; by then those that have died count as such."""


class Inquiry:
    """Of one replica."""

    def __init__(self, chart: Chart, handing: Handing) -> None:
        self._chart, self._handing = chart, handing

    async def bodies(self, request: Request) -> Mapping[int, bytes]:
        """Of those who are alive by the end of it, each by its id. Raises TimeoutError."""
        told: dict[int, bytes] = {}
        async with asyncio.timeout(PATIENCE):
            while missing := [one for one in self._chart.others if one.id not in told]:
                found = await asyncio.gather(*(self._ask(request, one) for one in missing))
                told |= {one.id: body for one, body in zip(missing, found, strict=True) if body is not None}
                if None in found:
                    await self._chart.changed()
        return {one.id: told[one.id] for one in self._chart.others}

    async def _ask(self, request: Request, one: Member) -> bytes | None:
        caught: list[bytes] = []

        async def drained() -> None:
            """There is always room."""

        outlet = Outlet(caught.append, lambda: False, drained, lambda is_reset: None)
        ending = await self._handing.hand_on(request, Place(Whose.ALL), one, outlet)
        head, _, body = b"".join(caught).partition(b"\r\n\r\n")
        is_whole = head.startswith(b"HTTP/1.1 200 ") and b"Content-Length: %d\r\n" % len(body) in head + b"\r\n"
        return body if ending and is_whole else None
