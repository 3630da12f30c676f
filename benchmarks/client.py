"""Requests from here: one at a time and timed, or many on one connection without waiting; knows no server."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import socket
import time
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from benchmarks.work import TOKEN, Work

HOST = "127.0.0.1"
HEADERS = {
    "Host": "localhost",
    "Authorization": f"Bearer {TOKEN}",
    "Content-Type": "application/json",
    "Accept": "application/json",
}
BATCH = 50
"""Requests that are on their way at once in a pipeline."""
STATUS_LINE = b"HTTP/1.1 "
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
numbers = itertools.count(1)


class Answer(NamedTuple):
    """What came back, and after how many milliseconds."""

    status: int
    body: bytes
    ms: float

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int, timeout: float = 30.0) -> None:
        self._http = http.client.HTTPConnection(HOST, port, timeout=timeout)

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        started = time.perf_counter()
        self._http.request(method, path, body or None, HEADERS)
        reply = self._http.getresponse()
        raw = reply.read()
        return Answer(reply.status, raw, (time.perf_counter() - started) * 1e3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()


def raw(work: Work) -> bytes:
    """The bytes of one such request."""
    body = work.with_number(next(numbers))
    headers = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    return f"{work.method} {work.path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def pipeline(port: int, work: Work, count: int) -> list[float]:
    """So many requests, a batch at a time; each batch's milliseconds per request: the server's own, hardly ours."""
    with socket.create_connection((HOST, port), timeout=60) as connection:
        return [_batch(connection, [raw(work) for _ in range(size)]) for size in _sizes(count)]


def _sizes(count: int) -> Iterable[int]:
    return (min(BATCH, count - begun) for begun in range(0, count, BATCH))


def _batch(connection: socket.socket, requests: list[bytes]) -> float:
    started, received = time.perf_counter(), b""
    connection.sendall(b"".join(requests))
    while received.count(STATUS_LINE) < len(requests) or not _ends_whole(received):
        data = connection.recv(1 << 18)
        if not data:
            raise ConnectionError("the server hung up")
        received += data
    if received.count(STATUS_LINE + b"20") != len(requests):
        raise RuntimeError(f"unexpected answer: {received[:200]!r}")
    return (time.perf_counter() - started) * 1e3 / len(requests)


def _ends_whole(received: bytes) -> bool:
    """Whether the last answer is there to its end."""
    head, blank, body = received[received.rfind(STATUS_LINE) :].partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return bool(blank and length) and len(body) >= int(length[1] if length else 0)
