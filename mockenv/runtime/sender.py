"""Sends webhooks: one attempt, whatever comes of it, within its time. Knows no subscription."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mockenv.kernel.events.attempts import Attempt, Outcome
from mockenv.kernel.time.clock import Wall
from mockenv.runtime.outbound import NotSentError, Outbound, Resolve
from mockenv.version import __version__

if TYPE_CHECKING:
    import httpx

KEPT_BODY = 4 << 10


class Sender:
    """Sends by the one way out."""

    def __init__(
        self,
        wall: Wall,
        rewrite: Mapping[str, str],
        *,
        ca: str | None = None,
        resolve: Resolve | None = None,
        longest: float | None = None,
    ) -> None:
        """`rewrite` and `ca` are Outbound's; `resolve` and `longest` (a cap on every attempt) are for tests."""
        self._wall, self._longest = wall, longest
        self._out = Outbound(rewrite, ca=ca, resolve=resolve)

    async def send(self, attempt: Attempt) -> Outcome:
        """Never raises: whatever happens is the outcome."""
        self._out.ready()
        started, limit = self._wall.stopwatch(), min(attempt.timeout, self._longest or attempt.timeout)
        try:
            async with asyncio.timeout(limit):
                status, headers, body = await self._post(attempt)
        except TimeoutError:
            return self._failed(started, f"no answer within {limit:g} s")
        except NotSentError as error:
            return self._failed(started, str(error))
        return Outcome(status, None, self._since(started), headers, body)

    async def close(self) -> None:
        await self._out.close()

    async def _post(self, attempt: Attempt) -> tuple[int, dict[str, str], str]:
        headers = {"Accept": "*/*", "User-Agent": f"mockenv/{__version__}", **attempt.headers}
        async with self._out.open("POST", attempt.url, list(headers.items()), attempt.body) as reply:
            return reply.status_code, dict(reply.headers), await _beginning(reply)

    def _failed(self, started: float, error: str) -> Outcome:
        return Outcome(None, error, self._since(started), {}, "")

    def _since(self, started: float) -> int:
        return round((self._wall.stopwatch() - started) * 1000)


async def _beginning(reply: httpx.Response) -> str:
    """As much of an answer as is kept; the rest of a huge one is not waited for."""
    body = b""
    async for chunk in reply.aiter_raw():
        body += chunk
        if len(body) >= KEPT_BODY:
            break
    return body[:KEPT_BODY].decode("utf-8", "replace")
