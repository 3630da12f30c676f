"""Vector Pro's sites and environments suspended and taken up again; sites cloned."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data, types

CLONE = {"partner_customer_id": "cust_new_client", "name": "Cloned Project", "tags": ["template-clone"]}


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_site_is_suspended_and_taken_up_again_by_either_method(vector: Browser, mockenv: Sandbox, method: str) -> None:
    mockenv.advance("5s")
    reply = vector(method, f"{SITE}/suspend").json()
    assert (reply["data"]["status"], reply["message"], reply["http_status"]) == (
        "suspended",
        "Vector site suspension initiated",
        200,
    )
    assert reply["data"]["updated_at"] == "2026-01-24T10:30:05.000000Z"
    assert data(vector, "GET", SITE) == reply["data"]
    reply = vector(method, f"{SITE}/unsuspend").json()
    assert (reply["data"]["status"], reply["message"]) == ("active", "Vector site unsuspension initiated")
    assert types(mockenv) == [
        "vector.site.suspended",
        "vector.dev-site.suspended",
        "vector.site.unsuspended",
        "vector.dev-site.unsuspended",
    ]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_environment_likewise(vector: Browser, mockenv: Sandbox, method: str) -> None:
    environment = active_environment(vector, mockenv)
    before = mockenv.events()[-1]["id"]
    assert data(vector, method, f"{environment}/suspend")["status"] == "suspended"
    assert data(vector, method, f"{environment}/unsuspend")["status"] == "active"
    assert types(mockenv, before) == ["vector.environment.suspended", "vector.environment.unsuspended"]


def test_the_refusal_names_the_state_in_the_published_words(vector: Browser) -> None:
    data(vector, "POST", f"{SITE}/suspend")
    text = "Site cannot be suspended from current state 'suspended'. Site must be 'active' to be suspended."
    refused = vector("PUT", f"{SITE}/suspend")
    assert (refused.status_code, refused.json()) == (
        422,
        {"data": {}, "errors": {"status": [text]}, "message": text, "http_status": 422},
    )
    data(vector, "POST", f"{SITE}/unsuspend")
    text = "Site cannot be unsuspended from current state 'active'. Site must be 'suspended' to be unsuspended."
    assert vector("POST", f"{SITE}/unsuspend").json()["errors"] == {"status": [text]}


def test_a_suspended_sites_environments_go_on_running(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    data(vector, "POST", f"{SITE}/suspend")
    assert data(vector, "GET", environment)["status"] == "active"


@pytest.mark.parametrize("body", [b"", b"{}", b"{", b"[1]"])
def test_a_bodiless_operation_does_not_look_at_the_body(vector: Browser, body: bytes) -> None:
    reply = vector("PUT", f"{SITE}/suspend", data=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 200


def test_another_method_is_refused_with_those_that_there_are(vector: Browser) -> None:
    refused = vector("PATCH", f"{SITE}/suspend")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST, PUT")


def test_what_does_not_exist_is_not_suspended_and_a_reader_may_not(vector: Browser, reader: Browser) -> None:
    assert vector("POST", f"{API}/sites/1/suspend").json()["message"] == "Site not found"
    assert vector("POST", f"{SITE}/environments/1/suspend").json()["message"] == "Environment not found"
    assert reader("PUT", f"{SITE}/suspend").status_code == 403
    assert data(vector, "GET", SITE)["status"] == "active"


def test_a_clone_is_a_pending_site_with_the_sources_php_version(vector: Browser, mockenv: Sandbox) -> None:
    source = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "a", "dev_php_version": "8.1", "tags": ["old"]}, 201)
    mockenv.advance_until_idle()
    active_environment(vector, mockenv, site=source["id"])
    reply = vector("POST", f"{API}/sites/{source['id']}/clone", CLONE)
    made = reply.json()["data"]
    assert (reply.status_code, reply.json()["message"]) == (201, "Site cloned successfully")
    assert {name: made[name] for name in (*CLONE, "status", "dev_php_version")} == {
        **CLONE,
        "status": "pending",
        "dev_php_version": "8.1",
    }
    assert made["id"] == source["id"] + 1
    assert made["dev_domain"] is made["sftp_password"] is made["db_password"] is None


def test_a_clone_gets_credentials_of_its_own_and_no_environments(vector: Browser, mockenv: Sandbox) -> None:
    active_environment(vector, mockenv)
    id = data(vector, "POST", f"{SITE}/clone", {"partner_customer_id": "c"}, 201)["id"]
    mockenv.advance_until_idle()
    source, clone = data(vector, "GET", SITE), data(vector, "GET", f"{API}/sites/{id}")
    assert (clone["status"], clone["sftp_username"], clone["name"], clone["tags"]) == ("active", f"vector_{id}", None, [])
    for name in ("dev_domain", "sftp_password", "db_password"):
        assert clone[name] not in (None, source[name])
    assert data(vector, "GET", f"{API}/sites/{id}/environments") == []


def test_its_events_tell_of_a_new_site_and_of_a_clone(vector: Browser, mockenv: Sandbox) -> None:
    id = data(vector, "POST", f"{SITE}/clone", {"partner_customer_id": "c"}, 201)["id"]
    mockenv.advance_until_idle()
    assert types(mockenv) == [
        "vector.site.pending",
        "vector.site.created",
        "vector.dev-site.created",
        "vector.dev-site.cloned",
    ]
    assert {one["resource"] for one in mockenv.events()} == {f"vector/site/{id}"}


def test_only_an_active_site_is_cloned_and_its_customer_must_be_named(vector: Browser, mockenv: Sandbox) -> None:
    missing = vector("POST", f"{SITE}/clone", {})
    assert missing.json()["errors"] == {"partner_customer_id": ["The partner customer id field is required."]}
    data(vector, "POST", f"{SITE}/suspend")
    refused = vector("POST", f"{SITE}/clone", CLONE)
    assert (refused.status_code, refused.json()) == (
        422,
        {
            "data": {},
            "errors": {"site": ["Source site must be in active state to clone."]},
            "message": "Validation failed",
            "http_status": 422,
        },
    )
    assert data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.1"}, 201)["id"] == 12346


def test_a_clone_can_fail_like_any_site(vector: Browser, mockenv: Sandbox) -> None:
    mockenv.fault({"fail": "no room"}, provider="vector", resource="site", step="provisioning")
    id = data(vector, "POST", f"{SITE}/clone", CLONE, 201)["id"]
    mockenv.advance_until_idle()
    failed = data(vector, "GET", f"{API}/sites/{id}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "no room")
    assert "vector.dev-site.cloned" not in types(mockenv)
