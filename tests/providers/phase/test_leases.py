"""Dynamic secrets and the leases of them, on the sandbox's clock."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import requests

from mockenv.client import Mockenv
from tests.providers.phase.conftest import Phase, error

APP = "11111111-2222-4333-8444-555555555555"
DATABASE = "dyn-database"
WHERE = f"?app_id={APP}&env=live"
DYNAMIC, LEASES = f"/service/public/v1/secrets/dynamic/{WHERE}", f"/v1/secrets/dynamic/leases/{WHERE}"
LIVE: dict[str, Any] = {
    "id": "live",
    "name": "live",
    "access": ["manager", "developer", "service_account"],
    "secrets": [{"key": "PLAIN", "value": "1"}],
    "dynamic_secrets": [
        {
            "id": DATABASE,
            "name": "database",
            "default_ttl": 600,
            "max_ttl": 900,
            "keys": {"access_key_id": "KEY", "username": "USER"},
        },
        {"id": "dyn-other", "name": "other", "path": "/x"},
    ],
}
WORLD: dict[str, Any] = {"phase": {"apps": [{"id": APP, "name": "Shop", "environments": [LIVE]}]}}


@pytest.fixture
def shop(mockenv_server: Mockenv) -> Iterator[Phase]:
    with mockenv_server.sandbox(clock="manual", fixture=WORLD) as sandbox:
        yield Phase(sandbox)


def lease(phase: Phase, role: str = "owner", more: str = "") -> dict[str, Any]:
    [one] = phase("GET", f"{DYNAMIC}&lease=true&id={DATABASE}{more}", role=role).json()
    made: dict[str, Any] = one["lease"]
    return made


def shown(phase: Phase, role: str = "owner") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = phase("GET", f"{LEASES}&secret_id={DATABASE}", role=role).json()
    return found


def test_dynamic_secrets_are_listed_without_leases(shop: Phase) -> None:
    database, other = shop("GET", DYNAMIC).json()
    assert [key["keyName"] for key in database["keyMap"]] == ["KEY", "USER"]
    assert (database["defaultTtl"], database["maxTtl"], database["lease"]) == ("00:10:00", "00:15:00", None)
    assert (other["path"], other["maxTtl"]) == ("/x", "1 00:00:00")
    for query, found in (("&path=x", 1), ("&name=database", 1), (f"&id={DATABASE}&name=database", 1), ("&path=/", 1)):
        assert len(shop("GET", DYNAMIC + query).json()) == found
    assert error(shop("GET", f"{DYNAMIC}&name=zzz")) == (404, "No dynamic secrets found")


def test_a_lease_gives_credentials_once_and_runs_out(shop: Phase) -> None:
    made = lease(shop, "service_account")
    assert (made["status"], made["ttl"], made["expiresAt"]) == ("active", "00:10:00", "2026-01-24T10:40:00Z")
    assert (made["owner"]["type"], made["owner"]["data"]["name"]) == ("service_account", "deploy-bot")
    assert {one["key"] for one in made["credentials"]} == {"KEY", "USER"}
    assert [one["credentials"] for one in shown(shop)] == [[]]
    shop.sandbox.advance("599s")
    assert shown(shop)[0]["status"] == "active"
    assert [fired["detail"] for fired in shop.sandbox.advance("1s").fired] == ["running: done"]
    assert (shown(shop)[0]["status"], shown(shop)[0]["revokedAt"]) == ("expired", "2026-01-24T10:40:00Z")
    assert error(shop("PUT", LEASES, {"lease_id": made["id"], "ttl": 60})) == (400, "This lease has expired and cannot be renewed")


def test_a_renewed_lease_runs_longer_up_to_the_secrets_longest(shop: Phase) -> None:
    made = lease(shop)
    reply = shop("PUT", LEASES, {"lease_id": made["id"], "ttl": 200})
    assert reply.json() == {"message": "Lease renewed successfully. Updated expiry: 2026-01-24 10:43:20+00:00"}
    too_long = "The renewal TTL would exceed the maximum TTL for this dynamic secret. Maximum remaining renewal time: 100 seconds"
    assert error(shop("PUT", LEASES, {"lease_id": made["id"], "ttl": 101})) == (400, too_long)
    shop.sandbox.advance("799s")
    assert (shown(shop)[0]["status"], shown(shop)[0]["ttl"]) == ("active", "00:13:20")
    shop.sandbox.advance("1s")
    assert shown(shop)[0]["status"] == "expired"


def test_a_revoked_lease_stays_revoked(shop: Phase) -> None:
    made = lease(shop)
    assert shop("DELETE", LEASES, {"lease_id": made["id"]}).json() == {"message": "Lease revoked successfully"}
    assert shop("DELETE", f"{LEASES}&lease_id={made['id']}").json() == {"message": "Lease was already revoked"}
    shop.sandbox.advance("1h")
    assert shown(shop)[0]["status"] == "revoked"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("&ttl=59", (400, "The specified TTL must be at least 60 seconds.")),
        ("&ttl=901", (400, "The specified TTL exceeds the maximum TTL for this dynamic secret.")),
        ("&ttl=x", (400, "ttl must be a valid integer (seconds)")),
    ],
)
def test_a_term_that_cannot_be_had_is_refused_and_leaves_nothing(shop: Phase, query: str, told: tuple[int, str]) -> None:
    assert error(shop("GET", f"{DYNAMIC}&lease=true&id={DATABASE}{query}")) == told
    assert shown(shop) == []


def test_who_may_touch_whose_lease(shop: Phase) -> None:
    own, theirs = lease(shop, "service_account"), lease(shop, "developer")
    refused = (403, "You don't have permission to delete leases for other accounts.")
    assert error(shop("DELETE", LEASES, {"lease_id": theirs["id"]}, "service_account")) == refused
    assert error(shop("DELETE", LEASES, {"lease_id": theirs["id"]}, "developer")) == refused  # a member's own is no better
    assert shop("DELETE", LEASES, {"lease_id": own["id"]}, "service_account").status_code == 200
    assert shop("DELETE", LEASES, {"lease_id": theirs["id"]}, "manager").status_code == 200
    assert error(shop("PUT", LEASES, {"ttl": 60})) == (400, "lease_id is required")
    assert error(shop("PUT", LEASES, {"lease_id": "zzz"})) == (404, "Lease not found")
    assert error(shop("GET", LEASES)) == (400, "secret_id is required")
    assert error(shop("GET", f"{LEASES}&secret_id=zzz")) == (404, "Secret not found")


def test_a_lease_that_is_held_in_its_making_is_waited_for(shop: Phase) -> None:
    shop.sandbox.hold("issuing")
    replies: list[requests.Response] = []
    waiting = Thread(target=lambda: replies.append(shop("GET", f"{DYNAMIC}&lease=true&id={DATABASE}", role="manager")))
    waiting.start()
    while not [one for one in shop.sandbox.resources(provider="phase", kind="lease") if one["status"] == "creating"]:
        assert waiting.is_alive()
    assert shop.sandbox.release("issuing") == 1
    waiting.join(timeout=20)
    assert replies[0].json()[0]["lease"]["status"] == "active"


def test_a_lease_that_cannot_be_made_is_told_and_is_not_there(shop: Phase) -> None:
    shop.sandbox.fault({"fail": "AccessDenied"}, resource="lease", step="issuing", times=2)
    reply = shop("GET", f"{DYNAMIC}&lease=true&id={DATABASE}")
    assert error(reply) == (500, "An internal error occurred while creating the lease")
    told = shop("GET", f"/v1/secrets/{WHERE}&dynamic=1&lease=1")
    assert told.status_code == 400
    assert told.json()["error"] == "One or more dynamic secret leases could not be created"
    assert [one["secretName"] for one in told.json()["failedLeases"]] == ["database"]
    assert [one["status"] for one in shop.sandbox.resources(provider="phase", kind="lease")] == ["active"]


def test_both_apis_show_dynamic_secrets_behind_the_others(shop: Phase) -> None:
    plain = shop("GET", f"/v1/secrets/{WHERE}&dynamic=true").json()
    assert [one.get("key") or one["name"] for one in plain] == ["PLAIN", "database", "other"]
    sealed = shop(
        "GET", "/secrets/", headers={"Environment": "live", "Dynamic": "true", "Lease": "true", "Lease-TTL": "120"}
    ).json()
    assert [one["type"] for one in sealed] == ["secret", "dynamic", "dynamic"]
    assert sealed[1]["key_map"][0]["key_name"].startswith("ph:v1:")
    assert sealed[1]["lease"]["credentials"][0]["value"].startswith("ph:v1:")
    assert [one["ttl"] for one in shown(shop)] == ["00:02:00"]


def test_a_key_of_a_dynamic_secret_is_taken(shop: Phase) -> None:
    made = shop("POST", f"/v1/secrets/{WHERE}", {"secrets": [{"key": "user", "value": "1"}]})
    assert error(made) == (409, "Duplicate secret found")


def test_credentials_are_in_no_record_and_leases_go_with_their_environment(shop: Phase) -> None:
    made = lease(shop)
    records = f"{shop.sandbox.resources()}{shop.sandbox.events()}{shop.sandbox.journal()}{shop.sandbox.agenda()}"
    for one in made["credentials"]:
        assert one["value"] not in records
    assert shop("DELETE", "/v1/environments/live/").status_code == 204
    assert shop.sandbox.agenda() == []
    assert shop.sandbox.resources(provider="phase", kind="lease") == []


@pytest.mark.parametrize("plan", ["Free", "Pro"])
def test_leases_are_for_enterprise(mockenv_server: Mockenv, plan: str) -> None:
    world = {"phase": {**WORLD["phase"], "organisation": {"plan": plan}}}
    with mockenv_server.sandbox(fixture=world) as sandbox:
        reply = Phase(sandbox)("GET", f"{DYNAMIC}&lease=true")
        assert error(reply) == (403, "Dynamic secrets are only available on the Enterprise plan.")


def test_the_agenda_looks_ahead_of_a_lease_to_its_end(mockenv_server: Mockenv) -> None:
    delays = {"phase": {"lease": {"issuing": "5s"}}}
    with mockenv_server.sandbox(clock="manual", fixture=WORLD, delays=delays) as sandbox:
        phase = Phase(sandbox)
        asking = Thread(target=lambda: lease(phase), daemon=True)
        asking.start()
        while not (agenda := sandbox.agenda()):
            pass  # it is on its way
        assert [(one["due"], one["ahead"]) for one in agenda] == [
            ("2026-01-24T10:30:05Z", [{"step": "running", "due": "2026-01-24T10:40:05Z"}])
        ]
        sandbox.advance("5s")
        asking.join(10)
