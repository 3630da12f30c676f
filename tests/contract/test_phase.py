"""Phase against its document, by requests that nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import Case

from mockenv.client import Mockenv, Sandbox
from tests.contract import fuzzing
from tests.providers.phase.conftest import APP, DEVELOPMENT, Phase

document = fuzzing.load("phase")


@pytest.fixture
def world(strict_server: Mockenv) -> Iterator[Sandbox]:
    """A world for each operation: deleting an app leaves little to ask about."""
    with strict_server.sandbox(clock="manual", seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def known(world: Sandbox) -> dict[str, Any]:
    """One of everything that a path can name."""
    phase = Phase(world)
    account = phase("POST", "/v1/service-accounts/", {"name": "robot", "role_id": phase.role("Service")}).json()
    policy: dict[str, Any] = {"permissions": {}, "app_permissions": {}}
    role = phase("POST", "/v1/roles/", {"name": "Custom", "permissions": policy}).json()["id"]
    ids = {"app_id": APP, "env_id": DEVELOPMENT, "account": account["id"], "token": account["initialToken"]["id"]}
    return {**ids, "member": phase.member("Developer"), "role": role}


@document.parametrize()
@fuzzing.SETTINGS
def test_every_reply_is_what_the_document_says(case: Case[Any], world: Sandbox, known: dict[str, Any]) -> None:
    fuzzing.check(case, world, "phase", known)


def test_what_was_created_can_be_used_along_the_documents_links(world: Sandbox) -> None:
    fuzzing.walk(document, world, "phase")
