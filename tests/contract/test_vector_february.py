"""Vector Pro's generation of February 2026 against its document, by requests that nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import Case

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.contract import fuzzing

document = fuzzing.load("vector-2026-02")


@pytest.fixture(scope="module")
def later(strict_server: Mockenv) -> Iterator[Sandbox]:
    with strict_server.sandbox(clock="manual", options={"vector": {"generation": "2026-02"}}) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def known(later: Sandbox) -> dict[str, Any]:
    """An active environment and a webhook beside the fixture's site."""
    vector = Browser(later, later.headers("vector"))
    body = {"name": "staging", "php_version": "8.3", "custom_domain": None}
    environment = vector("POST", "/api/v1/vector/sites/12345/environments", body).json()["data"]
    webhook = vector("POST", "/api/v1/vector/webhooks", {"url": "https://example.com", "events": ["site.created"]})
    later.advance_until_idle()
    return {"site": 12345, "env": environment["id"], "webhook": webhook.json()["data"]["id"]}


@document.parametrize()
@fuzzing.SETTINGS
def test_every_reply_is_what_the_document_says(case: Case[Any], later: Sandbox, known: dict[str, Any]) -> None:
    fuzzing.check(case, later, "vector", known)


def test_what_was_created_can_be_used_along_the_documents_links(later: Sandbox) -> None:
    fuzzing.walk(document, later, "vector")
