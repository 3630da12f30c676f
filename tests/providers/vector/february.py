"""Asking in the generation of February 2026: a call that must answer so, an environment that is there."""

from __future__ import annotations

import re
from typing import Any

from mockenv.client import Sandbox
from tests.conftest import Browser

API = "/api/v1/vector"
ULID = re.compile("[0-9a-hjkmnp-tv-z]{26}")
FEBRUARY = {"vector": {"generation": "2026-02"}}


def ask(vector: Browser, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    reply = vector(method, f"{API}{path}", body)
    assert reply.status_code == status, reply.text
    assert reply.json()["http_status"] == status
    return reply.json()["data"]


def refused(vector: Browser, method: str, path: str, body: Any = None, status: int = 422) -> Any:
    """Its `errors`, or its message where it has none."""
    reply = vector(method, f"{API}{path}", body)
    assert (reply.status_code, reply.json()["data"]) == (status, {}), reply.text
    return reply.json().get("errors", reply.json()["message"])


def make_environment(vector: Browser, sandbox: Sandbox, name: str = "production", **more: Any) -> dict[str, Any]:
    """An active one of the site that the fixture has."""
    body = {"name": name, "php_version": "8.3", "custom_domain": None, "is_production": name == "production", **more}
    made: dict[str, Any] = ask(vector, "POST", "/sites/12345/environments", body, 201)
    sandbox.advance_until_idle()
    return made
