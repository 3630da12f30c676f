"""Names into addresses in threads of our own, which nobody waits for: a lookup that hangs must not keep the server from ending."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], list[Address]]
AT_ONCE = 32
"""Lookups under way; who comes then waits, as long as its own time lasts."""


def look_up(host: str, port: int) -> list[Address]:
    """The system's own answer, however long it takes."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(one[4][0]).partition("%")[0]) for one in found]


class Resolver:
    """One for a sender, in its event loop. Those who ask for a name that is being looked up share the answer.

    The loop's own `getaddrinfo` runs in threads that the end of the loop, or of the process, waits for: minutes, where no name
    server answers.
    """

    def __init__(self, lookup: Lookup = look_up) -> None:
        self._lookup = lookup
        self._pending: dict[tuple[str, int], asyncio.Future[list[Address]]] = {}
        self._limit = asyncio.Semaphore(AT_ONCE)

    async def resolve(self, host: str, port: int) -> list[Address]:
        """All addresses of a name. Raises OSError or UnicodeError where it has none."""
        with suppress(ValueError):
            return [ip_address(host)]
        key = (host, port)
        if key not in self._pending:
            await self._limit.acquire()
            if key in self._pending:  # meanwhile somebody else has asked
                self._limit.release()
            else:
                self._begin(key)
        return await asyncio.shield(self._pending[key])  # who gives up must not take the answer from the others

    def _begin(self, key: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        pending = self._pending[key] = loop.create_future()
        pending.add_done_callback(lambda _: self._end(key))

        def work() -> None:
            try:
                outcome: list[Address] | Exception = self._lookup(*key)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
                outcome = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_settle, pending, outcome)

        threading.Thread(target=work, name=f"mockenv-lookup-{key[0]}", daemon=True).start()

    def _end(self, key: tuple[str, int]) -> None:
        self._pending.pop(key).exception()  # looked at, even if nobody waits any more
        self._limit.release()


def _settle(pending: asyncio.Future[list[Address]], outcome: list[Address] | Exception) -> None:
    if pending.done():
        return
    if isinstance(outcome, Exception):
        pending.set_exception(outcome)
    else:
        pending.set_result(outcome)
