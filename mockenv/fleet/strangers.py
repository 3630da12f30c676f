"""Requests that belong to nobody are one list for the whole fleet: where `default` is worked on, the others' are put to its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import orjson

from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.onward import Outlet
from mockenv.edge.parking import Later
from mockenv.fleet.addressing import Place
from mockenv.fleet.home import Home
from mockenv.fleet.inquiry import Inquiry
from mockenv.kernel.worlds.unmatched import Unmatched


class Strangers:
    """Of one replica."""

    def __init__(self, unmatched: Unmatched, inquiry: Inquiry) -> None:
        self._unmatched, self._inquiry = unmatched, inquiry
        self._seen: dict[int, int] = {}
        """Replica → the number of its last that was put here."""

    def own(self) -> Rendered:
        """For another replica."""
        body = orjson.dumps(self._unmatched.own())
        return Rendered(200, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body)

    async def collect(self, request: Request) -> None:
        for id, body in (await self._inquiry.bodies(request)).items():
            self._adopt(id, orjson.loads(body))

    def _adopt(self, id: int, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            if line["number"] > self._seen.get(id, 0):
                self._seen[id] = line["number"]
                self._unmatched.adopt(line)


class Collecting:
    """The list is asked for (`Elsewhere`)."""

    def __init__(self, home: Home, strangers: Strangers, request: Request, place: Place) -> None:
        self._home, self._strangers, self._request, self._place = home, strangers, request, place

    async def fetch(self, outlet: Outlet) -> Rendered | Later:
        with suppress(TimeoutError):  # one that does not answer: what the others have is there
            await self._strangers.collect(self._request)
        return self._home.answer(self._request, self._place)
