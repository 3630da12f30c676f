"""Vector's client in a fresh sandbox, and short ways to make things there."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser

SITES = "/api/v1/vector/sites"
ENVIRONMENTS = f"{SITES}/12345/environments"


class Maker:
    """Makes environments in one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = Browser(sandbox, sandbox.headers("vector"))

    def __call__(self, name: str = "staging", **more: Any) -> str:
        """The resource name of a new environment."""
        reply = self.http("POST", ENVIRONMENTS, {"name": name, "php_version": "8.3", **more})
        assert reply.status_code == 201, reply.text
        return f"vector/environment/{reply.json()['data']['id']}"

    def show(self, resource: str) -> dict[str, Any]:
        data: dict[str, Any] = self.http("GET", f"{ENVIRONMENTS}/{resource.rpartition('/')[2]}").json()["data"]
        return data


@pytest.fixture
def make(mockenv: Sandbox) -> Maker:
    return Maker(mockenv)
