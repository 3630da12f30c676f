"""A request as it is read off the wire and a reply as it is written on it; knows neither sockets nor providers."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from mockenv.edge.exchange import MAX_BODY_BYTES, TOO_LARGE, Connection, Rendered, Request, request_to
from mockenv.edge.forwarding import Way

ABSOLUTE_FORM = re.compile(rb"^https?://[^/?]*", re.IGNORECASE)
REFUSALS = {
    400: "Invalid HTTP request received.",
    408: "The request did not come to an end in time.",
    413: "The request is too large.",
    431: "Request header fields too large.",
    500: "mockenv failed; its log says how.",
    503: "As many connections are open as there can be.",
}
"""Where there is no request that a provider could answer."""
STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Message:
    """One request as it is being read."""

    __slots__ = ("body", "head_size", "headers", "is_awaited", "keep_alive", "length", "method", "target", "unfinished", "version")

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
        self.is_awaited = False
        """Whether it came in pieces."""
        self.unfinished: int | None = None
        """Bytes of it since its first piece, or since the last that held some of its body."""


def request_of(message: Message, way: Way, here: str, connection: Connection) -> Request:
    """The request as the dispatcher sees it; `here` is this end's authority, for a client that names no host."""
    target = message.target if message.target.startswith(b"/") else ABSOLUTE_FORM.sub(b"", message.target) or b"/"
    path, _, query = target.partition(b"?")
    request = request_to(
        message.method,
        (unquote_to_bytes(path) if b"%" in path else path).decode("utf-8", "replace"),
        query.decode("latin-1"),
        message.headers,
        b"".join(message.body),
        way.base(message.headers, here),
        TOO_LARGE if message.length > MAX_BODY_BYTES else None,
    )
    request.connection, request.target, request.version = connection, message.target, message.version
    return request


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


def encode_refusal(status: int) -> bytes:
    """The end of a connection whose requests cannot be told apart any more."""
    text = REFUSALS[status]
    head = "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    return f"{STATUS_LINES[status]}{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()


def without_upgrade(message: Message) -> bytes:
    """The head of a request as it would be without its offer to go on in another protocol."""
    lines = [f"{name}: {value}\r\n" for name, value in message.headers.items() if name != "upgrade"]
    return f"{message.method} ".encode() + message.target + f" HTTP/{message.version}\r\n{''.join(lines)}\r\n".encode("latin-1")
