"""Vector Pro against its document, by requests that nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
from schemathesis import Case

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.contract import fuzzing

document = fuzzing.load("vector")


@pytest.fixture(scope="module")
def known(world: Sandbox) -> dict[str, Any]:
    """An active environment and a webhook beside the fixture's site."""
    vector = Browser(world, world.headers("vector"))
    sites = "/api/v1/vector/sites"
    environment = vector("POST", f"{sites}/12345/environments", {"name": "staging", "php_version": "8.3"}).json()["data"]
    webhook = vector("POST", "/api/v1/vector/webhooks", {"url": "https://example.com", "events": ["vector.site.created"]})
    world.advance_until_idle()
    return {"site": 12345, "env": environment["id"], "webhook": webhook.json()["data"]["id"]}


@document.parametrize()
@fuzzing.SETTINGS
def test_every_reply_is_what_the_document_says(case: Case[Any], world: Sandbox, known: dict[str, Any]) -> None:
    fuzzing.check(case, world, "vector", known)


def test_what_was_created_can_be_used_along_the_documents_links(world: Sandbox) -> None:
    fuzzing.walk(document, world, "vector")
