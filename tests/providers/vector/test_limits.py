"""Vector Pro's rate limits: off unless asked for, then as published."""

from __future__ import annotations

import pytest

from mockenv.bootstrap import document_of
from mockenv.client import Sandbox
from mockenv.providers.vector import Service
from mockenv.providers.vector.limits import LIMITS
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE

published = pytest.mark.mockenv(options={"vector": {"rate_limits": "published"}})


def test_without_the_option_nothing_is_limited_or_told(vector: Browser) -> None:
    for _ in range(15):
        reply = vector("PUT", SITE, {})
        assert reply.status_code == 200
    assert not any(name.lower().startswith("x-ratelimit") for name in reply.headers)


@published
def test_an_hours_changes_of_sites_are_used_up_and_come_back(vector: Browser, mockenv: Sandbox) -> None:
    left = []
    for _ in range(10):
        left.append(vector("PUT", SITE, {}).headers["X-RateLimit-Remaining"])
        mockenv.advance("1m")
    assert left == [str(number) for number in range(9, -1, -1)]
    for method, path in (("PUT", SITE), ("PUT", f"{SITE}/suspend")):
        refused = vector(method, path)
        assert (refused.status_code, refused.json()) == (429, {"data": {}, "message": "Too Many Attempts.", "http_status": 429})
        assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Limit"]) == ("3000", "10")
    assert vector("GET", SITE).headers["X-RateLimit-Limit"] == "120"
    mockenv.advance("50m")
    assert vector("PUT", SITE, {}).status_code == 200
    assert vector("PUT", SITE, {}).status_code == 429


@published
def test_reading_has_a_limit_of_its_own_that_starts_anew_each_minute(vector: Browser, mockenv: Sandbox) -> None:
    statuses = [vector("GET", f"{API}/php-versions").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    mockenv.advance("1m")
    assert vector("GET", SITE).status_code == 200


@published
def test_logs_have_the_one_published_text(vector: Browser) -> None:
    replies = [vector("GET", f"{SITE}/logs") for _ in range(61)]
    assert [one.status_code for one in replies] == [200] * 60 + [429]
    assert replies[-1].json()["message"] == "Too many log queries. Rate limit: 60 per hour."


@published
def test_a_caller_that_nobody_knows_uses_up_nothing(vector: Browser, mockenv: Sandbox) -> None:
    for _ in range(12):
        assert Browser(mockenv, {})("PUT", SITE, {}).status_code == 401
    assert vector("PUT", SITE, {}).headers["X-RateLimit-Remaining"] == "9"


def test_the_groups_name_operations_that_exist() -> None:
    assert set(LIMITS) <= set(Service(document_of(Service)).documented())
