"""Requests over kept-alive connections, as fast as the answers come; knows no server."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import time
from collections.abc import Iterator

CONNECTIONS = 16
ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"
HEADERS = {"Host": "localhost", "Authorization": "Bearer bench", "Content-Type": "application/json"}
Sent = tuple[str, str, bytes]
_numbers = itertools.count(1)


def get_requests() -> Iterator[Sent]:
    return itertools.repeat(("GET", "/api/v1/vector/sites/12345", b""))


def list_requests() -> Iterator[Sent]:
    return itertools.repeat(("GET", ENVIRONMENTS, b""))


def create_requests() -> Iterator[Sent]:
    """Every environment has a name of its own, whoever asks."""
    for number in _numbers:
        yield "POST", ENVIRONMENTS, json.dumps({"name": f"env-{number}", "php_version": "8.3"}).encode()


class Load:
    """One sort of request against one port."""

    def __init__(self, port: int, requests: Iterator[Sent]) -> None:
        self._port, self._requests = port, requests
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def once(self) -> float:
        """One request; its seconds."""
        method, path, body = next(self._requests)
        started = time.perf_counter()
        self._connection.request(method, path, body or None, HEADERS)
        self._connection.getresponse().read()
        return time.perf_counter() - started

    def run(self, seconds: float) -> float:
        """Requests per second over all connections."""
        return asyncio.run(self._run(seconds))

    async def _run(self, seconds: float) -> float:
        end = time.perf_counter() + seconds
        return sum(await asyncio.gather(*(self._go_on(end) for _ in range(CONNECTIONS)))) / seconds

    async def _go_on(self, end: float) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        count = 0
        while time.perf_counter() < end:
            writer.write(_raw(*next(self._requests)))
            head = await reader.readuntil(b"\r\n\r\n")
            if head[9:10] != b"2":
                raise RuntimeError(f"unexpected answer: {head[:40]!r}")
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            count += 1
        writer.close()
        return count


def _raw(method: str, path: str, body: bytes) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    return f"{method} {path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body
