"""Rate limits: off by default, on the sandbox's clock, told by headers in milliseconds."""

from __future__ import annotations

import pytest

from mockenv.client import MockenvError, Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, PROJECT, replace
from tests.providers.launchdarkly.test_keys import NOW


def test_nothing_is_limited_by_default(ld: Browser) -> None:
    replies = [ld("GET", PROJECT) for _ in range(150)]
    assert {reply.status_code for reply in replies} == {200}
    assert not any(name.lower().startswith("x-ratelimit") for name in replies[-1].headers)


@pytest.mark.mockenv(options={"launchdarkly": {"rate_limits": "3/10s"}})
@DATED_BY_THE_SANDBOX
def test_a_rate_for_the_account_is_shared_by_its_tokens_and_frees_itself(ld: Browser, reader: Browser, mockenv: Sandbox) -> None:
    first = ld("GET", PROJECT)
    assert (first.headers["X-Ratelimit-Global-Limit"], first.headers["X-Ratelimit-Global-Remaining"]) == ("3", "2")
    mockenv.advance("2s")
    assert reader("GET", "/api/v2/projects/nix").headers["X-Ratelimit-Global-Remaining"] == "1"
    assert ld("GET", PROJECT).headers["X-Ratelimit-Global-Remaining"] == "0"
    refused = ld("GET", PROJECT)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.json()["message"] == "You've exceeded the API rate limit. Try again later."
    assert (refused.headers["X-Ratelimit-Reset"], refused.headers["X-Ratelimit-Global-Remaining"]) == (str(NOW + 10_000), "0")
    assert "Retry-After" not in refused.headers
    mockenv.advance("7999ms")
    assert ld("GET", PROJECT).status_code == 429
    mockenv.advance("1ms")
    assert ld("GET", PROJECT).status_code == 200


@pytest.mark.mockenv(options={"launchdarkly": {"rate_limits": "1/minute"}})
def test_what_needs_no_token_is_not_counted_and_neither_is_a_401(ld: Browser, mockenv: Sandbox) -> None:
    for _ in range(3):
        assert ld("GET", "/api/v2/").status_code == 200
        assert Browser(mockenv, {})("GET", PROJECT).status_code == 401
    assert [ld("GET", PROJECT).status_code for _ in range(2)] == [200, 429]


@pytest.mark.mockenv(options={"launchdarkly": {"rate_limits": "published"}})
def test_published_limits_have_a_route_family_for_changes(ld: Browser) -> None:
    path = f"{ENVIRONMENTS}/test"
    assert "X-Ratelimit-Route-Limit" not in ld("GET", path).headers
    replies = [ld("PATCH", path, [replace("/name", "N")]) for _ in range(21)]
    assert [reply.status_code for reply in replies] == [200] * 20 + [429]
    assert [reply.headers["X-Ratelimit-Route-Remaining"] for reply in replies[-3:]] == ["1", "0", "0"]
    assert replies[-1].headers["X-Ratelimit-Global-Limit"] == "100"
    assert ld("GET", path).status_code == 200
    assert ld("POST", f"{path}/apiKey").status_code == 200


@pytest.mark.parametrize("rate", ["fast", "5", "5/x", "-1/minute", "5/10"])
def test_a_rate_that_is_none_is_refused_when_the_sandbox_is_made(mockenv: Sandbox, rate: str) -> None:
    if rate == "5/10":  # a bare number of seconds is a duration
        mockenv.server.sandbox(options={"launchdarkly": {"rate_limits": rate}}).drop()
        return
    with pytest.raises(MockenvError, match="rate_limits"):
        mockenv.server.sandbox(options={"launchdarkly": {"rate_limits": rate}})
