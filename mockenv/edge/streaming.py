"""Replies that go on: asked for more when something has changed, as fast as their client reads; knows nothing of their content."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from mockenv.edge.exchange import Rendered
from mockenv.kernel.time.clock import pause
from mockenv.provider import Stream

LAST_CHUNK = b"0\r\n\r\n"


async def pour(stream: Stream, write: Callable[[bytes], None], drain: Callable[[], Awaitable[None]]) -> None:
    """Write what there is until the end. `drain` waits until the client has read enough of it: nothing is kept for a slow one."""
    with suppress(TimeoutError):
        async with asyncio.timeout(stream.seconds):
            await _pour(stream, write, drain)


async def _pour(stream: Stream, write: Callable[[bytes], None], drain: Callable[[], Awaitable[None]]) -> None:
    sandbox, generation = stream.sandbox, stream.sandbox.generation
    changed = asyncio.Event()
    with sandbox.watches.waking(stream.resources, changed.set):
        while not sandbox.has_moved and (stream.outlives_world or not (sandbox.is_gone or sandbox.generation != generation)):
            changed.clear()
            data = stream.read()
            if data is None:
                return
            if not data:
                data = await _wait(changed, stream)
            if data:
                write(data)
            await drain()
            await pause(stream.pulse)


async def _wait(changed: asyncio.Event, stream: Stream) -> bytes:
    """Until something has changed; what to send where it was quiet for too long."""
    try:
        async with asyncio.timeout(stream.quiet):
            await changed.wait()
    except TimeoutError:
        return stream.beat
    return b""


def chunk(data: bytes) -> bytes:
    """A piece of a body whose length nobody knows."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def cut_short(rendered: Rendered) -> Rendered:
    """For a server that cannot wait: what there is now, and no more."""
    if rendered.stream is None:
        return rendered
    body = rendered.stream.read() or b""
    return Rendered(rendered.status, [*rendered.headers, ("Content-Length", str(len(body)))], body)
