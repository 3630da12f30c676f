"""A client of the stream: reads server-sent events off a real socket, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import orjson
import requests

from mockenv.client import Sandbox

PATIENCE = 20


class Told(NamedTuple):
    """One event."""

    event: str
    id: str
    data: dict[str, Any]


class Listener:
    """One connection to a sandbox's stream."""

    def __init__(self, reply: requests.Response) -> None:
        self.reply = reply
        self._lines = reply.iter_lines(chunk_size=1)

    def __iter__(self) -> Iterator[Told]:
        fields: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.decode().partition(": ")
            if line and name:
                fields[name] = value
            elif not line and "data" in fields:
                yield Told(fields["event"], fields["id"], orjson.loads(fields["data"]))
                fields = {}

    def until(self, is_it: Callable[[Told], bool]) -> list[Told]:
        """All up to the first that is it."""
        found = []
        for told in self:
            found.append(told)
            if is_it(told):
                return found
        raise AssertionError(f"the stream ended after {found}")


@contextmanager
def listening(sandbox: Sandbox, last_id: str | None = None, **query: str) -> Iterator[Listener]:
    """The beginning has been read by the server when the first event is there: only what follows is told."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    url = f"{sandbox.server.url}/_mockenv/sandboxes/{sandbox.name}/stream"
    with requests.get(url, params=query, headers=headers, stream=True, timeout=PATIENCE) as reply:
        yield Listener(reply)
