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
