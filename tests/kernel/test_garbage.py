"""Nothing that happens all the time leaves circles behind: only the garbage collector frees those, and everybody waits for it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import orjson
import pytest

from mockenv.bootstrap import Server, build
from mockenv.edge.exchange import Rendered, request_to
from mockenv.kernel.worlds.advance import advance_by
from mockenv.kernel.worlds.sandboxes import DEFAULT
from mockenv.settings import Settings

ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = build(Settings(clock="manual"))
    yield server
    server.close()


def ask(server: Server, method: str, path: str, name: str = "") -> Rendered:
    headers = {"host": "localhost", "authorization": "Bearer x", "content-type": "application/json"}
    body = orjson.dumps({"name": name, "php_version": "8.3"}) if name else b""
    answer = server.dispatcher.answer(request_to(method, path, "", headers, body, ("http://localhost", "")))
    assert isinstance(answer, Rendered)
    return answer


def pass_time(server: Server, *_: str) -> None:
    advance_by(server.sandboxes.get(DEFAULT), 60_000_000)


@pytest.mark.parametrize(
    ("act", "arguments"),
    [
        (ask, ("GET", ENVIRONMENTS)),
        (ask, ("GET", "/api/v1/vector/nowhere")),
        (ask, ("POST", ENVIRONMENTS, "circle-%d")),
        (ask, ("DELETE", f"{ENVIRONMENTS}/99")),
        (ask, ("GET", "/v1/members/")),
        (ask, ("GET", "/api/v2/projects")),
        (ask, ("GET", "/_mockenv/sandboxes/default")),
        (pass_time, ()),
    ],
    ids=["list", "no route", "create", "refusal", "phase", "launchdarkly", "control", "steps"],
)
def test_what_happens_all_the_time_leaves_nothing_to_the_garbage_collector(
    server: Server, act: Callable[..., object], arguments: tuple[str, ...]
) -> None:
    gc.collect()
    gc.disable()
    try:
        for number in range(-2, 4):  # the first time, modules are imported and validators made
            if number == 0:
                gc.collect()
            if act is pass_time:
                ask(server, "POST", ENVIRONMENTS, f"step-{number}")
            act(server, *(one.replace("%d", str(number)) for one in arguments))
        assert gc.collect() == 0
    finally:
        gc.enable()
