"""Test your client's retries

A service that is down for a moment says so: 503, or 429 when you ask too often, and in `Retry-After` how long to wait. Does your client
wait that long? Does it try again at all, and does it ever stop? Here a client's `sleep` is `sandbox.advance`, so no test waits.

Ready-made: the scenarios `flaky-503` and `rate-limited`, see [faults](faults.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockenv.client import Sandbox

SITES = "/api/v1/vector/sites"


class RetryingClient:
    """The client under test: four tries, and as much patience as it is asked for."""

    def __init__(self, base_url: str, headers: dict[str, str], sleep: Callable[[float], Any]) -> None:
        self.base_url, self.headers, self.sleep = base_url, headers, sleep

    def get(self, path: str) -> Any:
        for _ in range(4):
            reply = requests.get(f"{self.base_url}{path}", headers=self.headers, timeout=10)
            if reply.status_code not in (429, 503):
                break
            self.sleep(float(reply.headers.get("Retry-After", 1)))
        reply.raise_for_status()
        return reply.json()["data"]


@pytest.fixture
def client(mockenv: Sandbox) -> RetryingClient:
    return RetryingClient(mockenv.url, mockenv.headers("vector"), mockenv.advance)


def test_it_waits_as_long_as_it_is_told(mockenv: Sandbox, client: RetryingClient) -> None:
    """Down twice, then up: three requests, ten seconds apart."""
    mockenv.fault({"status": 503, "headers": {"Retry-After": "10"}}, operation="listSites", times=2)
    assert client.get(SITES)
    assert [one["at"][11:19] for one in mockenv.journal()] == ["10:30:00", "10:30:10", "10:30:20"]


def test_it_gives_up_in_the_end(mockenv: Sandbox, client: RetryingClient) -> None:
    """Down for good: it says so after its last try, and does not go on forever."""
    mockenv.fault({"status": 503}, provider="vector")
    with pytest.raises(requests.HTTPError, match="503"):
        client.get(SITES)
    assert mockenv.verify({"operation": "listSites"}, exactly=4)


def test_it_does_not_repeat_what_cannot_succeed(mockenv: Sandbox, client: RetryingClient) -> None:
    """A 403 is an answer. Asking again does not change it."""
    mockenv.fault({"status": 403}, operation="listSites")
    with pytest.raises(requests.HTTPError, match="403"):
        client.get(SITES)
    assert mockenv.verify({"operation": "listSites"}, exactly=1)


def test_an_outage_that_ends_by_itself(mockenv: Sandbox, client: RetryingClient) -> None:
    """`expires` is the sandbox's time: the service is back after a minute, whoever asks how often."""
    mockenv.fault({"rate_limit": {"retry_after": "30s"}}, provider="vector", expires="1m")
    assert client.get(SITES)
    assert [one["status"] for one in mockenv.journal()] == [429, 429, 200]


@pytest.mark.mockenv(scenario="flaky-503")
def test_a_whole_session_on_shaky_ground(client: RetryingClient) -> None:
    """Every third request fails, whatever it is; nobody should notice."""
    assert [len(client.get(SITES)) for _ in range(9)] == [1] * 9
