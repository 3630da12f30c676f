"""Vector Pro's account summary and PHP versions."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data

NONE = dict.fromkeys(("pending", "active", "suspended", "terminating", "failed", "terminated"), 0)


def test_the_summary_counts_by_status_and_names_those_that_are_empty(vector: Browser, mockenv: Sandbox) -> None:
    reply = vector("GET", f"{API}/account").json()
    assert (reply["message"], reply["http_status"]) == ("Account summary retrieved successfully", 200)
    assert list(reply["data"]) == ["owner", "account", "cluster", "domains", "sites", "environments"]
    assert reply["data"]["sites"] == {"total": 1, "by_status": {**NONE, "active": 1}}
    assert reply["data"]["environments"] == {"total": 0, "by_status": NONE}


def test_the_counts_follow_what_happens(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    data(vector, "POST", f"{SITE}/environments", {"name": "b", "php_version": "8.3"}, 201)
    data(vector, "POST", f"{environment}/suspend")
    data(vector, "POST", f"{SITE}/clone", {"partner_customer_id": "c"}, 201)
    summary = data(vector, "GET", f"{API}/account")
    assert summary["sites"] == {"total": 2, "by_status": {**NONE, "active": 1, "pending": 1}}
    assert summary["environments"] == {"total": 2, "by_status": {**NONE, "suspended": 1, "pending": 1}}
    data(vector, "DELETE", environment)
    mockenv.advance_until_idle()
    assert data(vector, "GET", f"{API}/account")["environments"] == {"total": 1, "by_status": {**NONE, "active": 1}}


def test_the_php_versions_are_exactly_those_that_can_be_chosen(vector: Browser) -> None:
    assert vector("GET", f"{API}/php-versions").json() == {
        "data": [{"value": version, "label": f"PHP {version}"} for version in ("8.1", "8.2", "8.3")],
        "message": "PHP versions retrieved successfully",
        "http_status": 200,
    }


@pytest.mark.parametrize("path", ["/api/v1/ping", "/api/v1/auth/whoami", "/api/v1/vector/user"])
def test_a_command_line_can_log_in_with_a_good_token_alone(vector: Browser, reader: Browser, mockenv: Sandbox, path: str) -> None:
    for somebody in (vector, reader):
        reply = somebody("GET", path)
        assert (reply.status_code, reply.json()["http_status"]) == (200, 200)
    refused = Browser(mockenv, {})("GET", path)
    assert (refused.status_code, refused.json()) == (401, {"data": {}, "message": "Unauthenticated", "http_status": 401})


def test_whoami_and_user_show_an_integer_id_a_name_and_an_email(vector: Browser) -> None:
    shown = vector("GET", "/api/v1/auth/whoami").json()["data"]
    assert {name: type(value) for name, value in shown.items()} == {"id": int, "name": str, "email": str}
    assert vector("GET", "/api/v1/vector/user").json()["data"] == shown
