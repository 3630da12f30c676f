"""Uvicorn's HTTP protocol with the front called inline in the event loop: waiting costs no thread."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockenv.edge.exchange import MAX_BODY_BYTES, Rendered
from mockenv.edge.front import Answers
from mockenv.edge.message import Message, encode, request_of
from mockenv.edge.parking import Later
from mockenv.edge.wire import spoil

log = logging.getLogger("mockenv.edge")

MAX_DISCARDED = 64 << 20
"""Of an oversized body this much is read and thrown away, so that the client gets to see the 413."""
MAX_HEAD = 64 << 10
PIPELINED = 64
STRANGE_METHOD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) (?=[/*])")


class Protocol(HttpToolsProtocol):
    """Reads with httptools, answers through the front. Replies to pipelined requests keep their order."""

    app: Answers  # what uvicorn was handed to serve

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn types it as the narrower Transport
        host, port = self.server or ("localhost", None)
        self._here = f"{host}:{port}" if port else host
        self._message = Message()
        self._strange_method: str | None = None
        self._has_ended_one = False
        self._queue: deque[Message] = deque()
        self._pending: asyncio.Task[None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._pending:
            self._pending.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._has_ended_one = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserInvalidMethodError:
            self._retry_strange_method(data)
        except httptools.HttpParserUpgrade:
            pass  # no protocol to upgrade to: the request is answered as it is
        except httptools.HttpParserError:
            self._refuse()

    def _refuse(self) -> None:
        """What follows cannot be read. Where a reply is still owed there is no room for a 400 before it."""
        if self._queue or self._pending:
            self.transport.close()
        elif not self.transport.is_closing():
            self.send_400_response("Invalid HTTP request received.")

    def _retry_strange_method(self, data: bytes) -> None:
        """The parser refuses methods that it does not know; the providers' 405 is ours to give. It reads GET instead.

        Only where the data begins with that request: what came before it in the same data has been served already.
        """
        found = None if self._has_ended_one or self._strange_method else STRANGE_METHOD.match(data)
        if not found:
            self._refuse()
            return
        self._strange_method = found[1].decode()
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"GET " + data[found.end() :])

    # Called by the parser

    def on_message_begin(self) -> None:
        self._message = Message()

    def on_url(self, url: bytes) -> None:
        self._message.target += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        headers, key, text = self._message.headers, name.lower().decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
        self._count_head(len(name) + len(value))

    def on_headers_complete(self) -> None:
        message = self._message
        message.method = self._strange_method or self.parser.get_method().decode("ascii")
        self._strange_method = None
        message.version = self.parser.get_http_version()
        message.keep_alive = self.parser.should_keep_alive()
        if message.headers.get("expect", "").lower() == "100-continue" and message.version != "1.0":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        message = self._message
        message.length += len(body)
        if message.length <= MAX_BODY_BYTES:
            message.body.append(body)
        elif message.length > MAX_DISCARDED:
            self.transport.close()

    def on_message_complete(self) -> None:
        self._has_ended_one = True
        if self._queue or self._is_held_up():
            self._queue.append(self._message)
            if len(self._queue) >= PIPELINED:
                self.flow.pause_reading()
        else:
            self._serve(self._message)

    def _count_head(self, size: int) -> None:
        self._message.head_size += size
        if self._message.head_size > MAX_HEAD and not self.transport.is_closing():
            body = b"Request header fields too large"
            head = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            self.transport.write(head % len(body) + body)
            self.transport.close()

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
        if not self._queue:
            self.flow.resume_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._serve_queue()

    def _send(self, message: Message, rendered: Rendered) -> None:
        if self.transport.is_closing():
            return
        self.server_state.total_requests += 1
        keep_alive = message.keep_alive and not self._shutting_down
        self.transport.write(encode(message, rendered, keep_alive))
        if not keep_alive:
            self.transport.close()
        elif not self._queue:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    # Stopping

    _shutting_down = False

    def shutdown(self) -> None:
        """A reply that is parked does not hold the server up."""
        self._shutting_down = True
        self.transport.close()
