"""Accepting on a port with TLS: looks at a connection's first byte, so that a client without TLS is told; knows no HTTP beyond that."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, cast

from mockenv.edge.limits import Patience
from mockenv.edge.tls import Identity
from mockenv.kernel.time.clock import pause
from mockenv.kernel.worlds.unmatched import REASONS, Stranger

log = logging.getLogger("mockenv.edge")

HANDSHAKE = 0x16
TRY_AGAIN_SECONDS = 1.0
"""After there was no descriptor for another connection."""
WITHOUT = "This port speaks TLS: ask for https://.\n"
BEGINNING = re.compile(rb"([!-~]{1,32}) ([!-~]{1,2000})")
DISTRUST = ("unknown ca", "certificate unknown", "bad certificate")
TurnAway = Callable[[Stranger], None]


class TlsDoor:
    """Greets every connection, and hands those that speak TLS to the server's own protocol."""

    def __init__(
        self, identity: Identity, make_protocol: Callable[[], asyncio.Protocol], turned_away: TurnAway, patience: Patience
    ) -> None:
        self._identity, self._make_protocol, self._turned_away, self._patience = identity, make_protocol, turned_away, patience
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, listeners: Sequence[socket.socket]) -> None:
        """From inside the loop."""
        for listener in listeners:
            listener.setblocking(False)
            self._start(self._accept(listener))

    async def close(self) -> None:
        """No more are let in; those who have not said who they are are sent away."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except ConnectionError:  # it has left already
                continue
            except OSError as error:
                log.warning("no connection can be accepted: %s", error.strerror)
                await pause(TRY_AGAIN_SECONDS)
                continue
            self._start(self._greet(connection))

    async def _greet(self, connection: socket.socket) -> None:
        try:
            async with asyncio.timeout(self._patience.idle):
                first = await _first_byte(connection)
        except BaseException as error:
            connection.close()
            if isinstance(error, (OSError, TimeoutError)):
                return
            raise
        if not first:
            connection.close()
        else:
            await self._let_in(connection, speaks_tls=first[0] == HANDSHAKE)

    async def _let_in(self, connection: socket.socket, *, speaks_tls: bool) -> None:
        """From here on it belongs to the loop."""
        loop, patience = asyncio.get_running_loop(), self._patience
        if not speaks_tls:
            await loop.connect_accepted_socket(lambda: WithoutTls(self._turned_away, patience.linger), connection)
            return
        try:
            await loop.connect_accepted_socket(
                self._make_protocol,
                connection,
                ssl=self._identity.context(str(connection.getsockname()[0])),
                ssl_handshake_timeout=patience.request,
                ssl_shutdown_timeout=patience.linger,
            )
        except ssl.SSLError as error:
            self._turned_away(Stranger("handshake", 0, detail=f"{REASONS['handshake']}: {_reason_of(error)}"))
        except OSError:  # it has left, or taken too long
            pass


class WithoutTls(asyncio.Protocol):
    """One answer to a client that speaks plain HTTP, and the end."""

    def __init__(self, turned_away: TurnAway, linger: float) -> None:
        self._turned_away, self._linger, self._is_answered = turned_away, linger, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one, but does not say so

    def data_received(self, data: bytes) -> None:
        """What comes after the first is thrown away: closing while it lies unread would take the answer along."""
        if self._is_answered:
            return
        self._is_answered = True
        found = BEGINNING.match(data)
        method, target = (part.decode("ascii") for part in found.groups()) if found else ("", "")
        self._turned_away(Stranger("plain", 400, method, target.partition("?")[0]))
        head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
        self._transport.write(f"{head}Content-Length: {len(WITHOUT)}\r\n\r\n{WITHOUT}".encode())
        with suppress(OSError):
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(self._linger, self._transport.abort)


async def _first_byte(connection: socket.socket) -> bytes:
    """Without taking it; nothing where the client has left."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    try:
        loop.add_reader(connection, tell)
    except NotImplementedError:  # Windows: a client without TLS then sees no more than the end
        return bytes([HANDSHAKE])
    try:
        await ready
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)


def _reason_of(error: ssl.SSLError) -> str:
    """In OpenSSL's words; those by which a client says that it does not trust us are many, and none is plain."""
    reason = (error.reason or str(error)).lower().replace("_", " ")
    return f"{reason} (the client does not trust the certificate)" if reason.endswith(DISTRUST) else reason
