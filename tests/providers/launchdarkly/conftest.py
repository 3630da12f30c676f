"""Clients of LaunchDarkly in a fresh sandbox with a manual clock: plain HTTP in three roles, and the official one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import launchdarkly_api
import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser

PROJECT = "/api/v2/projects/projectKey"
ENVIRONMENTS = f"{PROJECT}/environments"


@pytest.fixture
def ld(mockenv: Sandbox) -> Browser:
    """It comes by its token, as to the service: links are then the service's own."""
    return Browser(mockenv, mockenv.headers("launchdarkly", "owner"), mockenv.server.url)


@pytest.fixture
def writer(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("launchdarkly", "writer"))


@pytest.fixture
def reader(mockenv: Sandbox) -> Browser:
    return Browser(mockenv, mockenv.headers("launchdarkly", "reader"))


@pytest.fixture
def api(mockenv: Sandbox) -> Iterator[launchdarkly_api.ApiClient]:
    """The official client, strict about every type in every reply."""
    told = launchdarkly_api.Configuration(host=mockenv.server.url)
    told.api_key["ApiKey"] = mockenv.tokens["launchdarkly"]["owner"]
    told.retries = False
    with launchdarkly_api.ApiClient(told) as client:
        yield client


def make(ld: Browser, key: str = "staging", **more: Any) -> dict[str, Any]:
    reply = ld("POST", ENVIRONMENTS, {"name": key.title(), "key": key, "color": "DADBEE", **more})
    assert reply.status_code == 201, reply.text
    environment: dict[str, Any] = reply.json()
    return environment


def show(ld: Browser, key: str = "staging") -> dict[str, Any]:
    reply = ld("GET", f"{ENVIRONMENTS}/{key}")
    assert reply.status_code == 200, reply.text
    environment: dict[str, Any] = reply.json()
    return environment


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}
