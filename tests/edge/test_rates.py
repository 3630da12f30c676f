"""Rate limits that the user sets, on every service, on the sandbox's clock."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError
from tests.conftest import Browser

REQUESTS: dict[str, tuple[str, str, Any]] = {
    "vector": ("GET", "/api/v1/vector/sites", None),
    "phase": ("GET", "/v1/apps/", None),
    "launchdarkly": ("GET", "/api/v2/projects", None),
    "archie": ("POST", "/graphql", {"query": "{__typename}"}),
}


@pytest.mark.parametrize("provider", REQUESTS)
def test_three_a_minute_are_three_a_minute(mockenv_server: Mockenv, provider: str) -> None:
    with mockenv_server.sandbox(clock="manual", options={provider: {"rate_limits": "3/minute"}}) as sandbox:
        client = Browser(sandbox, sandbox.headers(provider))
        statuses = [client(*REQUESTS[provider]).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        sandbox.advance("59s")
        assert client(*REQUESTS[provider]).status_code == 429
        sandbox.advance("1s")
        assert client(*REQUESTS[provider]).status_code == 200


@pytest.mark.parametrize("provider", REQUESTS)
def test_a_rate_that_is_none_is_refused(mockenv_server: Mockenv, provider: str) -> None:
    with pytest.raises(MockenvError, match="not a rate"):
        mockenv_server.sandbox(options={provider: {"rate_limits": "often"}})
