"""What a stream has told its client, and what there is to tell since: everything once, then each change; knows no socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from mockenv.kernel.unit.work import Work
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.store.base import Document

BEAT = b":\n\n"
"""A comment: SDKs give up a stream on which nothing comes for minutes."""
QUIET = 30.0
Versions = dict[str, int]


class ServerFeed:
    """The stream of a server-side SDK: `put`, then `patch` and `delete`, each with the version that makes it count."""

    def __init__(self, sandbox: Sandbox, read: Callable[[Work], Document | None]) -> None:
        """`read` gives all there is, None once the client's key opens nothing any more."""
        self._sandbox, self._read = sandbox, read
        self._told: Versions | None = None

    def read(self) -> bytes | None:
        with self._sandbox.unit() as work:
            payload = self._read(work)
        if payload is None:
            return None
        now = {f"/{kind}/{key}": one for kind in ("flags", "segments") for key, one in payload[kind].items()}
        versions = {path: int(one["version"]) for path, one in now.items()}
        told, self._told = self._told, versions
        if told is None:
            return event("put", {"path": "/", "data": payload})
        return b"".join((*_patches(told, now), *_deletes(told, versions)))


def _patches(told: Versions, now: Mapping[str, Document]) -> list[bytes]:
    return [event("patch", {"path": path, "data": one}) for path, one in now.items() if told.get(path) != one["version"]]


def _deletes(told: Versions, versions: Versions) -> list[bytes]:
    return [event("delete", {"path": path, "version": version + 1}) for path, version in told.items() if path not in versions]


class ClientFeed:
    """The stream of a client-side SDK: all evaluations again whenever one of them is another one."""

    def __init__(self, sandbox: Sandbox, read: Callable[[Work], Document | None]) -> None:
        self._sandbox, self._read = sandbox, read
        self._told: Document | None = None

    def read(self) -> bytes | None:
        with self._sandbox.unit() as work:
            found = self._read(work)
        if found is None:
            return None
        if found == self._told:
            return b""
        self._told = found
        return event("put", found)


def event(name: str, data: object) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))
