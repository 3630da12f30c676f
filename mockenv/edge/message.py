"""A request as it is read off the wire and a reply as it is written on it; knows neither sockets nor providers."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from mockenv.edge.exchange import MAX_BODY_BYTES, Rendered, Request, request_to

ABSOLUTE_FORM = re.compile(rb"^https?://[^/?]*", re.IGNORECASE)
STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Message:
    """One request as it is being read."""

    __slots__ = ("body", "head_size", "headers", "keep_alive", "length", "method", "target", "version")

    def __init__(self) -> None:
        self.method = ""
        self.target = b""
        self.version = "1.1"
        self.headers: dict[str, str] = {}
        """Lower-case names; what was sent twice is joined, as HTTP has it."""
        self.head_size = 0
        self.body: list[bytes] = []
        self.length = 0
        self.keep_alive = True


def request_of(message: Message, here: str) -> Request:
    """The request as the front sees it; `here` is this end's authority, for a client that names no host."""
    target = message.target if message.target.startswith(b"/") else ABSOLUTE_FORM.sub(b"", message.target) or b"/"
    path, _, query = target.partition(b"?")
    return request_to(
        message.method,
        (unquote_to_bytes(path) if b"%" in path else path).decode("utf-8", "replace"),
        query.decode("latin-1"),
        message.headers,
        b"".join(message.body),
        f"http://{message.headers.get('host') or here}",
        oversized=message.length > MAX_BODY_BYTES,
    )


def encode(message: Message, rendered: Rendered, keep_alive: bool) -> bytes:
    """The bytes of a reply. A HEAD has the headers of the GET and no body."""
    parts = [STATUS_LINES.get(rendered.status) or f"HTTP/1.1 {rendered.status} \r\n"]
    parts += [f"{name}: {value}\r\n" for name, value in rendered.headers]
    if not keep_alive:
        parts.append("Connection: close\r\n")
    elif message.version == "1.0":
        parts.append("Connection: keep-alive\r\n")
    parts.append("\r\n")
    head = "".join(parts).encode("latin-1", "replace")
    return head if message.method == "HEAD" else head + rendered.body
