"""A request as it is read off the wire and a reply as it is written on it; knows neither sockets nor providers."""

from __future__ import annotations

import io
import re
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mockenv.edge.app import OVERSIZED, SLOT
from mockenv.edge.exchange import Environ, Rendered
from mockenv.edge.parking import Slot
from mockenv.edge.pipeline import MAX_BODY_BYTES

ABSOLUTE_FORM = re.compile(rb"^https?://[^/?]*", re.IGNORECASE)
STATUS_LINES = {
    status: f"HTTP/1.1 {status} {_phrase}\r\n".encode() for status, _phrase in ((s.value, s.phrase) for s in HTTPStatus)
}


class Message:
    """One request as it is being read."""

    __slots__ = ("body", "head_size", "headers", "keep_alive", "length", "method", "target", "version")

    def __init__(self) -> None:
        self.method = ""
        self.target = b""
        self.version = "1.1"
        self.headers: list[tuple[str, str]] = []
        self.head_size = 0
        self.body: list[bytes] = []
        self.length = 0
        self.keep_alive = True


class Ends(NamedTuple):
    """The two ends of the connection that a request came over."""

    scheme: str
    server: str
    port: int
    client: str


def environ_of(message: Message, ends: Ends, slot: Slot) -> Environ:
    """The request as WSGI has it; `slot` is where the app may leave word that the reply comes later."""
    target = message.target if message.target.startswith(b"/") else ABSOLUTE_FORM.sub(b"", message.target) or b"/"
    path, _, query = target.partition(b"?")
    body = b"".join(message.body)
    environ: Environ = {
        "REQUEST_METHOD": message.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": ends.server,
        "SERVER_PORT": str(ends.port),
        "SERVER_PROTOCOL": f"HTTP/{message.version}",
        "REMOTE_ADDR": ends.client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": ends.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": None,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        SLOT: slot,
    }
    for name, value in message.headers:
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if message.length > MAX_BODY_BYTES:
        environ[OVERSIZED] = True
    return environ


def encode(message: Message, rendered: Rendered, keep_alive: bool) -> bytes:
    """The bytes of a reply. A HEAD has the headers of the GET and no body."""
    parts = [STATUS_LINES.get(rendered.status) or f"HTTP/1.1 {rendered.status} \r\n".encode()]
    for name, value in rendered.headers:
        parts.append(f"{name}: {value}\r\n".encode("latin-1", "replace"))
    if not keep_alive:
        parts.append(b"Connection: close\r\n")
    elif message.version == "1.0":
        parts.append(b"Connection: keep-alive\r\n")
    parts.append(b"\r\n")
    if message.method != "HEAD":
        parts.append(rendered.body)
    return b"".join(parts)
