"""Clients of Phase in a fresh sandbox with a manual clock: one per role, and a world with the page's app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser

APP = "72b9ddd5-8fce-49ab-89d9-c431d53a9552"
SEALED_APP = "5d1f0c9e-3b7a-4c86-9e21-7f40a6d2b813"
DEVELOPMENT = "af6b7a8e-c268-48c2-967c-032e86e26110"
STAGING = "b12c3d4e-5678-90ab-cdef-1234567890ab"
PRODUCTION = "c23d4e5f-6789-01bc-def2-3456789012cd"
ENVIRONMENTS = f"/v1/environments/?app_id={APP}"
MISSING_NAME = "Missing required field: name"
BAD_NAME = "Environment name is invalid. Only letters, numbers, hyphens and underscores are allowed (max 64 characters)."


class Phase:
    """One sandbox's Phase, asked as any of its roles."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.browsers = {role: Browser(sandbox, sandbox.headers("phase", role)) for role in sandbox.tokens["phase"]}
        self.browsers["nobody"] = Browser(sandbox, {})

    def __call__(self, method: str, path: str, json: Any = None, role: str = "owner", **more: Any) -> requests.Response:
        return self.browsers[role](method, path, json, **more)

    def bearing(self, words: str, method: str, path: str, **more: Any) -> requests.Response:
        """With these words in the Authorization header."""
        return self.browsers["nobody"](method, path, headers={"Authorization": words, **more.pop("headers", {})}, **more)

    def make(self, name: str, app: str = APP, role: str = "owner") -> dict[str, Any]:
        reply = self("POST", f"/v1/environments/?app_id={app}", {"name": name}, role)
        assert reply.status_code == 201, reply.text
        made: dict[str, Any] = reply.json()
        return made

    def names(self, app: str = APP, role: str = "owner") -> list[str]:
        return [one["name"] for one in self("GET", f"/v1/environments/?app_id={app}", role=role).json()]

    def member(self, role: str) -> str:
        """The id of the member with this role (Owner, Manager, Developer)."""
        members = self("GET", "/v1/members/").json()["data"]
        return str(next(one["id"] for one in members if one["role"]["name"] == role))

    def service_account(self) -> str:
        return str(self("GET", "/v1/service-accounts/").json()["data"][-1]["id"])

    def role(self, name: str) -> str:
        return str(next(one["id"] for one in self("GET", "/v1/roles/").json()["data"] if one["name"] == name))

    def give(self, member: str, apps: dict[str, list[str]]) -> requests.Response:
        """Set a member's access."""
        body = {"apps": [{"id": app, "environments": environments} for app, environments in apps.items()]}
        return self("PUT", f"/v1/members/{self.member(member)}/access/", body)

    def add_secrets(self, *entries: dict[str, Any], env: str = "development", role: str = "owner") -> list[dict[str, Any]]:
        reply = self("POST", f"/v1/secrets/?app_id={APP}&env={env}", {"secrets": list(entries)}, role)
        assert reply.status_code == 200, reply.text
        made: list[dict[str, Any]] = reply.json()
        return made


def error(reply: requests.Response) -> tuple[int, str]:
    """Status and text of a refusal, which is one key and nothing else."""
    body = reply.json()
    assert list(body) == ["error"], body
    return reply.status_code, body["error"]


@pytest.fixture
def phase(mockenv: Sandbox) -> Phase:
    return Phase(mockenv)


@pytest.fixture
def strict(strict_server: Mockenv) -> Iterator[Phase]:
    """The same where only issued tokens count."""
    with strict_server.sandbox(clock="manual") as sandbox:
        yield Phase(sandbox)
