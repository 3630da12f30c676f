"""What the later generation of Vector Pro can set for a site's CDN and WAF."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.february import FEBRUARY, ask, refused

pytestmark = pytest.mark.mockenv(options=FEBRUARY)
RULE: dict[str, Any] = {
    "description": "Everything over TLS",
    "action_type": "force-ssl",
    "trigger_matching_type": "match-any",
    "triggers": [{"type": "url", "pattern_matching_type": "match-any", "pattern_matches": ["*"]}],
}
LIST: dict[str, Any] = {"name": "Office", "type": 1, "content": "203.0.113.0/24\n198.51.100.1"}
GROUPS = [
    (
        "cdn/caching",
        27,
        {"disable_cookies": False, "cookie_vary_parameters": ["a"]},
        {"origin_shield_max_concurrent_requests": 10_001},
    ),
    ("cdn/optimizer", 11, {"optimizer_image_quality": 1}, {"optimizer_image_quality": 101}),
    ("waf/settings", 10, {"learning_mode": True, "disabled_rules": ["rule-1"]}, {"execution_mode": 2}),
    ("waf/ddos", 5, {"sensitivity": 4}, {"sensitivity": 5}),
    ("waf/bot-detection", 6, {"browser_fingerprint_complex_enabled": True}, {"ip_address_sensitivity": 4}),
]


@pytest.mark.parametrize(("slug", "members", "change", "wrong"), GROUPS, ids=[group[0] for group in GROUPS])
def test_what_is_changed_stays_and_the_rest_is_as_before(
    vector: Browser, mockenv: Sandbox, slug: str, members: int, change: dict[str, Any], wrong: dict[str, Any]
) -> None:
    path = f"/sites/12345/{slug}"
    before = ask(vector, "GET", path)
    assert len(before) == members
    assert ask(vector, "PUT", path, change) == ask(vector, "GET", path) == before | change != before
    assert list(refused(vector, "PUT", path, wrong)) == list(wrong)
    another = ask(vector, "POST", "/sites", {"your_customer_id": "c", "dev_php_version": "8.3"}, 201)["id"]
    assert ask(vector, "GET", f"/sites/{another}/{slug}") == before
    assert refused(vector, "GET", f"/sites/nobody/{slug}", status=404) == "Site not found"


def test_two_bounds_are_told_in_the_references_words(vector: Browser) -> None:
    shield = refused(vector, "PUT", "/sites/12345/cdn/caching", {"origin_shield_max_concurrent_requests": 10_001})
    assert shield == {"origin_shield_max_concurrent_requests": ["The max concurrent requests must not exceed 10,000."]}
    quality = refused(vector, "PUT", "/sites/12345/cdn/optimizer", {"optimizer_image_quality": 101})
    assert quality == {"optimizer_image_quality": ["The image quality must not exceed 100."]}


def test_an_edge_rule_comes_is_changed_and_goes(vector: Browser) -> None:
    base = "/sites/12345/cdn/edge-rules"
    made = ask(vector, "POST", base, RULE, 201)
    trigger = {**RULE["triggers"][0], "parameter_1": None}
    nothing = {"action_parameter_1": None, "action_parameter_2": None}
    assert made == {"guid": made["guid"], **RULE, "enabled": True, **nothing, "triggers": [trigger], "extra_actions": []}
    assert ask(vector, "GET", base) == [ask(vector, "GET", f"{base}/{made['guid']}")] == [made]
    action = {"action_type": "set-response-header", "action_parameter_1": "X-A"}
    changed = ask(vector, "PUT", f"{base}/{made['guid']}", {"enabled": False, "extra_actions": [action]})
    assert changed == made | {"enabled": False, "extra_actions": [{**action, "action_parameter_2": None}]}
    another = ask(vector, "POST", "/sites", {"your_customer_id": "c", "dev_php_version": "8.3"}, 201)["id"]
    assert refused(vector, "GET", f"/sites/{another}/cdn/edge-rules/{made['guid']}", status=404) == "Edge rule not found"
    assert ask(vector, "DELETE", f"{base}/{made['guid']}") == {}
    assert ask(vector, "GET", base) == []
    wrong = refused(vector, "POST", base, {**RULE, "action_type": "explode", "triggers": None})
    assert wrong["action_type"] == ["The action type must be a valid edge rule action type."]
    assert wrong["triggers"] == ["The triggers field is required."]


def test_access_lists_are_ones_own_or_kept_up_for_all(vector: Browser) -> None:
    base = "/sites/12345/waf/access-lists"
    made = ask(vector, "POST", base, LIST, 201)
    assert (made["entry_count"], made["description"]) == (2, None)
    shown = ask(vector, "GET", base)
    assert (shown["custom_list_count"], shown["custom_entry_count"]) == (1, 2)
    assert [one["name"] for one in shown["custom_lists"]] == ["Office"]
    changed = ask(vector, "PATCH", f"{base}/{made['id']}", {"content": "a\n\nb\nc"})
    assert (changed["entry_count"], changed["name"]) == (3, "Office")
    assert changed["checksum"] != made["checksum"]
    for which in ("managed_lists", "custom_lists"):
        one = shown[which][0]
        choice = {"is_enabled": not one["is_enabled"], "action": 3}
        assert ask(vector, "PATCH", f"{base}/configurations/{one['configuration_id']}", choice) == choice
        again = ask(vector, "GET", base)[which][0]
        assert {name: again[name] for name in choice} == choice
    wrong = refused(vector, "PATCH", f"{base}/configurations/42", {"action": 6})
    text = "The action must be 0 (Block), 1 (Log), 2 (Allow), 3 (Challenge), 4 (Captcha), or 5 (Bypass)."
    assert wrong == {"action": [text]}
    assert refused(vector, "PATCH", f"{base}/configurations/7", {}, 404) == "Access list configuration not found"
    assert ask(vector, "GET", f"{base}/enums")["actions"]["3"] == "Challenge"
    assert ask(vector, "DELETE", f"{base}/{made['id']}") == {}
    assert refused(vector, "GET", f"{base}/{made['id']}", status=404) == "Access list not found"


def test_access_lists_have_an_end(vector: Browser) -> None:
    base = "/sites/12345/waf/access-lists"
    many = "\n".join(map(str, range(10_000)))
    made = ask(vector, "POST", base, {**LIST, "content": many}, 201)["id"]
    assert list(refused(vector, "POST", base, LIST)) == ["content"]
    ask(vector, "PATCH", f"{base}/{made}", {"content": "one"})
    for _ in range(24):
        ask(vector, "POST", base, LIST, 201)
    assert list(refused(vector, "POST", base, LIST)) == ["name"]


def test_profiles_of_the_waf(vector: Browser) -> None:
    assert ask(vector, "GET", "/sites/12345/waf/profiles")[0] == {"Id": 1, "Name": "Default"}


def test_the_firewall_is_told_of(vector: Browser, mockenv: Sandbox) -> None:
    rule = {"name": "r", "request_count": 5, "timeframe": 1, "block_time": 60}
    id = ask(vector, "POST", "/sites/12345/waf/rate-limits", rule, 201)["id"]
    ask(vector, "DELETE", f"/sites/12345/waf/rate-limits/{id}")
    ask(vector, "POST", "/sites/12345/waf/blocked-ips", {"ip": "1.2.3.4"}, 201)
    ask(vector, "DELETE", "/sites/12345/waf/blocked-ips/1.2.3.4")
    assert [one["type"] for one in mockenv.events()] == [
        *("waf.ratelimit.created", "waf.ratelimit.deleted", "waf.blockedip.created", "waf.blockedip.deleted"),
    ]
