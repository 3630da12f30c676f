"""One request handed on to another server, and its answer's bytes handed back as they come; knows neither sandbox nor replica.

Where the answer ends is read from the bytes, which are never changed: what the other server does to them, and to its end of the
connection, this one's client feels.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, cast

import httptools

if TYPE_CHECKING:
    from mockenv.edge.exchange import Rendered, Request
    from mockenv.edge.parking import Later

CONNECT_SECONDS = 1.0
Address = tuple[str, int]


class Ending(Enum):
    """What became of a request that was handed on."""

    KEPT = "answered, and the client's connection goes on"
    OVER = "the client's connection has ended with it"
    DECLINED = "the other server does not take it, and nothing was begun"


@dataclass
class Outlet:
    """Where an answer's bytes go to: a client's connection, as a rule."""

    write: Callable[[bytes], object]
    is_full: Callable[[], bool]
    drain: Callable[[], Awaitable[None]]
    cut_off: Callable[[bool], object]
    """Called when the other server has ended the connection before the answer's end; whether it reset it."""
    half_close: Callable[[], object] = lambda: None
    """For the client's side to call: it sends no more."""
    is_half_closed: bool = False
    """Whether that was so already."""


class Elsewhere(Protocol):
    """An answer that has to be fetched, as a rule."""

    async def fetch(self, outlet: Outlet) -> Rendered | Later | Ending:
        """What there is to say here after all, or how it went. Cancelled when the client leaves."""


class OnwardConnection(asyncio.Protocol):
    """For the requests of one client's connection, one after the other. What a reply's end is, a parser of each reply tells."""

    def __init__(self) -> None:
        self._ending: asyncio.Future[Ending] | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    async def ask(self, raw: bytes, outlet: Outlet, *, declined: bytes, is_head: bool) -> Ending:
        """`declined` is how the answer begins by which the other server says that it does not take the request."""
        self._ending = asyncio.get_running_loop().create_future()
        self._outlet, self._is_head, self._declined, self._first = outlet, is_head, declined, b""
        self._is_declined = False
        outlet.half_close = self._half_close
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)
        self._transport.write(raw)
        if outlet.is_half_closed:
            self._half_close()
        try:
            return await self._ending
        finally:
            if self._ending.cancelled():
                self._transport.abort()  # so the other server knows that the client has left
            self._ending = None

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def _half_close(self) -> None:
        if self.is_open and self._transport.can_write_eof():
            self._transport.write_eof()

    # What comes

    def data_received(self, data: bytes) -> None:
        if self._ending is None:
            self._transport.abort()  # nobody has asked
        elif self._declined:
            self._judge(self._first + data)
        else:
            self._hand_back(data)

    def _judge(self, first: bytes) -> None:
        """Nobody is told of an answer before it is known to be one."""
        self._first, self._is_declined = first, first.startswith(self._declined)
        if self._is_declined:
            self._declined = b""
            self._read(first)
        elif not self._declined.startswith(first):
            self._declined = b""
            self._hand_back(first)

    def _hand_back(self, data: bytes) -> None:
        if self._is_declined:
            self._read(data)
            return
        self._outlet.write(data)
        if self._outlet.is_full():
            self._transport.pause_reading()
            self._task = asyncio.get_running_loop().create_task(self._resume(self._outlet))
        self._read(data)

    def _read(self, data: bytes) -> None:
        if self._parser is None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:  # it was spoilt on purpose: then the connection's end is its end
            self._parser = None

    async def _resume(self, outlet: Outlet) -> None:
        await outlet.drain()
        if self.is_open:
            self._transport.resume_reading()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._ending is None or self._ending.done():
            return
        if not self._is_declined:
            self._outlet.cut_off(isinstance(error, ConnectionResetError))
        self._end(Ending.DECLINED if self._is_declined else Ending.OVER)

    # Called by the parser

    def on_headers_complete(self) -> None:
        if self._is_head:
            self.on_message_complete()

    def on_message_complete(self) -> None:
        if self._parser is not None and self._parser.get_status_code() >= 200:  # else there is more to come
            self._end(self._how())

    def _how(self) -> Ending:
        if self._is_declined:
            return Ending.DECLINED
        return Ending.KEPT if self._parser and self._parser.should_keep_alive() else Ending.OVER

    def _end(self, ending: Ending) -> None:
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(ending)


async def connect(address: Address, secured: ssl.SSLContext | None) -> OnwardConnection:
    """Raises OSError, TimeoutError: then nothing was begun."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        _, made = await loop.create_connection(OnwardConnection, *address, ssl=secured)
    return made


def spelt(request: Request, marks: bytes) -> bytes:
    """The request as it came, with more header lines before its own. That it came in chunks is kept, but in one."""
    lines = [marks]
    lines += [f"{name}: {value}\r\n".encode("latin-1") for name, value in request.headers.items() if name not in LEFT_OUT]
    body = request.body
    if "transfer-encoding" in request.headers:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    elif body or "content-length" in request.headers:
        lines.append(b"content-length: %d\r\n" % len(body))
    return b"%b %b HTTP/%b\r\n%b\r\n%b" % (
        request.method.encode(),
        request.target,
        request.version.encode(),
        b"".join(lines),
        body,
    )


LEFT_OUT = ("content-length", "expect", "upgrade")
"""Told anew, or settled here already."""
