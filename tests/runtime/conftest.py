"""A receiver, a subscription to everything, and a server whose patience with receivers is short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockenv.client import Mockenv, Sandbox
from mockenv.kernel.time.clock import Wall
from mockenv.runtime.sender import Sender
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.conftest import Browser
from tests.runtime.receiver import Receiver, receiving

SITES = "/api/v1/vector/sites"
HOOKS = "/api/v1/vector/webhooks"


@pytest.fixture(scope="session")
def impatient_server() -> Iterator[Mockenv]:
    sender = Sender(Wall(), {}, longest=1.0)
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning"), sender=sender).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@pytest.fixture
def sandbox(impatient_server: Mockenv) -> Iterator[Sandbox]:
    with impatient_server.sandbox(clock="manual", seed=5) as made:
        yield made


@pytest.fixture
def vector(sandbox: Sandbox) -> Browser:
    return Browser(sandbox, sandbox.headers("vector"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def subscribe(vector: Browser, url: str, *events: str, **more: Any) -> dict[str, Any]:
    reply = vector("POST", HOOKS, {"url": url, "events": list(events) or ["vector.site.*"], **more})
    assert reply.status_code == 201, reply.text
    data: dict[str, Any] = reply.json()["data"]
    return data


def make_site(vector: Browser) -> int:
    reply = vector("POST", SITES, {"partner_customer_id": "cust_1", "dev_php_version": "8.3"})
    assert reply.status_code == 201, reply.text
    return int(reply.json()["data"]["id"])
