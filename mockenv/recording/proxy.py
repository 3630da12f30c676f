"""A proxy on this machine before a real service: what is asked of it is asked of the service, and both are recorded. Changes no body."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from uvicorn import Config, Server

from mockenv.control.guard import is_local
from mockenv.edge.listening import listen, url_of
from mockenv.errors import BadInput, CannotStart, MockenvError
from mockenv.kernel.time.clock import make_loop
from mockenv.recording.exchange import Answered, Asked, Headers, body_of, header
from mockenv.recording.recorder import Begun, Recorder
from mockenv.runtime.outbound import PORTS, NotSentError, Outbound

if TYPE_CHECKING:
    import httpx

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length"}
"""Between two neighbours, and so not the service's affair."""
PLACES = ("location", "content-location", "link")
"""Reply headers that may lead past the proxy."""
BODILESS = (204, 304)
MAX_REQUEST = 16 << 20
KEPT = 1 << 20
"""So much of each body is recorded; clients get all of it."""
STARTED_WITHIN = 10

log = logging.getLogger("mockenv.record")
# It reports starts, stops and the requests it cuts off at the end: all of it expected.
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class _RefusedError(Exception):
    """What is not asked of the service: a status, and why."""

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)


class _Seen:
    """What has come of a body. `keep` is called once: at its end, of which one knows by its length or is told."""

    def __init__(self, expected: int | None, keep: Callable[[bytes, bool], object]) -> None:
        self._expected, self._keep = expected, keep
        self._kept, self._size, self._is_over = b"", 0, False

    def add(self, chunk: bytes) -> None:
        self._kept, self._size = self._kept + chunk[: KEPT - len(self._kept)], self._size + len(chunk)
        if self._size == self._expected:
            self.end(is_whole=True)

    def end(self, *, is_whole: bool) -> None:
        if not self._is_over:
            self._is_over = True
            self._keep(self._kept, self._size > len(self._kept) or not is_whole)


class _Server(Server):
    """Uvicorn's, which says when it answers."""

    on_started: Callable[[], object]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_started()


class _GoneError(Exception):
    """The client has left in the middle of its answer; what came until then is recorded."""


class Proxy:
    """An ASGI application for one upstream."""

    def __init__(self, upstream: str, out: Outbound, recorder: Recorder, seconds: float) -> None:
        """`upstream` is a base URL, checked; `seconds` is what an answer's beginning may take."""
        self._upstream, self._out, self._recorder, self._seconds = upstream, out, recorder, seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        asked = Asked(scope["method"], _raw(scope), scope["query_string"].decode("ascii", "replace"), _headers(scope["headers"]))
        begun = self._recorder.begin()
        try:
            _check_host(asked)
            body = await _read(receive)
            await self._pass_on(begun, asked, body, receive, send)
        except _RefusedError as error:
            self._recorder.failed(begun, asked, error.why)
            await _refuse(send, error)
        except _GoneError:
            return
        except MockenvError as error:
            log.error("%s", error)
            raise

    async def _pass_on(self, begun: Begun, asked: Asked, body: bytes, receive: Receive, send: Send) -> None:
        own = f"http://{asked.header('host')}"
        headers = tuple((name, value) for name, value in asked.headers if name not in {*HOP, "accept-encoding"})
        asked = Asked(asked.method, asked.path, asked.query, headers, body_of(body[:KEPT], header(headers, "content-type")))
        sent = [*headers, ("accept-encoding", "identity")]  # so that bodies can be read in the recording
        has_begun = False
        try:
            async with asyncio.timeout(self._seconds) as limit:
                async with self._out.open(asked.method, f"{self._upstream}{asked.target}", sent, body) as reply:
                    limit.reschedule(None)
                    has_begun = True
                    await self._answer(begun, asked, reply, own, receive, send)
        except (NotSentError, TimeoutError) as error:
            if has_begun:  # its client learns of it by the end of the connection
                raise
            why = str(error) or f"no answer within {self._seconds:g} s"
            raise _RefusedError(504 if isinstance(error, TimeoutError) else 502, why) from None

    async def _answer(self, begun: Begun, asked: Asked, reply: httpx.Response, own: str, receive: Receive, send: Send) -> None:
        """Recorded before its client has the end of it: who has had an answer finds it in the file."""
        received = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers.raw)
        headers = tuple((name, value) for name, value in received if name.lower() not in HOP)
        length = header(received, "content-length")
        passed = [*((name, self._led_here(name, value, own)) for name, value in headers)]
        passed += [("content-length", length)] if length is not None else []
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in passed]
        expected = 0 if asked.method == "HEAD" or reply.status_code in BODILESS else None if length is None else int(length)
        seen = _Seen(
            expected, lambda kept, cut: self._recorder.keep(begun, asked, _answered(reply.status_code, headers, kept, cut))
        )
        try:
            seen.add(b"")
            await send({"type": "http.response.start", "status": reply.status_code, "headers": raw})
            async for chunk in _until_gone(reply.aiter_raw(), receive):
                seen.add(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            seen.end(is_whole=True)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            seen.end(is_whole=False)

    def _led_here(self, name: str, value: str, own: str) -> str:
        return value.replace(self._upstream, own) if name.lower() in PLACES else value


def check_upstream(url: str) -> str:
    """A base URL without the slash at its end. Raises BadInput."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadInput("", "--upstream", f"{url!r} is no address") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadInput("", "--upstream", f"{url!r} is no address such as https://api.example.com")
    if parts.username or parts.password:
        raise BadInput("", "--upstream", "holds a user or a password: clients bring their own credentials")
    if parts.query or parts.fragment or port == 0:
        raise BadInput("", "--upstream", f"{url!r}: a base URL ends with its path")
    return url.rstrip("/")


@contextmanager
def running(proxy: Proxy, out: Outbound, port: int) -> Iterator[str]:
    """The proxy in a thread of its own, on this machine's loopback; its URL. Raises CannotStart."""
    listeners = listen("127.0.0.1", port)
    config = Config(
        proxy, http="httptools", loop="none", lifespan="off", ws="none", log_config=None, access_log=False, date_header=False
    )
    config.server_header, config.timeout_graceful_shutdown = False, 1
    server, started = _Server(config), threading.Event()
    server.on_started = started.set

    async def main() -> None:
        try:
            await server.serve(sockets=listeners)
        finally:
            await out.close()

    def work() -> None:
        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(main())

    thread = threading.Thread(target=work, name="mockenv-record", daemon=True)
    thread.start()
    if not started.wait(STARTED_WITHIN):
        raise CannotStart(f"the recorder did not start within {STARTED_WITHIN} seconds")
    try:
        yield url_of(listeners)
    finally:
        server.should_exit = True
        thread.join(STARTED_WITHIN)


def _answered(status: int, headers: Headers, kept: bytes, is_cut: bool) -> Answered:
    return Answered(status, headers, body_of(kept, header(headers, "content-type")), is_cut)


def _check_host(asked: Asked) -> None:
    """A page in a browser may have had its name rebound to this machine."""
    if not is_local(asked.header("host") or "localhost"):
        raise _RefusedError(403, "the recorder is for clients on this machine, which call it by an address or localhost")


def _raw(scope: Message) -> str:
    raw = scope.get("raw_path") or scope["path"].encode()
    return str(raw.decode("ascii", "replace")).partition("?")[0]


def _headers(pairs: Sequence[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs)


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _RefusedError(499, "its client left before it had asked")
        body += bytes(message.get("body", b""))
        if len(body) > MAX_REQUEST:
            raise _RefusedError(413, f"a body of more than {MAX_REQUEST >> 20} MiB is not passed on")
        if not message.get("more_body"):
            return body


async def _until_gone(chunks: AsyncIterator[bytes], receive: Receive) -> AsyncIterator[bytes]:
    """The chunks, as long as there is a client to send them to. Raises `_GoneError` where it has left."""
    gone = asyncio.ensure_future(receive())
    try:
        while True:
            following = asyncio.ensure_future(anext(chunks, None))
            await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                await asyncio.wait({following})
                raise _GoneError
            chunk = following.result()
            if chunk is None:
                return
            yield chunk
    finally:
        gone.cancel()


async def _refuse(send: Send, error: _RefusedError) -> None:
    told = {"type": "about:blank", "title": "mockenv record", "status": error.status, "detail": error.why}
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})
