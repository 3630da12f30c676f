"""Running a built server: in the foreground until a signal, or in a thread for a test; the start line is written here."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from mockenv.bootstrap import Server, build
from mockenv.edge import server as edge
from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.limits import Patience, raise_descriptors
from mockenv.edge.parking import Later
from mockenv.edge.server import EdgeServer
from mockenv.edge.stderr import Stderr
from mockenv.edge.streaming import cut_short
from mockenv.edge.tls import trusting
from mockenv.errors import BadInput, CannotStart
from mockenv.kernel.time.clock import make_loop
from mockenv.opening import Port, open_port
from mockenv.settings import Settings, state_place
from mockenv.version import __version__

if TYPE_CHECKING:
    from mockenv.fleet.replica import Replica
    from mockenv.store.postgres.lease import Lease

Hints = Callable[[Server, str], Iterable[Mapping[str, str]]]
"""What a server at this URL says besides: events, each with a `text` for people."""


def serve_forever(settings: Settings, hints: Hints | None = None) -> None:
    """`mockenv serve`: returns after SIGTERM or SIGINT. `hints` are told after the start line. Raises CannotStart."""
    configure_logging(settings)
    raise_descriptors()
    port = open_port(settings)
    try:
        if isinstance(place := state_place(settings), str):
            _work_beside_others(place, settings, port, hints)
        else:
            _work(settings, port, hints)
    except BadInput as error:
        raise CannotStart(str(error)) from None
    finally:
        port.close()
        port.forget()
        _let_go_of_stderr()


def _work_beside_others(url: str, settings: Settings, port: Port, hints: Hints | None) -> None:
    """Again and again, where others have gone on in its place meanwhile."""
    from mockenv.fleet.replica import join, stand_by  # nothing that a start without a database waits for

    lease = stand_by(url, settings, port)
    while True:
        join(lease, fresh=settings.state_fresh)
        _work(settings, port, hints, (lease, url))
        if not lease.is_lost:
            return
        settings = replace(settings, state_fresh=False)
        logging.getLogger("mockenv.fleet").warning("others have gone on in this one's place; it begins anew beside them")


def _work(settings: Settings, port: Port, hints: Hints | None, joined: tuple[Lease, str] | None = None) -> None:
    """Until it is told to stop, or its lease is lost."""
    server = build(settings, ca=port.ca, lease=joined[0] if joined else None)
    try:
        edge.run(lambda: _serve(server, port, settings, hints, joined))
    finally:
        server.close()


async def _serve(server: Server, port: Port, settings: Settings, hints: Hints | None, joined: tuple[Lease, str] | None) -> None:
    replica = _replica(server, settings, *joined) if joined else None

    def started(running: EdgeServer) -> None:
        server.start()
        if replica:
            replica.start(running.stop)
        _announce(server, port, settings)
        for hint in hints(server, port.url) if hints else ():
            _say(json.dumps(hint) if settings.log_format == "json" else hint["text"])

    try:
        if replica:
            await edge.serve(replica.switch, port.doubles(), started, identity=port.identity, on_stopping=replica.leave)
        else:
            await edge.serve(server.dispatcher, port.listeners, started, identity=port.identity)
    finally:
        await server.stop()


def _replica(server: Server, settings: Settings, lease: Lease, url: str) -> Replica:
    from mockenv.fleet.replica import Replica

    return Replica(server, lease, url, trusting(settings.tls) if settings.tls else None)


def _announce(server: Server, port: Port, settings: Settings) -> None:
    url, addresses = port.url, port.addresses
    if settings.port_file:  # before the line: it is the line that says that all is there
        edge.write_port_file(Path(settings.port_file), port.number)
    if settings.log_format == "json":
        line = json.dumps(
            {
                "event": "listening",
                "url": url,
                "host": addresses[0],
                "addresses": addresses,
                "port": port.number,
                "control": f"{url}/_mockenv/",
                "base_url": settings.base_url or url,
                "ca": str(port.ca) if port.ca else None,
                "version": __version__,
            }
        )
    else:
        reached = f", reached as {settings.base_url}" if settings.base_url else ""
        names = ", ".join(provider.title for provider in server.providers)
        line = f"mockenv {__version__} is listening on {url} ({names}; control at {url}/_mockenv/){reached}"
    _say(line)
    if port.ca and settings.log_format == "text":
        _say(f"TLS by an authority of its own: have clients trust {port.ca}")
    begun = server.beginning
    if told := begun.line():
        _say(json.dumps(begun.event()) if settings.log_format == "json" else told)
    if not (settings.admin_token or all(ip_address(one.partition("%")[0]).is_loopback for one in addresses)):
        logging.getLogger("mockenv").warning(
            "reachable from other machines, and anyone there may drive /_mockenv/: consider --admin-token"
        )


def _say(line: str) -> None:
    """On stderr; where nobody reads that any more, nothing is lost but the line."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")


def _let_go_of_stderr() -> None:
    """What a reader that has gone did not take would make Python's exit code 120, when it flushes at the end."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  # open as long as the process is


class ThreadedServer:
    """A server in a thread of this process, on a free port: what the pytest plugin starts."""

    def __init__(self, settings: Settings, patience: Patience | None = None, **substitutes: Any) -> None:
        """`substitutes` are `bootstrap.build`'s."""
        self._patience = patience
        self._port = open_port(settings)
        self.url, self.ca = self._port.url, self._port.ca
        self.server = build(settings, ca=self.ca, **substitutes)
        self._running: EdgeServer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mockenv", daemon=True)

    def start(self) -> ThreadedServer:
        """Returns once requests are answered."""
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("mockenv did not start within 10 seconds")
        return self

    def ask(self, request: Request, timeout: float) -> Rendered:
        """The answer to a request that came by no connection. Raises ConnectionError where nobody serves, and TimeoutError."""
        try:
            answer = self.post(request).get(timeout=timeout)
        except Empty:
            raise TimeoutError(f"no answer from mockenv at {self.url} within {timeout} seconds") from None
        return cut_short(self._await(answer, timeout) if isinstance(answer, Later) else answer)

    def post(self, request: Request) -> SimpleQueue[Rendered | Later]:
        """The same without waiting for the answer. Requests are served in the order in which they come, whichever way."""
        if self._loop is None or self._loop.is_closed():
            raise ConnectionError(f"no mockenv at {self.url}: it has been stopped")
        answers: SimpleQueue[Rendered | Later] = SimpleQueue()
        self._loop.call_soon_threadsafe(lambda: answers.put(self.server.dispatcher.answer(request)))
        return answers

    def _await(self, later: Later, timeout: float) -> Rendered:
        assert self._loop is not None  # it has been asked
        coming = asyncio.run_coroutine_threadsafe(later.answer(), self._loop)
        try:
            return coming.result(timeout)[0]
        except BaseException:  # whoever waited has gone
            coming.cancel()
            raise

    def stop(self) -> None:
        if self._running:
            self._running.stop()
            self._thread.join(10)
        self._port.forget()
        self.server.close()

    def _run(self) -> None:
        def started(running: EdgeServer) -> None:
            self.server.start()
            self._running, self._loop = running, asyncio.get_running_loop()
            self._started.set()

        async def main() -> None:
            try:
                await edge.serve(self.server.dispatcher, self._port.listeners, started, self._patience, self._port.identity)
            finally:
                await self.server.stop()

        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(main())


def configure_logging(settings: Settings) -> None:
    """One line per record on stderr, for people or for machines."""
    handler = logging.StreamHandler(Stderr())
    if settings.log_format == "json":
        handler.setFormatter(_JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"event": "log", "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)
