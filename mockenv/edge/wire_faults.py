"""What is done to the bytes of a reply on the socket: real resets, closes and dribbles; knows no rule."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import sys
from dataclasses import dataclass

from mockenv.kernel.time.clock import pause

GARBAGE = bytes((137, 3, 200, 0, 71, 69, 255, 17, 60, 5)) * 16
"""No line of it is HTTP."""
DRIPS = 10
LINGER_AND_RESET = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Wire:
    """What is to happen to one reply. `kind` is one of the kernel's wire effects; `seconds` is a drip's length."""

    kind: str
    seconds: float = 0.0


async def spoil(transport: asyncio.Transport, wire: Wire, raw: bytes) -> None:
    """Do it. `raw` is the whole reply as it would have been. Except after a drip the connection is gone."""
    if wire.kind == "reset":
        reset(transport)
    elif wire.kind == "garbage":
        transport.write(GARBAGE)
        transport.close()
    elif wire.kind == "truncate":
        transport.write(_first_half(raw))
        transport.close()
    elif wire.kind == "hang":
        await asyncio.get_running_loop().create_future()  # until the client leaves, which cancels this
    elif wire.kind == "drip":
        await _drip(transport, raw, wire.seconds)
    else:
        transport.close()


def reset(transport: asyncio.Transport) -> None:
    """An RST instead of a FIN: with a linger of zero, closing throws everything away."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_AND_RESET)
    transport.abort()


def end_now(transport: asyncio.Transport) -> None:
    """A FIN before this returns: libuv's shutdown and close wait for the loop's next turn, and what is written meanwhile to others
    goes out first. TLS says goodbye by what it writes, which keeps its place. Raises OSError where the client has left."""
    if not transport.can_write_eof():
        return
    if sys.platform == "win32" or transport.get_write_buffer_size():
        transport.write_eof()  # no libuv there: at once
        return
    with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as same:
        same.shutdown(socket.SHUT_WR)


def _first_half(raw: bytes) -> bytes:
    """The head and half of the body that it announces; of a reply without a body, half the head."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    return head + separator + body[: len(body) // 2] if body else head[: len(head) // 2]


async def _drip(transport: asyncio.Transport, raw: bytes, seconds: float) -> None:
    size = max(1, -(-len(raw) // DRIPS))
    for start in range(0, len(raw), size):
        if start:
            await pause(seconds / (DRIPS - 1))
        if transport.is_closing():
            return
        transport.write(raw[start : start + size])
