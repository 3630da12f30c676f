"""From bytes to requests: what the parser leaves to us, and how large a request may be; knows nobody who answers."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import cast

import httptools

from mockenv.edge.exchange import MAX_BODY_BYTES
from mockenv.edge.limits import MAX_DISCARDED, MAX_HEAD
from mockenv.edge.message import Message, without_upgrade

log = logging.getLogger("mockenv.edge")

LINE = len(": \r\n")
STRANGE_METHOD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) (?=[/*])")


class Refusal(Exception):
    """Raised to the parser: nothing more of this connection is read."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Deaf:
    """The parser of a connection that we have hung up on: what still comes is for nobody."""

    def feed_data(self, data: bytes) -> None: ...


DEAF = Deaf()


class RequestParser:
    """Reads with httptools. What becomes of requests, and of a connection that cannot be read, its subclass says.

    An `asyncio.Protocol` in all but name: what inherits from it could not be compiled.
    """

    transport: asyncio.Transport
    parser: httptools.HttpRequestParser | Deaf

    def take(self, message: Message) -> None:
        """A request is whole."""
        raise NotImplementedError

    def refuse(self, status: int, data: bytes = b"") -> None:
        """What follows cannot be read; `data` is what was tried last."""
        raise NotImplementedError

    def wait(self) -> None:
        """A request has not come whole."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one, but does not say so
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # whether there is more after the last is ours to say
        self.is_reading = False
        self.has_ended_one = False
        """Whether the data that is being read has brought a whole request already."""
        self.message = Message()
        """The one that is being read."""
        self._offers_upgrade = False
        self._strange_method: str | None = None

    def read_no_more(self) -> None:
        self.parser = DEAF
        self.is_reading = False

    def data_received(self, data: bytes) -> None:
        self.has_ended_one, rest = False, data
        while rest:
            rest = self._read(rest)
        if self.is_reading:
            self._await_rest(len(data))

    def _read(self, data: bytes) -> bytes:
        """Hand it to the parser; what must be read once more, in other words or as another request."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserInvalidMethodError:
            return self._in_known_words(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._declined() + data[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, Refusal):
                log.error("a request failed inside mockenv", exc_info=error.__context__)
            self.refuse(error.__context__.status if isinstance(error.__context__, Refusal) else 500, data)
        except httptools.HttpParserError:
            self.refuse(400, data)
        return b""

    def _in_known_words(self, data: bytes) -> bytes:
        """The parser refuses methods that it does not know; the providers' 405 is ours to give. It reads GET instead.

        Only where the data begins with that request: what came before it in the same data has been served already.
        """
        found = None if self.has_ended_one or self._strange_method else STRANGE_METHOD.match(data)
        if not found:
            self.refuse(400, data)
            return b""
        self._strange_method = found[1].decode()
        self.parser = httptools.HttpRequestParser(self)
        return b"GET " + data[found.end() :]

    def _declined(self) -> bytes:
        """There is no protocol to upgrade to. The parser has left out the body: it is given the head again, without the offer."""
        self.is_reading = False
        if not self._offers_upgrade:
            return b""  # CONNECT: it is answered, and had no body
        self._offers_upgrade = False
        return without_upgrade(self.message)

    def _await_rest(self, size: int) -> None:
        """A request that did not come whole has some time, and nothing in it may be endless."""
        message = self.message
        if not message.is_awaited:
            message.is_awaited = True
            self.wait()
        message.unfinished = size + message.unfinished if message.unfinished is not None else 0
        if message.unfinished > MAX_HEAD:
            self.refuse(431)

    # Called by the parser

    def on_message_begin(self) -> None:
        self.message = Message()
        self.is_reading = True

    def on_url(self, url: bytes) -> None:
        self.message.target += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        headers, key, text = self.message.headers, name.lower().decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
        self._count_head(len(name) + len(value) + LINE)

    def on_headers_complete(self) -> None:
        message, parser = self.message, self.parser
        assert not isinstance(parser, Deaf)  # which hears nothing
        message.method = self._strange_method or parser.get_method().decode("ascii")
        self._strange_method = None
        message.version = parser.get_http_version()
        message.keep_alive = parser.should_keep_alive()
        if parser.should_upgrade() and message.method != "CONNECT":
            self._offers_upgrade = True
        elif message.headers.get("expect", "").lower() == "100-continue" and message.version != "1.0":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        message = self.message
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
        self.is_reading = False
        self.take(self.message)
        self.has_ended_one = True

    def _count_head(self, size: int) -> None:
        self.message.head_size += size
        if self.message.head_size > MAX_HEAD:
            raise Refusal(431)
