"""The running server: sockets that listen, our protocol for each connection, a clean stop; knows nothing of what is served."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mockenv.edge.dispatcher import Answers
from mockenv.edge.limits import Door, Patience, places
from mockenv.edge.protocol import Protocol
from mockenv.errors import CannotStart
from mockenv.kernel.time.clock import make_loop, pause

if TYPE_CHECKING:
    from mockenv.edge.tls import Identity
    from mockenv.edge.tls_door import TlsDoor

T = TypeVar("T")
BACKLOG = 2048
"""So many connections may wait to be accepted."""
TICK_SECONDS = 1.0
M_MMAP_THRESHOLD = -3
LARGE = 512 << 10
"""Bytes from which on a block is asked of the system, and given back to it: few bodies are as large."""
GRACE_SECONDS = 0.3
"""What a slow reader may still take when the server stops."""
LOOK_SECONDS = 0.01
"""How often it is looked then whether they have gone."""


class EdgeServer:
    """Greets every connection with our protocol, until it is told to stop."""

    def __init__(self, app: Answers, patience: Patience, identity: Identity | None = None) -> None:
        """`identity` is who it is in the eyes of clients that speak TLS; None where none do."""
        self._app, self._patience, self._identity = app, patience, identity
        self._gate = Door(places())
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()
        self._doors: list[asyncio.Server] = []
        self._tls_door: TlsDoor | None = None
        self.connections: set[Protocol] = set()

    async def open(self, listeners: Sequence[socket.socket]) -> None:
        """From here on requests are answered."""
        if self._identity:
            from mockenv.edge.tls_door import TlsDoor  # nothing that a start without TLS waits for

            self._tls_door = TlsDoor(self._identity, self._greet, self._app.turned_away, self._patience)
            self._tls_door.open(listeners)
        else:
            self._doors = [await self._loop.create_server(self._greet, sock=one, backlog=BACKLOG) for one in listeners]
        self._watch()

    def _greet(self) -> asyncio.Protocol:
        made = Protocol(self._app, self._loop, self.connections, self._patience, self._gate)
        return cast("asyncio.Protocol", made)  # it is one in all but name, see RequestParser

    def _watch(self) -> None:
        """Once a second, end the connections whose time is up: no timer has to be set and taken back for each request."""
        now = self._loop.time()
        for connection in tuple(self.connections):
            if connection.deadline < now:
                connection.time_is_up()
        self._tick = self._loop.call_later(TICK_SECONDS, self._watch)

    def stop(self) -> None:
        """Stop soon, whichever thread says so: no new connections, no waiting for idle or parked ones."""
        with suppress(RuntimeError):  # it has stopped, and its loop is closed
            self._loop.call_soon_threadsafe(self._told.set)

    async def stopped(self) -> None:
        """Until somebody has told it to."""
        await self._told.wait()

    async def close(self, listeners: Sequence[socket.socket]) -> None:
        """No more are let in, and those that are connected are sent away."""
        self._tick.cancel()
        if self._tls_door:
            await self._tls_door.close()
        for door in self._doors:
            door.close()
        for listener in listeners:
            listener.close()
        for connection in tuple(self.connections):
            connection.shutdown()
        await pause(0)  # whoever has read all that it is owed has gone by then
        end = self._loop.time() + GRACE_SECONDS
        while self.connections and self._loop.time() < end:
            await pause(LOOK_SECONDS)
        for connection in tuple(self.connections):  # who does not say goodbye is not waited for
            connection.transport.abort()
        await pause(0)  # until they know it

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """They only ask it to stop: the exit code is ours to give."""
        handled = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
        for number in handled:
            try:
                self._loop.add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: self.stop())
        yield


async def serve(
    dispatcher: Answers,
    listeners: Sequence[socket.socket],
    on_started: Callable[[EdgeServer], object],
    patience: Patience | None = None,
    identity: Identity | None = None,
    on_stopping: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until stopped, with TLS if there is an `identity`. `on_started` is called in the loop, once requests are answered, and
    `on_stopping` is awaited before they are not any more."""
    server = EdgeServer(dispatcher, patience or Patience(), identity)
    with server.heeding_signals():
        await server.open(listeners)
        on_started(server)
        await server.stopped()
        if on_stopping:
            await on_stopping()
        await server.close(listeners)


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function in the fastest loop there is, with the garbage collector told what lives long."""
    tune_collector()
    tune_allocator()
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(main())


def tune_collector() -> None:
    """What is loaded by now stays; thousands of parked replies must not be walked again and again. Little at a time: everybody waits."""
    gc.freeze()  # what little of it is garbage is not worth a look at all of it: everybody waits for a start
    gc.set_threshold(20_000, 100, 100)
    gc.enable()


def tune_allocator() -> None:
    """Have glibc give back what a table leaves when it grows: by itself it takes ever larger blocks out of what it never returns."""
    from ctypes import CDLL

    with suppress(OSError, AttributeError, TypeError):  # another library, which has no such switch
        CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def write_port_file(path: Path, port: int) -> None:
    """Whole or not at all: somebody polls for it. Raises CannotStart."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        draft.write_text(f"{port}\n")
        draft.replace(path)
    except OSError as error:
        raise CannotStart(f"port file {path}: cannot be written ({error.strerror})") from None
