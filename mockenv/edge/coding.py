"""Bodies that come compressed, as they were before: bounded, whatever they would become; knows no service."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

from mockenv.call import Call, Dialect, Reply
from mockenv.edge.exchange import MAX_BODY_BYTES, TOO_LARGE, Request, Unread

HEADER = "content-encoding"
GZIP, ZLIB, RAW = 31, 15, -15
"""What zlib calls the three formats."""
MAX_CODINGS = 4
MAX_MEMBERS = 100
"""Of a gzip file; what compresses in blocks makes some sixteen of the largest body."""
READ = "gzip, deflate"


class _UndecodableError(Exception):
    """Raised with what to say of the body."""

    def __init__(self, unread: Unread) -> None:
        self.unread = unread
        super().__init__(unread.why)


def decode(request: Request) -> None:
    """Have the body as it was before it was compressed, or the reason why it cannot be had. The last coding was put on last."""
    if not request.body:
        return
    try:
        for decoder in reversed(_decoders(request.headers[HEADER])):
            request.body = decoder(request.body)
    except _UndecodableError as error:
        request.body, request.unread = b"", error.unread


def peek(request: Request) -> bytes:
    """The same, and the request stays as it is; empty where the body cannot be had."""
    copy = Request("", "", "", request.headers, request.body, "")
    if HEADER in request.headers:
        decode(copy)
    return copy.body


def refuse_unread(dialect: Dialect, call: Call, unread: Unread) -> Reply:
    """Why a body was not read, as the service would say it."""
    reply = dialect.error(call, unread.status, unread.why)
    if unread.status == 415:
        reply.headers["Accept-Encoding"] = READ  # RFC 9110: what would have been taken
    return reply


def _gunzip(body: bytes) -> bytes:
    """A gzip file may have several members, and zeros at its end."""
    parts, size, rest = [], 0, body
    for _ in range(MAX_MEMBERS):
        part, rest = _inflate(rest, GZIP, MAX_BODY_BYTES - size, "gzip")
        parts.append(part)
        size += len(part)
        rest = rest.lstrip(b"\0")
        if not rest:
            return b"".join(parts)
    raise _corrupt("gzip")


def _inflate_either(body: bytes) -> bytes:
    """`deflate` is zlib's format by the RFC; some clients send it without head and checksum, and all servers take both."""
    try:
        part, rest = _inflate(body, ZLIB, MAX_BODY_BYTES, "deflate")
    except _UndecodableError as error:
        if error.unread is TOO_LARGE:
            raise
        part, rest = _inflate(body, RAW, MAX_BODY_BYTES, "deflate")
    if rest:
        raise _corrupt("deflate")
    return part


def _inflate(data: bytes, form: int, room: int, name: str) -> tuple[bytes, bytes]:
    """What it was, and what stands behind it. One byte more than there is room for is enough to know."""
    inflater = zlib.decompressobj(form)
    try:
        part = inflater.decompress(data, room + 1)
    except zlib.error:
        raise _corrupt(name) from None
    if len(part) > room:
        raise _UndecodableError(TOO_LARGE)
    if not inflater.eof:
        raise _corrupt(name)
    return part, inflater.unused_data


def _corrupt(name: str) -> _UndecodableError:
    return _UndecodableError(Unread(400, f"The body is not {name}, though its Content-Encoding says so, or it is cut short."))


def _decoders(header: str) -> list[Callable[[bytes], bytes]]:
    codings = [name for name in (one.strip().lower() for one in header.split(",")) if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise _UndecodableError(Unread(415, f"The body is encoded {len(codings)} times; {MAX_CODINGS} times are read here."))
    return [_decoder(name) for name in codings]


def _decoder(name: str) -> Callable[[bytes], bytes]:
    if name not in DECODERS:
        raise _UndecodableError(Unread(415, f"A body with Content-Encoding: {name[:40]} is not read here: {READ} are."))
    return DECODERS[name]


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate_either}
