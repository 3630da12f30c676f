"""What the tests of Vector Pro do again and again: an active environment, a deployment that has ended."""

from __future__ import annotations

from typing import Any

from mockenv.client import Sandbox
from tests.conftest import Browser

API = "/api/v1/vector"
SITE = f"{API}/sites/12345"
NO_SUCH_DEPLOYMENT = "The specified deployment does not exist for this environment or has no Ymir deployment ID."


def data(vector: Browser, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """The `data` of a reply that must have this status."""
    reply = vector(method, path, body)
    assert reply.status_code == status, reply.text
    return reply.json()["data"]


def active_environment(vector: Browser, sandbox: Sandbox, name: str = "staging", site: int = 12345, **more: Any) -> str:
    """The path of an environment that has gone through all its steps."""
    made = data(vector, "POST", f"{API}/sites/{site}/environments", {"name": name, "php_version": "8.3", **more}, 201)
    assert sandbox.advance_until(f"vector/environment/{made['id']}", "active").reached
    return f"{API}/sites/{site}/environments/{made['id']}"


def deploy(vector: Browser, sandbox: Sandbox, environment: str, *, failing: str = "") -> dict[str, Any]:
    """A deployment that has ended, well or with this reason."""
    if failing:
        sandbox.fault({"fail": failing}, provider="vector", resource="deployment", step="deploying", times=1)
    id = data(vector, "POST", f"{environment}/deployments", status=202)["id"]
    assert sandbox.advance_until(f"vector/deployment/{id}", "failed" if failing else "deployed").reached
    ended: dict[str, Any] = data(vector, "GET", f"{environment}/deployments/{id}")
    return ended


def types(sandbox: Sandbox, after: int = 0) -> list[str]:
    """The types of the events after this one."""
    return [one["type"] for one in sandbox.events(after)]
