"""Vector Pro's event log."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data, deploy

EVENTS = f"{API}/events"


@pytest.fixture
def busy(vector: Browser, mockenv: Sandbox) -> str:
    """A world in which things have happened, at different times and by different callers."""
    environment = active_environment(vector, mockenv)  # at 10:30:04
    mockenv.advance("1h")
    deploy(vector, mockenv, environment)  # started 11:30:05, completed 11:30:06
    mockenv.advance("24h")
    data(vector, "POST", f"{SITE}/suspend")
    return environment


def listed(vector: Browser, query: str = "") -> list[Any]:
    return [one["type"].removeprefix("vector.") for one in data(vector, "GET", f"{EVENTS}?{query}")]


def test_an_event_has_the_guides_form(vector: Browser, mockenv: Sandbox) -> None:
    data(vector, "POST", f"{SITE}/suspend")
    reply = vector("GET", EVENTS).json()
    assert (reply["message"], reply["meta"]["total"]) == ("Events retrieved successfully", 2)
    newest, older = reply["data"]
    assert newest["id"].startswith("evt_")
    assert newest["id"] != older["id"]
    assert {**older, "id": ""} == {
        "id": "",
        "type": "vector.site.suspended",
        "actor": {"type": "api_key", "id": "key_owner", "name": "owner"},
        "resource": {"type": "site", "id": 12345},
        "metadata": {"partner_customer_id": "cust_abc123", "status": "suspended", "dev_domain": "happy-panda.vectorpages.com"},
        "occurred_at": "2026-01-24T10:30:00.000000Z",
    }


def test_what_time_did_was_the_system_and_what_a_key_did_was_the_key(vector: Browser, mockenv: Sandbox, busy: str) -> None:
    key = data(vector, "POST", f"{API}/api-keys", {"name": "CI/CD Key"}, 201)
    data(Browser(mockenv, {"Authorization": f"Bearer {key['token']}"}), "POST", f"{SITE}/unsuspend")
    actors = {one["type"]: one["actor"] for one in data(vector, "GET", EVENTS)}
    assert actors["vector.environment.created"] == {"type": "system", "id": None, "name": None}
    assert actors["vector.site.suspended"]["id"] == "key_owner"
    assert actors["vector.site.unsuspended"] == {"type": "api_key", "id": key["id"], "name": "CI/CD Key"}


def test_events_are_newest_first_and_paginated(vector: Browser, busy: str) -> None:
    assert listed(vector) == [
        "dev-site.suspended",
        "site.suspended",
        "deployment.completed",
        "deployment.started",
        "environment.created",
    ]
    second = vector("GET", f"{EVENTS}?per_page=2&page=2").json()
    assert [one["type"] for one in second["data"]] == ["vector.deployment.completed", "vector.deployment.started"]
    assert (second["meta"]["from"], second["meta"]["to"], second["meta"]["total"], second["meta"]["last_page"]) == (3, 4, 5, 3)
    assert data(vector, "GET", f"{EVENTS}?page=9") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=vector.site.suspended", ["site.suspended"]),
        ("event=vector.site.suspended", ["site.suspended"]),
        ("type=site.suspended", []),
        ("resource_type=deployment", ["deployment.completed", "deployment.started"]),
        ("resource_type=site&resource_id=12345", ["dev-site.suspended", "site.suspended"]),
        ("resource_type=site&resource_id=1", []),
        ("resource_type=environment&resource_id=67890", ["environment.created"]),
        ("resource_type=site&resource_id=12345&type=vector.site.suspended", ["site.suspended"]),
        ("resource_type=nothing", []),
        ("from=2026-01-25", ["dev-site.suspended", "site.suspended"]),
        ("to=2026-01-24", ["deployment.completed", "deployment.started", "environment.created"]),
        ("from=2026-01-24&to=2026-01-24T11:00:00Z", ["environment.created"]),
        ("from=2026-01-24T10:30:04Z&to=2026-01-24T10:30:04", ["environment.created"]),
        ("from=2026-01-24T10:30:04.000001Z&to=2026-01-24T11:30:05.999999Z", ["deployment.started"]),
        ("from=2026-01-24T12:30:05%2B01:00&to=2026-01-24T12:30:05%2B01:00", ["deployment.started"]),
        ("from=2026-01-26&to=2026-01-24", []),
        ("resource_type=deployment&from=2026-01-24T11:30:06Z", ["deployment.completed"]),
    ],
)
def test_filters_narrow_the_list(vector: Browser, busy: str, query: str, found: list[str]) -> None:
    assert listed(vector, query) == found
    assert vector("GET", f"{EVENTS}?{query}").json()["meta"]["total"] == len(found)


def test_what_is_older_than_ninety_days_is_not_shown_any_more(vector: Browser, mockenv: Sandbox) -> None:
    data(vector, "POST", f"{SITE}/suspend")
    mockenv.advance("2160h")
    assert listed(vector) == ["dev-site.suspended", "site.suspended"]
    mockenv.advance("1s")
    assert listed(vector) == listed(vector, "from=2020-01-01") == []


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("from=yesterday", {"from": ["The from is not a valid date."]}),
        ("to=2026-02-30", {"to": ["The to is not a valid date."]}),
        ("resource_id=12345", {"resource_type": ["The resource type field is required when resource id is present."]}),
        ("per_page=101", {"per_page": ["Maximum items per page is 100."]}),
    ],
)
def test_bad_filters_are_named(vector: Browser, query: str, errors: Any) -> None:
    refused = vector("GET", f"{EVENTS}?{query}")
    assert (refused.status_code, refused.json()["errors"]) == (422, errors)


def test_a_refused_request_is_no_event(vector: Browser) -> None:
    vector("POST", f"{SITE}/unsuspend")
    assert data(vector, "GET", EVENTS) == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B23:59", "9999-12-31", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_time_are_dates_like_others(vector: Browser, moment: str) -> None:
    for name in ("from", "to"):
        assert vector("GET", f"{EVENTS}?{name}={moment}").status_code == 200
