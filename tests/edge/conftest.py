"""A raw socket to the server: what goes over the wire, byte for byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from mockenv.client import Mockenv

SITE = "/api/v1/vector/sites/12345"
TOKEN = b"Authorization: Bearer x\r\n"


@dataclass(frozen=True)
class Answer:
    """One reply as it came."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Wire:
    """One connection. Reads exactly one reply at a time, so that several on one connection can be told apart."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)
        self.file = self.socket.makefile("rb")

    def send(self, *parts: bytes | str) -> None:
        self.socket.sendall(b"".join(part.encode() if isinstance(part, str) else part for part in parts))

    def ask(self, line: str, *headers: str, body: bytes = b"") -> Answer:
        """A request with a token, HTTP/1.1 unless the line says otherwise; its reply."""
        self.send(request(line, *headers, body=body))
        return self.answer(line.partition(" ")[0])

    def answer(self, method: str = "GET") -> Answer:
        version, status, _ = self.file.readline().decode().split(" ", 2)
        headers = {}
        while (line := self.file.readline().decode().strip()) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = 0 if method == "HEAD" or status in ("100", "204", "304") else int(headers.get("content-length", 0))
        return Answer(version, int(status), headers, self.file.read(length))

    def is_closed(self) -> bool:
        """Whether the server has ended the connection, with nothing more to read. Waits for it."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    line = line if " HTTP/" in line else f"{line} HTTP/1.1"
    host = "Host: localhost"
    length = [f"Content-Length: {len(body)}"] if body and not any("chunked" in one for one in headers) else []
    return "\r\n".join([line, host, *headers, *length, ""]).encode() + TOKEN + b"\r\n" + body


@contextmanager
def connecting(url: str) -> Iterator[Callable[[], Wire]]:
    """Opens connections; all are closed at the end."""
    wires: list[Wire] = []

    def open_one() -> Wire:
        wires.append(Wire(url))
        return wires[-1]

    yield open_one
    for wire in wires:
        wire.close()


@pytest.fixture
def connect(mockenv_server: Mockenv) -> Iterator[Callable[[], Wire]]:
    with connecting(mockenv_server.url) as connect:
        yield connect


@pytest.fixture
def wire(connect: Callable[[], Wire]) -> Wire:
    return connect()
