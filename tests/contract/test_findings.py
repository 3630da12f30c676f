"""What fuzzing has found once: each example stays, with the sentence that it broke."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.bootstrap import openapi_folder
from mockenv.client import Sandbox
from mockenv.contract.document import load_document
from mockenv.contract.validation import Validators
from tests.conftest import Browser

POLICY: dict[str, Any] = {"permissions": {}, "app_permissions": {}}


@pytest.mark.parametrize("changes", [{"description": "Só"}, {"color": "#123456"}])
def test_a_role_takes_each_member_alone_and_the_document_says_so(mockenv: Sandbox, changes: dict[str, Any]) -> None:
    phase = Browser(mockenv, mockenv.headers("phase"))
    role = phase("POST", "/v1/roles/", {"name": "Reader", "permissions": POLICY}).json()["id"]
    assert phase("PUT", f"/v1/roles/{role}/", changes).status_code == 200
    document = load_document("phase", openapi_folder() / "phase.yaml")
    assert Validators(document).component("RoleChanges", changes) == []


@pytest.mark.parametrize("origin", ["http://[", "//[::1"])
def test_an_origin_that_is_no_url_is_a_foreign_one(mockenv: Sandbox, origin: str) -> None:
    reply = Browser(mockenv, {"Origin": origin})("GET", "/_mockenv/health")
    assert (reply.status_code, reply.headers["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("status", ["\xb2", "9" * 5_000, "-1", "\xbd503"])
def test_a_fault_that_asks_for_no_status_is_told_what_one_is(mockenv: Sandbox, status: str) -> None:
    asked = {"X-Mockenv-Fault": f"status={status}".encode("latin-1")}
    reply = Browser(mockenv, mockenv.headers("vector"))("GET", "/api/v1/vector/sites", headers=asked)
    assert (reply.status_code, "is an HTTP status from 200 to 599" in reply.text) == (400, True)
