"""The control API of a server that runs in this process: asked in its event loop, without a socket; knows no call by its name."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from mockenv.client import Mockenv
from mockenv.edge.exchange import Request, request_to
from mockenv.serving import ThreadedServer


class Inside(Mockenv):
    """A `Mockenv` like any other, whose calls take no way over a connection; a client under test goes over the port, as ever."""

    def __init__(self, running: ThreadedServer) -> None:
        super().__init__(running.url, ca=running.ca)
        self._running, self._home = running, os.getpid()
        self._told = {name.lower(): value for name, value in self.headers().items()} | {"host": urlsplit(self.url).netloc}

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process it is one like any other."""
        return Mockenv(self.url, ca=self.ca).__reduce__()

    def _ask(self, method: str, target: str, data: bytes | None, timeout: float) -> tuple[int, bytes]:
        if self._home != os.getpid():  # a fork has the port, and not the thread behind it
            return super()._ask(method, target, data, timeout)
        answer = self._running.ask(self._request(method, target, data), timeout)
        return answer.status, answer.body

    def send(self, method: str, path: str) -> None:
        if self._home != os.getpid():
            super().send(method, path)
        else:
            self._running.post(self._request(method, f"/_mockenv/{path}", None, prefer="return=minimal"))

    def _request(self, method: str, target: str, data: bytes | None, **more: str) -> Request:
        path, _, query = target.partition("?")
        return request_to(method, unquote(path), query, {**self._told, **more}, data or b"", (self.url, ""))
