"""A whole server without sockets, whose wall clock is the test's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from werkzeug.test import Client, TestResponse

from mockenv.bootstrap import Server, build
from mockenv.kernel.time.clock import MANUAL_START, Wall
from mockenv.kernel.values.instant import SECOND, Instant
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.settings import Settings


class StillWall(Wall):
    """The machine's clock, as far as the server can tell: it goes when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.moment: Instant = MANUAL_START + 7 * SECOND

    def now(self) -> Instant:
        return self.moment

    def stopwatch(self) -> float:
        return 0.0

    def go_on(self, seconds: float) -> None:
        self.moment += round(seconds * SECOND)


class House:
    """The server, reached as WSGI; sandboxes as objects."""

    def __init__(self, wall: StillWall | None = None, **settings: Any) -> None:
        self.wall = wall or StillWall()
        settings = {"fixture": "docs", "log_level": "error", "check_replies": "fail"} | settings
        self.server: Server = build(Settings(**settings), wall=self.wall, write=lambda text: None)
        self.client = Client(self.server.app)

    def sandbox(self, name: str = "a", **spec: Any) -> Sandbox:
        """A fresh one of that name."""
        if name in self.server.sandboxes.names():
            self.server.sandboxes.drop(name)
        return self.server.sandboxes.create({"clock": {"mode": "manual"}, **spec, "name": name})

    def __call__(self, method: str, path: str, body: Any = None, sandbox: str = "a", **more: Any) -> TestResponse:
        """A request of a provider's client, or (a path that begins with a slash and an underscore) of the control plane."""
        url = path if path.startswith("/_mockenv") else f"/_sandbox/{sandbox}/api/v1/vector/{path}"
        headers = {"Authorization": "Bearer anything", **more.pop("headers", {})}
        if body is not None or path.startswith("/_mockenv"):
            more = {"data": orjson.dumps(body) if body is not None else b"", "content_type": "application/json"} | more
        return self.client.open(url, method=method, headers=headers, base_url="http://localhost", **more)

    def make(self, sandbox: str = "a", **body: Any) -> str:
        """An environment on the fixture's site; its id."""
        reply = self("POST", "sites/12345/environments", {"php_version": "8.3", **body}, sandbox)
        assert reply.status_code == 201, reply.text
        return str(orjson.loads(reply.data)["data"]["id"])


def documents(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """All that a sandbox's store holds, the kernel's own bookkeeping included: kind → id → document."""
    with sandbox.unit(now=0) as work:
        return {kind: {id: work.get(kind, id) for id in work.ids(kind)} for kind in sorted(work.kinds())}


def every_byte(sandbox: Sandbox) -> bytes:
    return orjson.dumps(documents(sandbox), option=orjson.OPT_INDENT_2)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.server.close()
