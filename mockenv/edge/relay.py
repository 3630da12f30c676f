"""Hands connections on to another server, byte for byte: what it does to them, their clients feel; knows no HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress

from mockenv.kernel.time.clock import pause

CONNECT_SECONDS = 1.0
TRY_AGAIN_SECONDS = 0.05
AT_ONCE = 1 << 16
"""Bytes."""
Address = tuple[str, int]

log = logging.getLogger("mockenv.edge")


class Relay:
    """Nobody is let in before there is somebody to hand him on to: until then he waits at the door, and nothing of his is lost."""

    def __init__(self, listeners: Sequence[socket.socket]) -> None:
        self._listeners = listeners
        self._target: Address | None = None
        self._known = asyncio.Event()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def hand_on_to(self, target: Address | None) -> None:
        """Who comes from now on. What was handed on to another has lost its server: it is cut off."""
        if target == self._target:
            return
        self._target = target
        if target:
            self._known.set()
        else:
            self._known.clear()
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    async def run(self) -> None:
        """Until it is cancelled; the listeners stay open."""
        try:
            async with asyncio.TaskGroup() as doors:
                for listener in self._listeners:
                    listener.setblocking(False)
                    doors.create_task(self._receive(listener))
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _receive(self, listener: socket.socket) -> None:
        while True:
            await _readable(listener)
            server = await self._reach()
            try:
                client, _ = listener.accept()
            except OSError as error:  # has left already, or there is no descriptor for it
                server.close()
                if not isinstance(error, (BlockingIOError, ConnectionError)):
                    log.warning("no connection can be accepted: %s", error.strerror)
                    await pause(CONNECT_SECONDS)
                continue
            client.setblocking(False)
            task = asyncio.get_running_loop().create_task(self._join(client, server))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _reach(self) -> socket.socket:
        """A connection to the other server, however long it takes until there is one."""
        while True:
            await self._known.wait()
            assert self._target is not None  # that is what is known
            try:
                return await _connect(self._target)
            except (OSError, TimeoutError):
                await pause(TRY_AGAIN_SECONDS)

    async def _join(self, client: socket.socket, server: socket.socket) -> None:
        pair = (client, server)
        self._pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pour(client, server))
                both.create_task(_pour(server, client))
        except* OSError:  # what one end does to us we do to the other
            for end in pair:
                _reset(end)
        finally:
            self._pairs.discard(pair)
            for end in pair:
                end.close()


async def _connect(target: Address) -> socket.socket:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        family, kind, proto, _, where = (await loop.getaddrinfo(*target, type=socket.SOCK_STREAM))[0]
        made = socket.socket(family, kind, proto)
        try:
            made.setblocking(False)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(made, where)
        except BaseException:
            made.close()
            raise
        return made


async def _pour(source: socket.socket, sink: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while some := await loop.sock_recv(source, AT_ONCE):
        await loop.sock_sendall(sink, some)
    with suppress(OSError):  # it has gone altogether
        sink.shutdown(socket.SHUT_WR)


async def _readable(listener: socket.socket) -> None:
    """Until somebody is at the door."""
    loop = asyncio.get_running_loop()
    knock = asyncio.Event()
    loop.add_reader(listener, knock.set)
    try:
        await knock.wait()
    finally:
        loop.remove_reader(listener)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
