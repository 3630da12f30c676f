"""Rate limits: off unless asked for, per account, in a minute that slides on the sandbox's clock."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.providers.phase.conftest import APP, DEVELOPMENT, ENVIRONMENTS, Phase, error

FIVE = pytest.mark.mockenv(options={"phase": {"rate_limits": "5/minute"}})
ACCOUNTS = "/v1/service-accounts/"


def throttled(phase: Phase, role: str = "owner") -> bool:
    return phase("GET", ENVIRONMENTS, role=role).status_code == 429


def test_by_default_nobody_is_throttled(phase: Phase) -> None:
    assert not any(throttled(phase) for _ in range(130))


@FIVE
def test_the_sixth_request_within_a_minute_is_429_with_retry_after_alone(phase: Phase) -> None:
    assert [throttled(phase) for _ in range(5)] == [False] * 5
    reply = phase("GET", ENVIRONMENTS)
    assert error(reply) == (429, "Request was throttled. Expected available in 60 seconds.")
    assert reply.headers["Retry-After"] == "60"
    assert reply.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert not [name for name in reply.headers if "ratelimit" in name.lower()]


@FIVE
def test_the_window_slides_and_the_wait_is_rounded_up(phase: Phase, mockenv: Sandbox) -> None:
    for _ in range(5):
        assert not throttled(phase)
        mockenv.advance(10)
    assert phase("GET", ENVIRONMENTS).headers["Retry-After"] == "10"
    mockenv.advance("8100ms")
    assert error(phase("GET", ENVIRONMENTS)) == (429, "Request was throttled. Expected available in 2 seconds.")
    mockenv.advance("1s")
    reply = phase("GET", ENVIRONMENTS)
    assert error(reply) == (429, "Request was throttled. Expected available in 1 second.")
    assert reply.headers["Retry-After"] == "1"
    mockenv.advance("900ms")
    assert [throttled(phase), throttled(phase)] == [False, True]  # one left the window


@FIVE
def test_each_account_has_its_own_budget_and_all_its_tokens_share_it(phase: Phase) -> None:
    tokens = f"{ACCOUNTS}{phase.service_account()}/tokens/"  # the list counts, and so does this
    second = phase("POST", tokens, {"name": "second"}).json()["bearerToken"]
    for _ in range(3):
        assert not throttled(phase, "service_account")
    for _ in range(2):
        assert phase.bearing(f"Bearer {second}", "GET", ENVIRONMENTS).status_code == 200
    assert phase.bearing(f"Bearer {second}", "GET", ENVIRONMENTS).status_code == 429
    assert throttled(phase, "service_account")
    assert not throttled(phase, "manager")


COUNTED = [
    ("GET", ENVIRONMENTS, 200),
    ("GET", "/v1/environments/", 403),
    ("PATCH", ENVIRONMENTS, 405),
    ("POST", ENVIRONMENTS, 400),
    ("GET", "/v1/roles/zzz/", 404),
    ("PATCH", "/v1/secrets/", 403),
]
UNCOUNTED = [
    ("GET", "/v1/environments/?app_id=zzz", 404),
    ("GET", "/v1/environments/zzz/", 404),
    ("GET", f"/v1/environments/?app_id={APP}&env=zzz", 404),
    ("GET", "/v1/environments?x", 404),
    ("GET", "/v1/secrets/?secret_id=zzz", 404),
    ("GET", "/health/", 200),
]


@FIVE
@pytest.mark.parametrize(("method", "path", "status"), COUNTED)
def test_what_gets_past_authentication_counts_whatever_becomes_of_it(phase: Phase, method: str, path: str, status: int) -> None:
    assert [phase(method, path).status_code for _ in range(5)] == [status] * 5
    assert throttled(phase)


@FIVE
@pytest.mark.parametrize(("method", "path", "status"), UNCOUNTED)
def test_what_does_not_get_past_it_does_not_count(phase: Phase, method: str, path: str, status: int) -> None:
    assert [phase(method, path).status_code for _ in range(9)] == [status] * 9
    assert [throttled(phase) for _ in range(6)] == [False] * 5 + [True]


@FIVE
def test_refused_credentials_and_throttled_requests_do_not_count(phase: Phase, mockenv: Sandbox) -> None:
    for _ in range(9):
        assert phase.bearing("Bearer a b", "GET", ENVIRONMENTS).status_code == 401
        assert phase("GET", ENVIRONMENTS, headers={"Accept": "text/html"}).status_code == 406
    assert [throttled(phase) for _ in range(20)] == [False] * 5 + [True] * 15
    mockenv.advance(60)
    assert [throttled(phase) for _ in range(6)] == [False] * 5 + [True]


@FIVE
def test_throttling_comes_before_the_gates(phase: Phase) -> None:
    for _ in range(5):
        assert not throttled(phase)
    for method, path in (("PATCH", "/v1/environments/"), ("DELETE", f"/v1/environments/{DEVELOPMENT}/"), ("POST", "/v1/apps/")):
        assert phase(method, path).status_code == 429
    assert phase("GET", f"/v1/environments/{DEVELOPMENT}/", role="developer").status_code == 200


def on(plan: str) -> dict[str, Any]:
    return {
        "fixture": {"phase": {"organisation": {"plan": plan}}},
        "options": {"phase": {"rate_limits": "published"}},
        "clock": "manual",
    }


@pytest.mark.parametrize(("plan", "allowed"), [("Free", 120), ("Pro", 240), ("Enterprise", None)])
def test_the_published_limits_follow_the_plan(mockenv_server: Mockenv, plan: str, allowed: int | None) -> None:
    with mockenv_server.sandbox(**on(plan)) as sandbox:
        phase = Phase(sandbox)
        statuses = [phase("GET", "/v1/apps/").status_code for _ in range(250)]
    assert statuses.count(200) == (allowed or 250)


def test_a_rate_that_is_none_is_refused_when_the_sandbox_is_made(mockenv_server: Mockenv) -> None:
    with pytest.raises(MockenvError, match=r"options\.phase\.rate_limits: 'often' is not a rate"):
        mockenv_server.sandbox(options={"phase": {"rate_limits": "often"}})
