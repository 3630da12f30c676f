"""A service whose model says which of its resources are subscriptions tells them of what happens, signed, on its clock."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from standardwebhooks import Webhook

from mockenv.client import Mockenv, Sandbox
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.anyservice.conftest import KEY, answers, document, takes
from tests.conftest import Browser
from tests.runtime.receiver import Receiver, receiving

HOOK = {
    "type": "object",
    "required": ["id", "url"],
    "properties": {
        "id": {"type": "string"},
        "url": {"type": "string"},
        "events": {"type": "array", "items": {"type": "string"}},
        "secret": {"type": "string"},
        "active": {"type": "boolean"},
    },
}
NEW_HOOK = {"type": "object", "properties": {name: HOOK["properties"][name] for name in ("url", "events", "active")}}  # type: ignore[index]
SITE = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "status": {"enum": ["creating", "ready"]}},
}
PATHS = {
    "/hooks": {"post": {"requestBody": takes(NEW_HOOK), "responses": answers(HOOK, "201")}},
    "/hooks/{id}": {
        "get": {"responses": answers(HOOK)},
        "patch": {"requestBody": takes(NEW_HOOK), "responses": answers(HOOK)},
    },
    "/sites": {"post": {"requestBody": takes({"type": "object"}), "responses": answers(SITE, "201")}},
    "/sites/{id}": {"get": {"responses": answers(SITE)}},
}
MODEL = {"webhooks": {"resource": "hook", "url": "url", "events": "events", "secret": "secret", "enabled": "active"}}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Sandbox]:
    (tmp_path / "pages.yaml").write_text(yaml.safe_dump(document(PATHS)))
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(MODEL))
    told = Settings(port=0, document=(str(tmp_path / "pages.yaml"),), model=(str(tmp_path / "model.yaml"),), log_level="error")
    running = ThreadedServer(told).start()
    try:
        yield Mockenv(running.url).sandbox(clock={"mode": "manual", "now": datetime.now(UTC).isoformat()}, fixture="empty")
    finally:
        running.stop()


def test_a_subscription_is_told_of_what_it_wants_and_can_check_who_told_it(world: Sandbox, receiver: Receiver) -> None:
    pages = Browser(world, KEY)
    hook = pages("POST", "/hooks", {"url": receiver.url, "events": ["site.*"], "active": True}).json()
    site = pages("POST", "/sites", {}).json()
    world.advance("5s")
    told = [json.loads(one.body) for one in receiver.got]
    assert [(one["type"], one["data"]["id"]) for one in told] == [
        ("pages.site.created", site["id"]),
        ("pages.site.ready", site["id"]),
    ]
    key = Webhook(b64encode(hook["secret"].encode()).decode())
    for one in receiver.got:
        key.verify(one.body, {name.lower(): value for name, value in one.headers.items()})


def test_one_that_is_switched_off_hears_nothing(world: Sandbox, receiver: Receiver) -> None:
    pages = Browser(world, KEY)
    hook = pages("POST", "/hooks", {"url": receiver.url, "active": True}).json()
    assert pages("PATCH", f"/hooks/{hook['id']}", {"active": False}).json()["active"] is False
    pages("POST", "/sites", {})
    world.advance("5s")
    assert receiver.got == []
