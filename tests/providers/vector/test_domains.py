"""Vector Pro's verification of domains."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, data

DOMAINS = f"{API}/domains"


def begin(vector: Browser, domain: str = "example.com") -> dict[str, Any]:
    claim: dict[str, Any] = data(vector, "POST", DOMAINS, {"domain": domain}, 201)
    return claim


def test_the_reply_says_which_record_the_customer_needs(vector: Browser) -> None:
    claim = begin(vector)
    token = claim["verification_token"]
    assert claim == {
        "id": claim["id"],
        "domain": "example.com",
        "verified": False,
        "verification_token": token,
        "verification_record": {"type": "TXT", "name": "_vector-verify.example.com", "value": token},
    }
    assert (claim["id"][:4], token[:14]) == ("dom_", "vector-verify-")
    assert begin(vector)["verification_token"] != token


def test_the_record_is_found_a_step_after_it_was_asked_for(vector: Browser, mockenv: Sandbox) -> None:
    claim = begin(vector)
    verify = f"{DOMAINS}/{claim['id']}/verify"
    for _ in range(2):
        asked = vector("POST", verify).json()
        assert (asked["data"], asked["message"]) == (claim, "Domain verification is pending")
    assert [entry["step"] for entry in mockenv.agenda()] == ["verifying"]
    mockenv.advance("1s")
    found = vector("POST", verify).json()
    assert (found["data"], found["message"]) == ({**claim, "verified": True}, "Domain verified successfully")


def test_a_record_that_is_not_there_is_looked_for_again(vector: Browser, mockenv: Sandbox) -> None:
    claim = begin(vector)
    verify = f"{DOMAINS}/{claim['id']}/verify"
    mockenv.fault({"fail": "no TXT record"}, provider="vector", resource="domain", step="verifying", times=1)
    vector("POST", verify)
    mockenv.advance_until_idle()
    assert [one["document"]["error"] for one in mockenv.resources(kind="domain")] == ["no TXT record"]
    assert "error" not in data(vector, "POST", verify)
    mockenv.advance_until_idle()
    assert data(vector, "POST", verify)["verified"] is True


@pytest.mark.parametrize("domain", ["", "https://example.com", "example", "a b.com", None, 5])
def test_what_is_no_domain_is_refused(vector: Browser, domain: Any) -> None:
    refused = vector("POST", DOMAINS, {"domain": domain})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["domain"])


def test_a_domain_that_nobody_claimed_is_not_found_and_a_reader_claims_none(vector: Browser, reader: Browser) -> None:
    gone = vector("POST", f"{DOMAINS}/dom_0/verify")
    assert (gone.status_code, gone.json()["message"]) == (404, "Domain not found")
    assert reader("POST", DOMAINS, {"domain": "example.com"}).status_code == 403
