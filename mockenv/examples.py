"""A small client of Vector Pro, as you might have one under test. The examples of these pages use it; it knows nothing of mockenv.

It stands on `requests`, which mockenv itself does not need: `pip install requests`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests


@dataclass
class VectorClient:
    """What it gets is the reply's `data`. Raises requests.HTTPError where the service refuses."""

    base_url: str
    token: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        reply = requests.request(method, f"{self.base_url}/api/v1/vector{path}", json=body, headers=headers, timeout=10)
        reply.raise_for_status()
        return reply.json()["data"]

    def create_environment(self, site: int, name: str, *, production: bool = False) -> Any:
        body = {"name": name, "php_version": "8.3", "is_production": production}
        return self.call("POST", f"/sites/{site}/environments", body)

    def environment(self, site: int, id: int) -> Any:
        return self.call("GET", f"/sites/{site}/environments/{id}")

    def wait_until_ready(self, site: int, id: int, polls: int = 20) -> Any:
        """Poll until the environment is active. Raises RuntimeError where it failed."""
        for _ in range(polls):
            found = self.environment(site, id)
            if found["status"] == "active":
                return found
            if found["status"] == "failed":
                raise RuntimeError(found["failure_reason"])
        raise TimeoutError(f"environment {id} is still {found['status']}")
