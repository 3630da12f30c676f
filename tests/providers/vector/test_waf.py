"""Vector Pro's WAF: four lists and rate-limit rules; and what a site's cache settings say."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data

WAF = f"{SITE}/waf"
LISTS = [
    ("blocked-ips", "Blocked IP", {"ip": "1.2.3.4"}, {"ip": "1.2.3.4"}, "1.2.3.4"),
    ("allowed-ips", "Allowed IP", {"ip": "2001:DB8::0:1"}, {"ip": "2001:db8::1"}, "2001:db8::1"),
    (
        "blocked-referrers",
        "Blocked referrer",
        {"domain": "spam-domain.com"},
        {"domain": "spam-domain.com", "hostname": "spam-domain.com"},
        "spam-domain.com",
    ),
    (
        "allowed-referrers",
        "Allowed referrer",
        {"hostname": "*.Trusted.com"},
        {"domain": "*.trusted.com", "hostname": "*.trusted.com"},
        "*.trusted.com",
    ),
]
RULE = {"name": "API Rate Limit", "request_count": 100, "timeframe": 1, "block_time": 60, "value": "/api/*", "operator": "regex"}


@pytest.mark.parametrize(("slug", "title", "body", "shown", "value"), LISTS, ids=[one[0] for one in LISTS])
def test_entries_come_are_listed_and_go_by_their_id_or_by_what_they_are(
    vector: Browser, slug: str, title: str, body: dict[str, str], shown: dict[str, str], value: str
) -> None:
    path = f"{WAF}/{slug}"
    for name in ("id", "value"):
        added = vector("POST", path, body)
        entry = added.json()["data"]
        assert (added.status_code, added.json()["message"]) == (201, f"{title} added successfully")
        assert entry == {"id": entry["id"], **shown}
        assert data(vector, "POST", path, body, 201) == entry  # there once, however often it is added
        listed = vector("GET", path).json()
        assert listed == {"data": [entry], "message": f"{title}s retrieved successfully", "http_status": 200}  # not paginated
        removed = vector("DELETE", f"{path}/{entry['id'] if name == 'id' else value}").json()
        assert (removed["data"], removed["message"]) == (entry, f"{title} removed successfully")
        missing = vector("DELETE", f"{path}/{entry['id']}")
        assert (missing.status_code, missing.json()["message"]) == (404, f"{title} not found")


def test_an_entry_is_in_its_own_list_of_its_own_site(vector: Browser) -> None:
    entry = data(vector, "POST", f"{WAF}/blocked-ips", {"ip": "1.2.3.4"}, 201)
    other = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"}, 201)["id"]
    for path in (f"{WAF}/allowed-ips", f"{API}/sites/{other}/waf/blocked-ips"):
        assert data(vector, "GET", path) == []
        assert vector("DELETE", f"{path}/{entry['id']}").status_code == vector("DELETE", f"{path}/1.2.3.4").status_code == 404


@pytest.mark.parametrize(
    ("slug", "body", "errors"),
    [
        ("blocked-ips", {}, {"ip": ["The ip field is required."]}),
        ("blocked-ips", {"ip": "1.2.3"}, {"ip": ["The ip must be a valid IP address."]}),
        ("allowed-ips", {"ip": "example.com"}, {"ip": ["The ip must be a valid IP address."]}),
        ("blocked-referrers", {}, {"domain": ["The domain field is required."]}),
        ("blocked-referrers", {"domain": "https://spam.com"}, {"domain": ["The domain must be a valid domain."]}),
        ("allowed-referrers", {"hostname": "a b"}, {"hostname": ["The hostname must be a valid domain."]}),
    ],
)
def test_what_is_no_address_and_no_name_is_refused(vector: Browser, slug: str, body: Any, errors: Any) -> None:
    refused = vector("POST", f"{WAF}/{slug}", body)
    assert (refused.status_code, refused.json()["errors"]) == (422, errors)


def test_a_rule_lives(vector: Browser) -> None:
    made = vector("POST", f"{WAF}/rate-limits", RULE)
    rule = made.json()["data"]
    assert (made.status_code, made.json()["message"]) == (201, "Rate limit created successfully")
    assert list(rule) == ["id", "name", "description", "shield_zone_id", "configuration"]
    assert rule["configuration"] == {
        "request_count": 100,
        "timeframe": 1,
        "block_time": 60,
        "value": "/api/*",
        "action": "rate-limit",
        "operator": "regex",
        "variables": [],
        "transformations": [],
    }
    one = f"{WAF}/rate-limits/{rule['id']}"
    assert (data(vector, "GET", one), data(vector, "GET", f"{WAF}/rate-limits")) == (rule, [rule])
    changed = data(vector, "PUT", one, {"request_count": 200, "variables": ["args"], "value": None})
    assert changed == {
        **rule,
        "configuration": {**rule["configuration"], "request_count": 200, "variables": ["args"], "value": None},
    }
    assert vector("DELETE", one).json() == {"data": {}, "message": "Rate limit deleted successfully", "http_status": 200}
    assert vector("GET", one).json()["message"] == "Rate limit not found"


def test_a_zone_has_25_rules_and_the_26th_is_refused_without_errors(vector: Browser) -> None:
    for _ in range(25):
        data(vector, "POST", f"{WAF}/rate-limits", RULE, 201)
    full = {"data": {}, "message": "Rate limit rule limit reached (25 rules per zone)", "http_status": 422}
    assert vector("POST", f"{WAF}/rate-limits", RULE).json() == full
    assert vector("PUT", f"{WAF}/rate-limit", {"requests_per_second": 100}).json() == full


def test_the_guides_one_number_is_one_of_the_rules(vector: Browser) -> None:
    for count in (100, 50):
        reply = vector("PUT", f"{WAF}/rate-limit", {"requests_per_second": count}).json()
        assert reply == {"data": {"requests_per_second": count}, "message": "Rate limit updated successfully", "http_status": 200}
        [rule] = data(vector, "GET", f"{WAF}/rate-limits")
        assert (rule["configuration"]["request_count"], rule["configuration"]["timeframe"]) == (count, 1)


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"timeframe": 5}, {"timeframe": ["The timeframe field must be a valid enum value."]}),
        ({"block_time": 31}, {"block_time": ["The block duration field must be a valid enum value."]}),
        ({"operator": "like"}, {"operator": ["The match operator field must be a valid enum value."]}),
        ({"request_count": 0}, {"request_count": ["The request count must be at least 1."]}),
        ({"request_count": 1_000_001}, {"request_count": ["The request count must not be greater than 1000000."]}),
        ({"name": ""}, {"name": ["The name field is required."]}),
        ({"variables": ["weather"]}, {"variables.0": ["The selected variables.0 is invalid."]}),
    ],
)
def test_bad_rules_are_refused_when_they_are_made_and_when_they_change(vector: Browser, change: Any, errors: Any) -> None:
    rule = data(vector, "POST", f"{WAF}/rate-limits", RULE, 201)["id"]
    for method, path in (("POST", f"{WAF}/rate-limits"), ("PUT", f"{WAF}/rate-limits/{rule}")):
        refused = vector(method, path, RULE | change)
        assert (refused.status_code, refused.json()["errors"], refused.json()["message"]) == (422, errors, "Validation failed")


def test_a_reader_sees_the_waf_and_changes_nothing(vector: Browser, reader: Browser) -> None:
    entry = data(vector, "POST", f"{WAF}/blocked-ips", {"ip": "1.2.3.4"}, 201)["id"]
    assert reader("GET", f"{WAF}/blocked-ips").status_code == reader("GET", f"{WAF}/rate-limits").status_code == 200
    for method, path in (
        ("POST", "blocked-ips"),
        ("DELETE", f"blocked-ips/{entry}"),
        ("PUT", "rate-limit"),
        ("POST", "rate-limits"),
    ):
        assert reader(method, f"{WAF}/{path}", {}).status_code == 403


def test_the_waf_goes_with_its_site(vector: Browser, mockenv: Sandbox) -> None:
    data(vector, "POST", f"{WAF}/blocked-ips", {"ip": "1.2.3.4"}, 201)
    data(vector, "POST", f"{WAF}/rate-limits", RULE, 201)
    vector("DELETE", SITE)
    mockenv.advance_until_idle()
    assert mockenv.resources(provider="vector") == []


def test_cache_settings_are_productions_and_remember_the_purge(vector: Browser, mockenv: Sandbox) -> None:
    path, none = f"{SITE}/cdn/cache", {"enabled": False, "environment_id": None, "domain": None, "last_purged_at": None}
    assert data(vector, "GET", path) == none
    active_environment(vector, mockenv, "staging")
    assert data(vector, "GET", path) == none
    active_environment(vector, mockenv, "production", is_production=True, custom_domain="www.example.com")
    vector("POST", f"{path}/purge")
    shown = vector("GET", path).json()
    assert shown["message"] == "Cache settings retrieved successfully"
    assert shown["data"] == {
        "enabled": True,
        "environment_id": 67891,
        "domain": "www.example.com",
        "last_purged_at": "2026-01-24T10:30:09.000000Z",
    }
