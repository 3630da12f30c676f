"""Uvicorn's HTTP protocol with the front called inline in the event loop: waiting costs no thread."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockenv.edge.exchange import MAX_BODY_BYTES, Rendered
from mockenv.edge.front import Front
from mockenv.edge.limits import MAX_DISCARDED, MAX_HEAD, Door, Patience
from mockenv.edge.message import Message, encode, encode_refusal, request_of, without_upgrade
from mockenv.edge.parking import Later
from mockenv.edge.wire import spoil

log = logging.getLogger("mockenv.edge")

LINE = len(": \r\n")
PIPELINED = 64
STRANGE_METHOD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) (?=[/*])")


class Refusal(Exception):
    """Raised to the parser: nothing more of this connection is read."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Deaf:
    """The parser of a connection that we have hung up on: what still comes is for nobody."""

    def feed_data(self, data: bytes) -> None: ...


class Protocol(HttpToolsProtocol):
    """Reads with httptools, answers through the front. Replies to pipelined requests keep their order."""

    app: Front  # what uvicorn was handed to serve

    def __init__(self, *, patience: Patience, door: Door, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._patience, self._door = patience, door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn types it as the narrower Transport
        host, port = self.server or ("localhost", None)
        self._here = f"{host}:{port}" if port else host
        self._message = Message()
        self._is_reading = self._is_half_closed = False
        self._offers_upgrade = False
        self._strange_method: str | None = None
        self._has_ended_one = False
        self._queue: deque[Message] = deque()
        self._pending: asyncio.Task[None] | None = None
        self._allow(self._patience.idle)
        if not self._door.admits(len(self.connections)):
            self.transport.write(encode_refusal(503))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._pending:
            self._pending.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn always closes
        """A client may shut its sending side and read on what it is owed; whoever does so while its reply is parked has left."""
        self._is_half_closed = bool(self._queue) and self._pending is None
        return self._is_half_closed

    def data_received(self, data: bytes) -> None:
        rest = data
        while rest:
            rest = self._read(rest)
        if self._is_reading:
            self._await_rest(len(data))

    def _read(self, data: bytes) -> bytes:
        """Hand it to the parser; what must be read once more, in other words or as another request."""
        self._has_ended_one = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserInvalidMethodError:
            return self._in_known_words(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._declined() + data[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, Refusal):
                log.error("a request failed inside mockenv", exc_info=error.__context__)
            self._refuse(error.__context__.status if isinstance(error.__context__, Refusal) else 500)
        except httptools.HttpParserError:
            self._refuse(400)
        return b""

    def _in_known_words(self, data: bytes) -> bytes:
        """The parser refuses methods that it does not know; the providers' 405 is ours to give. It reads GET instead.

        Only where the data begins with that request: what came before it in the same data has been served already.
        """
        found = None if self._has_ended_one or self._strange_method else STRANGE_METHOD.match(data)
        if not found:
            self._refuse(400)
            return b""
        self._strange_method = found[1].decode()
        self.parser = httptools.HttpRequestParser(self)
        return b"GET " + data[found.end() :]

    def _declined(self) -> bytes:
        """There is no protocol to upgrade to. The parser has left out the body: it is given the head again, without the offer."""
        self._is_reading = False
        if not self._offers_upgrade:
            return b""  # CONNECT: it is answered, and had no body
        self._offers_upgrade = False
        return without_upgrade(self._message)

    def _await_rest(self, size: int) -> None:
        """A request that did not come whole has some time, and nothing in it may be endless."""
        message = self._message
        if not message.is_awaited and not self._is_held_up():
            self._allow(self._patience.request)
        message.is_awaited = True
        message.unfinished = size + message.unfinished if message.unfinished is not None else 0
        if message.unfinished > MAX_HEAD:
            self._refuse(431)

    # Ending

    def _allow(self, seconds: float) -> None:
        """From now on. The server looks once a second: moving the deadline costs nothing."""
        self.deadline = self.loop.time() + seconds

    def time_is_up(self) -> None:
        """The deadline has passed. A parked reply is not late: it has an end of its own."""
        if self._pending and not self.flow.write_paused:
            return
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait for the client, and the client is what we have waited for
        elif self._is_reading and not self.transport.is_closing():
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """What follows cannot be read. Where a reply is still owed there is no room for another before it."""
        if self._queue or self._pending:
            self.transport.close()
        elif not (self.transport.is_closing() or isinstance(self.parser, Deaf)):
            self.transport.write(encode_refusal(status))
            self._hang_up()

    def _hang_up(self) -> None:
        """End so that the reply arrives: a socket that is closed while bytes are unread resets, and takes it along."""
        self.parser = Deaf()  # type: ignore[assignment]  # all of a parser that is still called
        self._is_reading = False
        self._allow(self._patience.linger)
        try:
            self.transport.write_eof()
        except OSError:  # it has left already
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._allow(self._patience.unread)

    # Called by the parser

    def on_message_begin(self) -> None:
        self._message = Message()
        self._is_reading = True

    def on_url(self, url: bytes) -> None:
        self._message.target += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        headers, key, text = self._message.headers, name.lower().decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
        self._count_head(len(name) + len(value) + LINE)

    def on_headers_complete(self) -> None:
        message = self._message
        message.method = self._strange_method or self.parser.get_method().decode("ascii")
        self._strange_method = None
        message.version = self.parser.get_http_version()
        message.keep_alive = self.parser.should_keep_alive()
        if self.parser.should_upgrade() and message.method != "CONNECT":
            self._offers_upgrade = True
        elif message.headers.get("expect", "").lower() == "100-continue" and message.version != "1.0":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        message = self._message
        message.length += len(body)
        message.unfinished = None
        if message.length <= MAX_BODY_BYTES:
            message.body.append(body)
        elif message.length > MAX_DISCARDED:
            message.keep_alive = False
            self.on_message_complete()
            raise Refusal(413)

    def on_message_complete(self) -> None:
        if self._offers_upgrade:
            return
        self._has_ended_one, self._is_reading = True, False
        if self._queue or self._is_held_up():
            self._queue.append(self._message)
            if len(self._queue) >= PIPELINED:
                self.flow.pause_reading()
        else:
            self._serve(self._message)

    def _count_head(self, size: int) -> None:
        self._message.head_size += size
        if self._message.head_size > MAX_HEAD:
            raise Refusal(431)

    # Serving

    def _serve(self, message: Message) -> None:
        if self.transport.is_closing():
            return
        answer = self.app.answer(request_of(message, self._here))
        if isinstance(answer, Later):
            self._pending = self.loop.create_task(self._serve_later(message, answer))
        else:
            self._send(message, answer)

    async def _serve_later(self, message: Message, later: Later) -> None:
        wire = None
        try:
            rendered, wire = await later.answer()
        except Exception:
            log.exception("a parked reply failed")
            rendered = Rendered(500, [("Content-Length", "0")])
        if wire is None:
            self._send(message, rendered)
        elif not self.transport.is_closing():
            await spoil(self.transport, wire, encode(message, rendered, message.keep_alive))
            if not message.keep_alive:
                self.transport.close()
        self._pending = None
        self._serve_queue()

    def _is_held_up(self) -> bool:
        """Whether a reply is owed that is not ready yet, or the client does not read those that it has."""
        return self._pending is not None or self.flow.write_paused

    def _serve_queue(self) -> None:
        while self._queue and not self._is_held_up():
            self._serve(self._queue.popleft())
        if self._queue or self.transport.is_closing():
            return
        if self._is_half_closed:
            self.transport.close()
        else:
            self.flow.resume_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._allow(self._patience.idle)
        self.loop.call_soon(self._serve_queue)  # asyncio's transport must not be closed from in here

    def _send(self, message: Message, rendered: Rendered) -> None:
        if self.transport.is_closing():
            return
        self.server_state.total_requests += 1
        self._allow(self._patience.idle)
        keep_alive = message.keep_alive and not self._shutting_down
        self.transport.write(encode(message, rendered, keep_alive))
        if message.length > MAX_DISCARDED:
            self._hang_up()
        elif not keep_alive:
            self.transport.close()

    # Stopping

    _shutting_down = False

    def shutdown(self) -> None:
        """A reply that is parked does not hold the server up."""
        self._shutting_down = True
        self.transport.close()
