"""Vector Pro's webhooks: made, listed, shown, changed, deleted. What they are sent is tested elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockenv.client import Sandbox
from mockenv.providers.vector.telling import EVENTS
from tests.conftest import Browser

WEBHOOKS = "/api/v1/vector/webhooks"
URL = "https://your-app.com/webhooks/vector"


def make(vector: Browser, **more: Any) -> dict[str, Any]:
    reply = vector("POST", WEBHOOKS, {"url": URL, "events": ["vector.site.created"], **more})
    assert reply.status_code == 201, reply.text
    data: dict[str, Any] = reply.json()["data"]
    return data


def test_the_secret_is_shown_once(vector: Browser) -> None:
    reply = vector("POST", WEBHOOKS, {"url": URL, "events": ["vector.site.created"]}).json()
    assert reply["message"] == "Webhook created successfully. Store the secret securely - it will not be shown again."
    made = reply["data"]
    assert re.fullmatch(r"whsec_[0-9a-f]{32}", made["secret"])
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", made["id"])
    assert {name: made[name] for name in ("type", "url", "events", "enabled")} == {
        "type": "http",
        "url": URL,
        "events": ["vector.site.created"],
        "enabled": True,
    }
    shown = {name: value for name, value in made.items() if name != "secret"}
    one = vector("GET", f"{WEBHOOKS}/{made['id']}").json()
    assert (one["data"], one["message"]) == (shown, "Webhook retrieved successfully")
    many = vector("GET", WEBHOOKS).json()
    assert (many["data"], many["message"], many["meta"]["total"]) == ([shown], "Webhooks retrieved successfully", 1)
    changed = vector("PUT", f"{WEBHOOKS}/{made['id']}", {"enabled": False}).json()
    assert (changed["data"], changed["message"]) == ({**shown, "enabled": False}, "Webhook updated successfully")


def test_a_slack_webhook_has_no_secret_and_needs_slacks_address(vector: Browser) -> None:
    reply = vector(
        "POST", WEBHOOKS, {"type": "slack", "url": "https://hooks.slack.com/services/T/B/x", "events": ["vector.site.created"]}
    ).json()
    assert (reply["data"]["type"], "secret" in reply["data"]) == ("slack", False)
    assert reply["message"] == "Slack webhook created successfully."
    for url in (URL, "http://hooks.slack.com/x"):
        refused = vector("POST", WEBHOOKS, {"type": "slack", "url": url, "events": ["vector.site.created"]}).json()
        assert refused["errors"] == {"url": ["The url must be a Slack webhook URL."]}
    refused = vector("PUT", f"{WEBHOOKS}/{reply['data']['id']}", {"url": URL}).json()
    assert refused["http_status"] == 422


def test_only_what_is_given_changes_and_the_type_never(vector: Browser, mockenv: Sandbox) -> None:
    made = make(vector)
    mockenv.advance("1m")
    told = {"events": ["vector.site.*"], "type": "slack", "secret": "mine"}
    changed = vector("PUT", f"{WEBHOOKS}/{made['id']}", told).json()["data"]
    expected = {**made, "events": ["vector.site.*"], "updated_at": "2026-01-24T10:31:00.000000Z"}
    expected.pop("secret")
    assert changed == expected
    assert [one["type"] for one in mockenv.events()] == ["vector.webhook.created", "vector.webhook.updated"]
    assert "secret" not in str(mockenv.events())


def test_a_deleted_webhook_is_gone(vector: Browser) -> None:
    id = make(vector)["id"]
    reply = vector("DELETE", f"{WEBHOOKS}/{id}")
    assert (reply.status_code, reply.json()) == (200, {"data": {}, "message": "Webhook deleted successfully", "http_status": 200})
    for method in ("GET", "PUT", "DELETE"):
        gone = vector(method, f"{WEBHOOKS}/{id}", {} if method == "PUT" else None)
        assert (gone.status_code, gone.json()) == (404, {"data": {}, "message": "Webhook not found", "http_status": 404})


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://example.com", 201),
        ("HTTPS://example.com/a?b=c", 201),
        ("http://127.0.0.1:8080/hook", 201),
        ("http://localhost/hook", 201),
        ("http://10.1.2.3/", 201),
        ("http://[::1]:9/", 201),
        ("http://receiver:8080/", 201),
        ("http://host.docker.internal/", 201),
        ("http://example.com/", 422),
        ("http://8.8.8.8/", 422),
        ("ftp://example.com/", 422),
        ("https://", 422),
        ("https://example.com:port/", 422),
        ("https://[::1/", 422),
        ("//example.com", 422),
        ("", 422),
        (None, 422),
        (5, 422),
    ],
)
def test_addresses_are_https_or_near(vector: Browser, url: Any, status: int) -> None:
    reply = vector("POST", WEBHOOKS, {"url": url, "events": ["vector.site.created"]})
    assert reply.status_code == status
    if status == 422:
        assert set(reply.json()["errors"]) == {"url"}
    else:
        assert reply.json()["data"]["url"] == url


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"url": ["The url field is required."], "events": ["The events field is required."]}),
        ({"url": URL, "events": []}, {"events": ["At least one event must be specified."]}),
        ({"url": URL, "events": "vector.site.created"}, {"events": ["The events must be an array."]}),
        ({"url": URL, "events": [5]}, {"events.0": ["The events.0 must be a string.", "The selected events.0 is invalid."]}),
        (
            {"url": URL, "events": ["vector.site.created"], "enabled": "no"},
            {"enabled": ["The enabled field must be true or false."]},
        ),
        ({"url": URL, "events": ["vector.site.created"], "type": "carrier pigeon"}, {"type": ["The selected type is invalid."]}),
    ],
)
def test_bad_values_are_named_in_laravels_words(vector: Browser, body: dict[str, Any], errors: dict[str, Any]) -> None:
    reply = vector("POST", WEBHOOKS, body)
    assert (reply.status_code, reply.json()["errors"]) == (422, errors)
    assert vector("GET", WEBHOOKS).json()["data"] == []


def test_a_reader_may_look_but_not_touch(vector: Browser, reader: Browser) -> None:
    id = make(vector)["id"]
    assert [reader("GET", path).status_code for path in (WEBHOOKS, f"{WEBHOOKS}/{id}")] == [200, 200]
    for method, path in (("POST", WEBHOOKS), ("PUT", f"{WEBHOOKS}/{id}"), ("DELETE", f"{WEBHOOKS}/{id}")):
        assert reader(method, path, {}).status_code == 403


def test_ids_sort_by_time_and_pages_keep_their_order(vector: Browser, mockenv: Sandbox) -> None:
    ids = []
    for _ in range(3):
        ids.append(make(vector)["id"])
        mockenv.advance("1ms")
    assert ids == sorted(ids)
    assert [one["id"] for one in vector("GET", f"{WEBHOOKS}?per_page=2&page=2").json()["data"]] == ids[2:]


@pytest.mark.parametrize("name", ["vector.site.creatd", "site.created", "site.*", "*", "vector.sites.*", ""])
def test_a_webhook_for_an_event_that_does_not_exist_is_refused(vector: Browser, name: str) -> None:
    expected = "The events.1 field is required." if not name else "The selected events.1 is invalid."
    made, events = make(vector), ["vector.site.created", name]
    for method, path in (("POST", WEBHOOKS), ("PUT", f"{WEBHOOKS}/{made['id']}")):
        refused = vector(method, path, {"url": URL, "events": events})
        assert (refused.status_code, refused.json()["errors"]) == (422, {"events.1": [expected]})
    assert vector("GET", WEBHOOKS).json()["meta"]["total"] == 1


@pytest.mark.parametrize(
    "name",
    [
        *(one for one in EVENTS if one.startswith("vector.")),
        "vector.*",
        "vector.site.*",
        "vector.dns.record-created",
        "vector.ssh-key.*",
    ],
)
def test_every_event_that_is_emitted_or_in_the_guide_may_be_asked_for(vector: Browser, name: str) -> None:
    assert make(vector, events=[name])["events"] == [name]
