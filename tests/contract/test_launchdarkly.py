"""LaunchDarkly against its document, by requests that nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
from schemathesis import Case

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.contract import fuzzing

document = fuzzing.load("launchdarkly")


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return {"projectKey": "projectKey", "environmentKey": "production", "featureFlagKey": "dark-mode"}


@pytest.fixture(autouse=True)
def something_to_work_on(world: Sandbox) -> None:
    """Deletes come along: what the tests need is put back before each."""
    browser = Browser(world, world.headers("launchdarkly"))
    if browser("GET", "/api/v2/projects/projectKey").status_code == 404:
        browser("POST", "/api/v2/projects", {"name": "Example Project", "key": "projectKey"})
    browser("POST", "/api/v2/flags/projectKey", {"name": "Dark mode", "key": "dark-mode"})


@document.parametrize()
@fuzzing.SETTINGS
def test_every_reply_is_what_the_document_says(case: Case[Any], world: Sandbox, known: dict[str, Any]) -> None:
    fuzzing.check(case, world, "launchdarkly", known)


def test_what_was_created_can_be_used_along_the_documents_links(world: Sandbox) -> None:
    fuzzing.walk(document, world, "launchdarkly")
