"""Vector Pro's site logs, certificates and cache purge."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data, deploy

# Logs


@pytest.fixture
def deployed(vector: Browser, mockenv: Sandbox) -> dict[str, str]:
    """Three deployments to two environments: their ids."""
    production, qa = (
        active_environment(vector, mockenv, "production", is_production=True),
        active_environment(vector, mockenv, "qa"),
    )
    good = deploy(vector, mockenv, production)["id"]  # ends 10:30:11
    bad = deploy(vector, mockenv, qa, failing="Error: no\nline two")["id"]  # 10:30:13
    last = deploy(vector, mockenv, qa)["id"]  # 10:30:15
    return {"good": good, "bad": bad, "last": last}


def messages(vector: Browser, query: str = "") -> list[str]:
    return [line["message"] for line in data(vector, "GET", f"{SITE}/logs?{query}")]


def test_a_sites_logs_are_what_its_deployments_said_newest_first(vector: Browser, deployed: dict[str, str]) -> None:
    reply = vector("GET", f"{SITE}/logs").json()
    assert list(reply) == ["data", "message", "http_status"]
    assert reply["message"] == "Logs retrieved successfully"
    assert [line["message"] for line in reply["data"]] == [
        "Deployment completed successfully",
        "line two",
        "Error: no",
        "Assets synced to CDN",
        "Deployment completed successfully",
    ]
    assert reply["data"][2] == {
        "timestamp": "2026-01-24T10:30:13.000000Z",
        "level": "error",
        "message": "Error: no",
        "request_id": None,
        "environment": "qa",
        "deployment_id": deployed["bad"],
        "duration_ms": None,
    }


def test_logs_are_narrowed_by_all_their_filters(vector: Browser, deployed: dict[str, str]) -> None:
    assert messages(vector, "level=error") == ["line two", "Error: no"]
    assert messages(vector, "environment=production") == ["Assets synced to CDN", "Deployment completed successfully"]
    assert messages(vector, "environment=production&level=error") == messages(vector, "environment=unheard-of") == []
    assert messages(vector, f"deployment_id={deployed['last']}") == ["Deployment completed successfully"]
    assert messages(vector, "start_time=2026-01-24T10:30:14Z") == ["Deployment completed successfully"]
    assert messages(vector, "start_time=2026-01-24T10:30:12Z&end_time=2026-01-24T10:30:13Z&level=error&environment=qa") == [
        "line two",
        "Error: no",
    ]
    assert messages(vector, "limit=1") == ["Deployment completed successfully"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "level=fatal", "start_time=now", "end_time=2026-13-01"])
def test_bad_log_filters_are_refused(vector: Browser, query: str) -> None:
    refused = vector("GET", f"{SITE}/logs?{query}")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [query.partition("=")[0]])


def test_a_site_without_deployments_has_no_logs_and_one_that_is_not_there_is_not_found(vector: Browser) -> None:
    assert data(vector, "GET", f"{SITE}/logs") == []
    assert vector("GET", f"{API}/sites/1/logs").json()["message"] == "Site not found"


def test_logs_go_with_their_environment(vector: Browser, mockenv: Sandbox, deployed: dict[str, str]) -> None:
    data(vector, "DELETE", f"{SITE}/environments/qa")
    mockenv.advance_until_idle()
    assert messages(vector) == ["Assets synced to CDN", "Deployment completed successfully"]


# Certificates


def with_domain(vector: Browser, mockenv: Sandbox) -> str:
    """A production environment whose certificate waits for the customer's DNS."""
    return active_environment(vector, mockenv, is_production=True, custom_domain="www.example.com")


def test_without_a_domain_of_its_own_an_environment_is_ready_when_it_is_active(vector: Browser, mockenv: Sandbox) -> None:
    id = data(vector, "POST", f"{SITE}/environments", {"name": "qa", "php_version": "8.3"}, 201)["id"]
    steps = []
    for _ in range(2):
        steps.append(data(vector, "GET", f"{SITE}/environments/{id}/ssl"))
        mockenv.advance_until_idle()
    assert steps == [{"provisioning_step": step, "error": None, "dns_instructions": None} for step in ("requesting_cert", "ready")]


def test_a_custom_domain_waits_for_the_customers_dns_and_a_nudge_says_it_is_done(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv, "production", is_production=True, custom_domain="www.example.com")
    platform = data(vector, "GET", environment)["platform_domain"]
    waiting = {"type": "CNAME", "name": "www.example.com", "value": platform}
    reply = vector("GET", f"{environment}/ssl").json()
    assert reply["data"] == {"provisioning_step": "waiting_custom_dns", "error": None, "dns_instructions": waiting}
    assert reply["message"] == "SSL status retrieved"
    moved = vector("POST", f"{environment}/ssl/nudge").json()
    assert moved["message"] == "SSL provisioning advanced from waiting_custom_dns to provisioning_cdn_ssl"
    assert moved["data"] == {"provisioning_step": "provisioning_cdn_ssl", "error": None, "dns_instructions": None}
    for step in ("provisioning_cdn_ssl", "complete"):
        reply = vector("POST", f"{environment}/ssl/nudge", {"retry": False}).json()
        assert reply["message"] == f"SSL provisioning is waiting and cannot advance yet. Current step: {step}"
        assert reply["data"]["provisioning_step"] == step
        mockenv.advance("1s")


def test_a_certificate_that_fails_says_why_and_is_tried_again(vector: Browser, mockenv: Sandbox) -> None:
    environment = with_domain(vector, mockenv)
    mockenv.fault({"fail": "the authority says no"}, provider="vector", resource="ssl", step="provisioning_cdn_ssl", times=1)
    vector("POST", f"{environment}/ssl/nudge")
    mockenv.advance_until_idle()
    failed = data(vector, "GET", f"{environment}/ssl")
    assert (failed["provisioning_step"], failed["error"]) == ("provisioning_cdn_ssl", "the authority says no")
    assert data(vector, "POST", f"{environment}/ssl/nudge", {"retry": True})["error"] is None
    mockenv.advance_until_idle()
    assert data(vector, "GET", f"{environment}/ssl")["provisioning_step"] == "complete"


def test_another_domain_begins_again_and_none_is_ready(vector: Browser, mockenv: Sandbox) -> None:
    environment = with_domain(vector, mockenv)
    vector("POST", f"{environment}/ssl/nudge")
    data(vector, "PUT", environment, {"custom_domain": "shop.example.com"})
    assert [entry["step"] for entry in mockenv.agenda()] == ["requesting_cert"]
    mockenv.advance_until_idle()
    assert data(vector, "GET", f"{environment}/ssl")["dns_instructions"]["name"] == "shop.example.com"
    vector("POST", f"{environment}/ssl/nudge")
    data(vector, "PUT", environment, {"custom_domain": None})
    assert mockenv.agenda() == []
    assert data(vector, "GET", f"{environment}/ssl")["provisioning_step"] == "ready"


def walk(vector: Browser, mockenv: Sandbox, environment: str) -> list[str]:
    """The steps of a certificate, up to where it stays."""
    steps: list[str] = []
    while not steps or mockenv.agenda():
        steps.append(data(vector, "GET", f"{environment}/ssl")["provisioning_step"])
        mockenv.advance("1s")
    return [*steps, data(vector, "GET", f"{environment}/ssl")["provisioning_step"]]


AUTOMATIC = ["requesting_cert", "waiting_cert", "deploying", "configuring_dns"]


@pytest.mark.parametrize(("is_production", "end"), [(True, "waiting_custom_dns"), (False, "ready")])
def test_a_domain_that_is_attached_walks_all_steps_that_are_automatic(
    vector: Browser, mockenv: Sandbox, is_production: bool, end: str
) -> None:
    environment = active_environment(vector, mockenv, is_production=is_production)
    reply = data(vector, "PUT", environment, {"custom_domain": "www.example.com"})
    assert (reply["custom_domain"], reply["ssl_provisioning_step"]) == ("www.example.com", "requesting_cert")
    assert "ssl_provisioning_step" not in data(vector, "GET", environment)
    assert walk(vector, mockenv, environment) == [*AUTOMATIC, end]


def test_a_staging_certificate_ends_at_ready_until_the_environment_is_promoted(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv, custom_domain="staging.example.com")
    assert data(vector, "GET", f"{environment}/ssl") == {"provisioning_step": "ready", "error": None, "dns_instructions": None}
    assert vector("POST", f"{environment}/ssl/nudge").json()["message"].endswith("Current step: ready")
    data(vector, "PUT", environment, {"is_production": True})
    assert data(vector, "GET", f"{environment}/ssl")["provisioning_step"] == "waiting_custom_dns"


def test_a_step_that_failed_is_where_a_certificate_is_tried_again(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv, is_production=True)
    mockenv.fault({"fail": "no record"}, provider="vector", resource="ssl", step="waiting_cert", times=1)
    data(vector, "PUT", environment, {"custom_domain": "www.example.com"})
    mockenv.advance_until_idle()
    failed = data(vector, "GET", f"{environment}/ssl")
    assert (failed["provisioning_step"], failed["error"]) == ("waiting_cert", "no record")
    vector("POST", f"{environment}/ssl/nudge")
    assert walk(vector, mockenv, environment) == [*AUTOMATIC[1:], "waiting_custom_dns"]


def test_a_certificate_under_way_goes_with_its_environment(vector: Browser, mockenv: Sandbox) -> None:
    environment = with_domain(vector, mockenv)
    mockenv.hold("provisioning_cdn_ssl")
    vector("POST", f"{environment}/ssl/nudge")
    data(vector, "DELETE", environment)
    mockenv.advance_until_idle()
    assert mockenv.agenda() == []


@pytest.mark.mockenv(clock="auto")
def test_polling_a_certificate_moves_an_auto_clock(vector: Browser) -> None:
    body = {"name": "qa", "php_version": "8.3", "is_production": True, "custom_domain": "www.example.com"}
    environment = f"{SITE}/environments/{data(vector, 'POST', f'{SITE}/environments', body, 201)['id']}"
    while data(vector, "GET", environment)["status"] == "pending":
        pass
    vector("POST", f"{environment}/ssl/nudge")
    assert data(vector, "GET", f"{environment}/ssl")["provisioning_step"] == "complete"


# Cache


@pytest.mark.parametrize("path", ["purge-cache", "cdn/cache/purge"])
@pytest.mark.parametrize(
    ("body", "message", "purged"),
    [
        (None, "Cache purged successfully", {}),
        ({}, "Cache purged successfully", {}),
        ({"cache_tag": None, "url": None}, "Cache purged successfully", {}),
        ({"cache_tag": "images"}, "Cache purged successfully for tag: images", {"cache_tag": "images"}),
        ({"url": "https://example.com/style.css"}, "URL purged successfully", {"url": "https://example.com/style.css"}),
    ],
)
def test_a_purge_says_what_was_purged(vector: Browser, path: str, body: Any, message: str, purged: Any) -> None:
    reply = vector("POST", f"{SITE}/{path}", body)
    assert (reply.status_code, reply.json()) == (200, {"data": purged, "message": message, "http_status": 200})


def test_a_bad_url_is_not_purged(vector: Browser) -> None:
    refused = vector("POST", f"{SITE}/purge-cache", {"url": "style.css"})
    assert refused.json()["errors"] == {"url": ["The url field must be a valid URL."]}
    assert refused.json()["message"] == "Validation failed"
