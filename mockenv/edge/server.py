"""The running server: sockets that listen, uvicorn with our protocol, a clean stop; knows nothing of what is served."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from uvicorn import Config, Server

from mockenv.edge.dispatcher import Answers
from mockenv.edge.limits import Door, Patience, places
from mockenv.edge.protocol import Protocol
from mockenv.edge.tls import Identity
from mockenv.edge.tls_door import TlsDoor
from mockenv.errors import CannotStart
from mockenv.kernel.time.clock import pause

T = TypeVar("T")
TICKS_A_SECOND = 10
"""Uvicorn's."""
GRACE_SECONDS = 0.3
"""What a slow reader may still take when the server stops."""

# It reports starts, stops and the requests it cuts off at the end: all of it expected, and said better by ours.
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class EdgeServer(Server):
    """Uvicorn's server, but signals only ask it to stop: the exit code is then ours to give."""

    on_started: Callable[[EdgeServer], object]
    identity: Identity | None = None
    """Who it is in the eyes of clients that speak TLS; None where none do."""
    on_stopping: Callable[[], Awaitable[None]] | None = None
    """Awaited while requests are still answered."""
    patience: Patience
    _door: TlsDoor | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.identity is None or sockets is None:
            await super().startup(sockets)
        else:
            await super().startup([])
            dispatcher: Any = self.config.app
            self._door = TlsDoor(self.identity, self._make_protocol, dispatcher.turned_away, self.patience)
            self._door.open(sockets)
        self.on_started(self)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.on_stopping:
            await self.on_stopping()
        if self._door:
            await self._door.close()
        await super().shutdown(sockets)
        for connection in tuple(self.server_state.connections):  # who does not say goodbye is not waited for
            connection.transport.abort()
        await pause(0)  # until they know it

    def _make_protocol(self) -> asyncio.Protocol:
        """As uvicorn does for the ports that it opens itself."""
        make: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        """Once a second, end the connections whose time is up: no timer has to be set and taken back for each request."""
        if counter % TICKS_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, Protocol) and connection.deadline < now:
                    connection.time_is_up()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        handled = (signal.SIGTERM, signal.SIGINT) if self._in_main_thread() else ()
        for number in handled:
            try:
                loop.add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: self.stop())
        yield

    def stop(self) -> None:
        """Stop soon: no new connections, no waiting for idle or parked ones."""
        self.should_exit = True

    @staticmethod
    def _in_main_thread() -> bool:
        return threading.current_thread() is threading.main_thread()


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
    patience = patience or Patience()
    config = Config(
        dispatcher,  # type: ignore[arg-type]  # uvicorn thinks of ASGI, and hands it on as it is: the protocol knows how to ask it
        http=partial(Protocol, patience=patience, door=Door(places())),  # type: ignore[arg-type]  # makes one, as a class does
        loop="none",
        lifespan="off",
        interface="asgi3",
        ws="none",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,  # type: ignore[arg-type]  # typed int, used as a number
        proxy_headers=False,
    )
    server = EdgeServer(config)
    server.on_started, server.identity, server.patience = on_started, identity, patience
    server.on_stopping = on_stopping
    await server.serve(sockets=list(listeners))


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function in the fastest loop there is, with the garbage collector told what lives long."""
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):  # there is none for Windows
        from uvloop import new_event_loop

        new_loop = new_event_loop
    tune_collector()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main())


def tune_collector() -> None:
    """What is loaded by now stays; thousands of parked replies must not be walked again and again. Little at a time: everybody waits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 100, 100)
    gc.enable()


def write_port_file(path: Path, port: int) -> None:
    """Whole or not at all: somebody polls for it. Raises CannotStart."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        draft.write_text(f"{port}\n")
        draft.replace(path)
    except OSError as error:
        raise CannotStart(f"port file {path}: cannot be written ({error.strerror})") from None
