"""New SDK and mobile keys, and how long the old ones live."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import DATED_BY_THE_SANDBOX, Browser
from tests.providers.launchdarkly.conftest import ENVIRONMENTS, show

NOW = 1_769_250_600_000
"""2026-01-24T10:30:00Z in milliseconds."""


def stored(mockenv: Sandbox, id: str) -> dict[str, Any]:
    """What later features can ask: the document behind the replies."""
    found: dict[str, Any] = next(
        one["document"] for one in mockenv.resources(provider="launchdarkly", kind="environment") if one["id"] == id
    )
    return found


@pytest.mark.parametrize(("path", "changed"), [("apiKey", "apiKey"), ("mobileKey", "mobileKey")])
def test_a_reset_changes_this_key_and_nothing_else(ld: Browser, path: str, changed: str) -> None:
    before = show(ld, "test")
    reply = ld("POST", f"{ENVIRONMENTS}/test/{path}")
    assert reply.status_code == 200
    after = reply.json()
    assert after.pop(changed) != before.pop(changed)
    assert after == before
    assert show(ld, "test")[changed] == reply.json()[changed]
    assert ld("POST", f"{ENVIRONMENTS}/test/{path}").json()[changed] not in (reply.json()[changed], before.get(changed))


@pytest.mark.parametrize("path", ["apiKey", "mobileKey"])
@pytest.mark.parametrize("media", [None, "application/x-www-form-urlencoded", "text/plain", "application/json"])
def test_a_reset_wants_no_body_and_takes_any_content_type(ld: Browser, path: str, media: str | None) -> None:
    headers = {"Content-Type": media} if media else {}
    assert ld("POST", f"{ENVIRONMENTS}/test/{path}", headers=headers).status_code == 200


def test_without_expiry_or_with_one_that_is_past_the_old_key_dies_at_once(ld: Browser, mockenv: Sandbox) -> None:
    id = show(ld, "test")["_id"]
    for query in ("", f"?expiry={NOW}", "?expiry=0", "?expiry=-5"):
        assert ld("POST", f"{ENVIRONMENTS}/test/apiKey{query}").status_code == 200
        assert stored(mockenv, id)["oldKeys"] == []


@DATED_BY_THE_SANDBOX
def test_until_its_expiry_the_old_key_is_kept_beside_the_new_one(ld: Browser, mockenv: Sandbox) -> None:
    first = show(ld, "test")
    ld("POST", f"{ENVIRONMENTS}/test/apiKey", params={"expiry": NOW + 60_000})
    assert stored(mockenv, first["_id"])["oldKeys"] == [{"apiKey": first["apiKey"], "expiry": NOW + 60_000}]
    mockenv.advance("30s")
    second = show(ld, "test")
    ld("POST", f"{ENVIRONMENTS}/test/apiKey", params={"expiry": NOW + 90_000})
    assert [one["apiKey"] for one in stored(mockenv, first["_id"])["oldKeys"]] == [first["apiKey"], second["apiKey"]]
    mockenv.advance("30s")
    ld("POST", f"{ENVIRONMENTS}/test/apiKey")
    assert [one["apiKey"] for one in stored(mockenv, first["_id"])["oldKeys"]] == [second["apiKey"]]


@pytest.mark.parametrize("expiry", ["soon", "1.5", "", "9" * 30])
def test_an_expiry_that_is_no_number_of_milliseconds_is_refused(ld: Browser, expiry: str) -> None:
    before = show(ld, "test")
    refused = ld("POST", f"{ENVIRONMENTS}/test/apiKey", params={"expiry": expiry})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert show(ld, "test") == before


def test_an_expiry_has_no_effect_on_a_mobile_key(ld: Browser) -> None:
    assert ld("POST", f"{ENVIRONMENTS}/test/mobileKey", params={"expiry": "whatever"}).status_code == 200


def test_the_same_seed_and_the_same_requests_give_the_same_keys(mockenv: Sandbox) -> None:
    seen = []
    for _ in range(2):
        with mockenv.server.sandbox(clock="manual", seed=7) as sandbox:
            ld = Browser(sandbox, sandbox.headers("launchdarkly"), sandbox.server.url)
            ld("POST", f"{ENVIRONMENTS}/test/apiKey")
            seen.append(show(ld, "test"))
    assert seen[0] == seen[1]
