"""One connection, with the dispatcher called inline in the event loop: waiting costs no thread."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import Any

from mockenv.edge.dispatcher import Answers
from mockenv.edge.evidence import unreadable
from mockenv.edge.exchange import Rendered
from mockenv.edge.flow import Flow
from mockenv.edge.limits import MAX_DISCARDED, Door, Patience
from mockenv.edge.message import Message, encode, encode_refusal, request_of
from mockenv.edge.onward import Elsewhere, Ending, Outlet
from mockenv.edge.parking import Later
from mockenv.edge.request_parser import DEAF, Deaf, RequestParser
from mockenv.edge.streaming import LAST_CHUNK, chunk, pour
from mockenv.edge.wire_faults import end_now, reset, spoil
from mockenv.provider import Stream

log = logging.getLogger("mockenv.edge")

PIPELINED = 64
TURN = 16
"""So many pipelined requests are served before others have their turn."""


class Protocol(RequestParser):
    """Answers through the dispatcher. Replies to pipelined requests keep their order."""

    def __init__(
        self, app: Answers, loop: asyncio.AbstractEventLoop, connections: set[Protocol], patience: Patience, door: Door
    ) -> None:
        """`connections` are all that there are: it is one of them as long as it stands."""
        self.app, self.loop, self.connections = app, loop, connections
        self._patience, self._door = patience, door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.connections.add(self)
        self.flow = Flow(self.transport)
        self._is_tls = bool(transport.get_extra_info("sslcontext"))
        self._here = _authority(transport.get_extra_info("sockname"))
        peer = transport.get_extra_info("peername")
        self._way = self.app.outside.way(str(peer[0]) if peer else None, "https" if self._is_tls else "http")
        self._is_half_closed = self._is_due = self._is_parked = self._is_fetched = False
        self._last_word: int | None = None
        self.connection = self.app.connections.open(self)
        self._queue: deque[Message] = deque()
        self._pending: asyncio.Task[None] | None = None
        self._outlet: Outlet | None = None
        self._allow(self._patience.idle)
        if not self._door.admits(len(self.connections)):
            self.transport.write(encode_refusal(503))
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._pending and (self._is_parked or self._is_fetched):
            self._pending.cancel()
        self.app.connections.close(self)
        self.connections.discard(self)
        self.flow.resume_writing()  # to nobody: whoever waited for that is not held up
        self.parser = DEAF

    def eof_received(self) -> bool:
        """A client may shut its sending side and read on what it is owed; whoever does so while its reply is parked has left."""
        is_owed = not self._is_parked and (bool(self._queue) or self._pending is not None)
        self._is_half_closed = is_owed and not self._is_tls  # TLS has no halves
        if self._outlet and self._is_fetched and self._is_half_closed and not self._queue:
            self._outlet.is_half_closed = True
            self._outlet.half_close()  # who answers it knows whether it is parked
        return self._is_half_closed

    # What the reader tells

    def take(self, message: Message) -> None:
        """Only the first of what came together is served at once: a client that sends thousands must not hold up all others."""
        if self._queue or self.has_ended_one or self._is_held_up():
            self._queue.append(message)
            self._serve_soon()
            if len(self._queue) >= PIPELINED:
                self.flow.pause_reading()
        else:
            self._serve(message)

    def wait(self) -> None:
        if not self._is_held_up():
            self._allow(self._patience.request)

    def refuse(self, status: int, data: bytes = b"") -> None:
        """After all that is owed; where that is parked, whoever waits for it has spoilt the connection."""
        if not (self.transport.is_closing() or isinstance(self.parser, Deaf)):
            target = self.message.target.decode("utf-8", "replace")
            self.app.turned_away(unreadable(status, data, self.message.method, target))
        if self._is_parked:
            self.transport.close()
        elif self._queue or self._pending:
            self._last_word = status
            self.read_no_more()
        elif not (self.transport.is_closing() or isinstance(self.parser, Deaf)):
            self._say_last_word(status)

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
        elif self.is_reading and not self.transport.is_closing():
            self.refuse(408)
        else:
            self.transport.close()

    def _say_last_word(self, status: int) -> None:
        self.transport.write(encode_refusal(status))
        self._hang_up()

    def _hang_up(self) -> None:
        """End so that the reply arrives: a socket that is closed while bytes are unread resets, and takes it along."""
        self._last_word = None
        self.read_no_more()
        self._allow(self._patience.linger)
        try:
            self._end_sending()
        except OSError:  # it has left already
            self.transport.abort()

    def pause_writing(self) -> None:
        self.flow.pause_writing()
        self._allow(self._patience.unread)

    # Serving

    def _serve(self, message: Message) -> None:
        if self.transport.is_closing():
            return
        self.connection.requests += 1
        self.app.connections.served = self
        answer = self.app.answer(request_of(message, self._way, self._here, self.connection))
        self.app.connections.served = None
        if isinstance(answer, Rendered):
            self._send(message, answer)
        elif isinstance(answer, Later):
            self._is_parked = answer.is_parked
            self._pending = self.loop.create_task(self._serve_later(message, answer))
        else:
            self._is_fetched = True
            self._pending = self.loop.create_task(self._serve_from_elsewhere(message, answer))

    async def _serve_from_elsewhere(self, message: Message, elsewhere: Elsewhere) -> None:
        self._outlet = Outlet(self.transport.write, lambda: self.flow.write_paused, self.flow.drain, self._cut_off)
        found = await elsewhere.fetch(self._outlet)
        self._is_fetched = False
        if isinstance(found, Later):
            self._is_parked = found.is_parked
            await self._serve_later(message, found)
            return
        if isinstance(found, Rendered):
            self._send(message, found)
        else:
            self._allow(self._patience.idle)
            if found is Ending.OVER or not self._is_kept(message):
                self.transport.close()
        self._pending = None
        self._serve_queue()

    async def _serve_later(self, message: Message, later: Later) -> None:
        wire = None
        try:
            rendered, wire = await later.answer()
        except Exception:
            log.exception("a parked reply failed")
            rendered = Rendered(500, [("Content-Length", "0")])
        if wire is None and rendered.stream:
            await self._pour(message, rendered, rendered.stream)
        elif wire is None:
            self._send(message, rendered)
        elif not self.transport.is_closing():
            keep_alive = self._is_kept(message) and not rendered.stream
            await spoil(self.transport, wire, encode(message, rendered, keep_alive))
            self._allow(self._patience.idle)
            if not keep_alive:
                self.transport.close()
        self._pending, self._is_parked = None, False
        self._serve_queue()

    async def _pour(self, message: Message, rendered: Rendered, stream: Stream) -> None:
        """A reply that goes on: in chunks, or for an older client until the connection ends."""
        is_chunked = message.version != "1.0"
        if is_chunked:
            rendered.headers.append(("Transfer-Encoding", "chunked"))
        message.keep_alive &= is_chunked
        if message.method == "HEAD":
            self._send(message, rendered)
            return
        self.transport.write(encode(message, rendered, self._is_kept(message)))
        try:
            await pour(stream, lambda data: self.transport.write(chunk(data) if is_chunked else data), self.flow.drain)
        except Exception:
            log.exception("a reply that goes on failed")
            self.transport.close()
        if stream.sandbox.has_moved:
            self.transport.close()  # not an end: whoever comes back goes on where it is now
        self._end_stream(message, LAST_CHUNK if is_chunked else b"")

    def _end_stream(self, message: Message, last: bytes) -> None:
        if self.transport.is_closing():
            return
        self._allow(self._patience.idle)
        self.transport.write(last)
        if not self._is_kept(message):
            self.transport.close()

    def _cut_off(self, is_reset: bool) -> None:
        """What another server has done to its connection, to this one."""
        if is_reset:
            reset(self.transport)
        else:
            self.transport.close()

    def _is_held_up(self) -> bool:
        """Whether a reply is owed that is not ready yet, or the client does not read those that it has."""
        return self._pending is not None or self.flow.write_paused

    def _serve_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self.loop.call_soon(self._serve_queue)

    def _serve_queue(self) -> None:
        self._is_due = False
        for _ in range(TURN):
            if not self._queue or self._is_held_up():
                break
            self._serve(self._queue.popleft())
        if self.transport.is_closing() or self._is_held_up():
            return
        if self._queue:
            self._serve_soon()
            return
        self.flow.resume_reading()
        if self._last_word:
            self._say_last_word(self._last_word)
        elif self._is_half_closed:
            self.transport.close()

    def resume_writing(self) -> None:
        self.flow.resume_writing()
        self._allow(self._patience.idle)
        self._serve_soon()  # asyncio's transport must not be closed from in here

    def _send(self, message: Message, rendered: Rendered) -> None:
        if self.transport.is_closing():
            return
        self._allow(self._patience.idle)
        keep_alive = self._is_kept(message)
        self.transport.write(encode(message, rendered, keep_alive))
        if message.length > MAX_DISCARDED:
            self._hang_up()
        elif not keep_alive:
            self.transport.close()

    def _is_kept(self, message: Message) -> bool:
        return message.keep_alive and not self._shutting_down and not self.connection.is_last

    def let_go(self) -> None:
        self.connection.is_last = True
        if not (self.app.connections.served is self or self._queue or self._pending or self.is_reading):
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        """Close, and have the client's side know it before whoever caused it gets an answer."""
        with suppress(OSError):  # it has left already
            end_now(self.transport)
        self.transport.close()

    def _end_sending(self) -> None:
        """TLS says goodbye when it is closed, and reads on for a while by itself."""
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    # Stopping

    _shutting_down = False

    def shutdown(self) -> None:
        """A reply that is parked does not hold the server up."""
        self._shutting_down = True
        self.transport.close()


def _authority(here: Any) -> str:
    """This end of a connection, as a client would name it that names nobody."""
    return f"{here[0]}:{here[1]}" if here else "localhost"
