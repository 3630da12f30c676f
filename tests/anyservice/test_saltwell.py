"""The shipped example, served from its document alone: state, time, trouble and refusals as of any service that is built in."""

from __future__ import annotations

from typing import Any

from mockenv.client import Mockenv, Sandbox
from tests.anyservice.conftest import KEY
from tests.conftest import Browser


def made(saltwell: Browser, name: str = "orders") -> dict[str, Any]:
    reply = saltwell("POST", "/v1/databases", {"database": {"name": name}})
    assert reply.status_code == 201
    return dict(reply.json())


def test_what_was_made_is_read_listed_changed_and_gone_after_its_deletion(saltwell: Browser, world: Sandbox) -> None:
    database = made(saltwell)["database"]
    path = f"/v1/databases/{database['id']}"
    assert saltwell("GET", path).json() == {"database": database}
    assert saltwell("GET", "/v1/databases").json()["databases"] == [database]
    assert saltwell("PATCH", path, {"database": {"size": "large"}}).json()["database"]["size"] == "large"
    assert saltwell("GET", path).json()["database"]["size"] == "large"
    assert saltwell("DELETE", path).json()["database"]["status"] == "deleting"
    world.advance("1s")
    assert saltwell("GET", path).status_code == 404
    assert saltwell("GET", "/v1/databases").json()["databases"] == []


def test_ids_look_like_the_documents_examples_and_are_never_the_same(saltwell: Browser) -> None:
    first, second = made(saltwell, "a")["database"]["id"], made(saltwell, "b")["database"]["id"]
    assert first.startswith("db-")
    assert second.startswith("db-")
    assert len({first, second, "db-1f8e02a7c4"}) == 3


def test_a_status_walks_through_the_values_that_are_on_the_way(saltwell: Browser, world: Sandbox) -> None:
    id = made(saltwell)["database"]["id"]
    seen = []
    for _ in range(4):
        seen.append(saltwell("GET", f"/v1/databases/{id}").json()["database"]["status"])
        world.advance("1s")
    assert seen == ["queued", "provisioning", "configuring", "ready"]


def test_an_operation_ends_with_what_it_tells_of(saltwell: Browser, world: Sandbox) -> None:
    reply = made(saltwell)
    id, operation = reply["database"]["id"], reply["operations"][0]
    path = f"/v1/databases/{id}/operations/{operation['id']}"
    assert operation["status"] == "scheduled"
    world.advance("1s")
    assert saltwell("GET", path).json()["operation"]["status"] == "running"
    world.advance("2s")
    ended = saltwell("GET", path).json()["operation"]
    assert ended["status"] == "finished"
    assert ended["finished_at"] == "2026-01-24T10:30:03Z"


def test_what_comes_along_with_a_thing_belongs_to_it(saltwell: Browser) -> None:
    reply = made(saltwell)
    branches = saltwell("GET", f"/v1/databases/{reply['database']['id']}/branches").json()["branches"]
    assert branches == [reply["branch"]]
    assert reply["branch"]["database_id"] == reply["operations"][0]["database_id"] == reply["database"]["id"]


def test_a_failed_step_leaves_the_status_and_the_reason_that_the_document_has(saltwell: Browser, world: Sandbox) -> None:
    world.add_fault({"resource": "database", "provider": "saltwell", "step": "configuring", "effect": {"fail": "no room left"}})
    reply = made(saltwell)
    world.advance("10s")
    database = saltwell("GET", f"/v1/databases/{reply['database']['id']}").json()["database"]
    assert (database["status"], database["failure_reason"]) == ("failed", "no room left")
    path = f"/v1/databases/{database['id']}/operations/{reply['operations'][0]['id']}"
    assert saltwell("GET", path).json()["operation"]["status"] == "failed"


def test_a_held_step_waits_and_delays_are_as_they_are_told(saltwell_server: Mockenv) -> None:
    delays = {"saltwell": {"database": {"queued": "30s"}}}
    world = saltwell_server.sandbox(clock="manual", fixture="empty", delays=delays)
    saltwell = Browser(world, KEY)
    world.hold("provisioning")
    path = f"/v1/databases/{made(saltwell)['database']['id']}"
    world.advance("29s")
    assert saltwell("GET", path).json()["database"]["status"] == "queued"
    world.advance("60s")
    assert saltwell("GET", path).json()["database"]["status"] == "provisioning"
    world.release("provisioning")
    world.advance("2s")
    assert saltwell("GET", path).json()["database"]["status"] == "ready"


def test_an_action_sends_a_thing_through_the_status_that_it_is_named_after(saltwell: Browser, world: Sandbox) -> None:
    path = f"/v1/databases/{made(saltwell)['database']['id']}"
    world.advance("3s")
    assert saltwell("POST", f"{path}/suspend").json()["database"]["status"] == "suspending"
    world.advance("1s")
    assert saltwell("GET", path).json()["database"]["status"] == "suspended"
    assert saltwell("POST", f"{path}/resume").json()["database"]["status"] == "ready"


def test_a_list_comes_in_pages_that_lead_on_to_its_end(saltwell: Browser) -> None:
    names = [f"database {at}" for at in range(25)]
    for name in names:
        made(saltwell, name)
    found, query = [], {"limit": 10}
    for _ in range(3):
        page = saltwell("GET", "/v1/databases", params=query).json()
        found += [one["name"] for one in page["databases"]]
        assert page["pagination"]["total"] == 25
        query["cursor"] = page["pagination"].get("cursor")
    assert found == names
    assert query["cursor"] is None


def test_a_list_is_chosen_from_by_parameters_that_are_named_like_members(saltwell: Browser) -> None:
    saltwell("POST", "/v1/databases", {"database": {"name": "a", "region": "south-1"}})
    made(saltwell, "b")
    page = saltwell("GET", "/v1/databases", params={"region": "south-1"}).json()
    assert [one["name"] for one in page["databases"]] == ["a"]


def test_refusals_are_in_the_documents_own_words(saltwell: Browser) -> None:
    made(saltwell)
    refusals = {
        404: saltwell("GET", "/v1/databases/db-none"),
        409: saltwell("POST", "/v1/databases", {"database": {"name": "orders"}}),
        422: saltwell("POST", "/v1/databases", {"database": {"name": ""}}),
        405: saltwell("PUT", "/v1/databases"),
        401: saltwell("GET", "/v1/databases", headers={"Authorization": ""}),
    }
    for status, reply in refusals.items():
        assert reply.status_code == status
        assert reply.json().keys() == {"code", "message", "request_id"}
    assert refusals[404].json()["code"] == "not_found"
    assert "database.name" in refusals[422].json()["message"]
    assert saltwell("GET", "/v1/nowhere").json()["code"] == "not_found"


def test_what_belongs_to_a_thing_goes_with_it_and_is_found_nowhere_else(saltwell: Browser, world: Sandbox) -> None:
    first, second = made(saltwell, "a"), made(saltwell, "b")
    branch = first["branch"]["id"]
    assert saltwell("GET", f"/v1/databases/{first['database']['id']}/branches/{branch}").status_code == 200
    assert saltwell("GET", f"/v1/databases/{second['database']['id']}/branches/{branch}").status_code == 404
    saltwell("DELETE", f"/v1/databases/{first['database']['id']}")
    world.advance("1s")
    assert [one["provider"] for one in world.resources(kind="branch")] == ["saltwell"]


def test_what_nothing_makes_is_there_and_stays_what_it_was(saltwell: Browser) -> None:
    regions = saltwell("GET", "/v1/regions").json()["regions"]
    assert len(regions) == 3
    assert saltwell("GET", "/v1/regions").json()["regions"] == regions


def test_the_same_seed_and_the_same_requests_give_the_same_world(saltwell_server: Mockenv) -> None:
    told = []
    for _ in range(2):
        world = saltwell_server.sandbox(clock="manual", fixture="empty", seed=7)
        told.append(made(Browser(world, KEY)))
        world.drop()
    assert told[0] == told[1]


def test_a_snapshot_brings_the_world_back_time_included(saltwell: Browser, world: Sandbox) -> None:
    path = f"/v1/databases/{made(saltwell)['database']['id']}"
    world.advance("1s")
    world.snapshot("before")
    saltwell("DELETE", path)
    world.advance("10s")
    world.restore("before")
    assert saltwell("GET", path).json()["database"]["status"] == "provisioning"
    world.advance("2s")
    assert saltwell("GET", path).json()["database"]["status"] == "ready"


def test_the_control_plane_knows_it_like_any_other_service(saltwell: Browser, world: Sandbox) -> None:
    id = made(saltwell)["database"]["id"]
    moved = world.advance_until(f"saltwell/database/{id}", "ready")
    assert moved.reached
    assert world.variables("saltwell")["SALTWELL_URL"] == f"{world.url}/v1"
    types = [one["type"] for one in world.events(resource=f"saltwell/database/{id}")]
    assert types == [f"saltwell.database.{word}" for word in ("created", "provisioning", "configuring", "ready")]


def test_a_fixture_puts_things_there_from_the_beginning(saltwell_server: Mockenv) -> None:
    fixture = {"saltwell": {"database": [{"id": "db-1", "name": "orders"}], "branch": [{"database": "db-1", "name": "main"}]}}
    world = saltwell_server.sandbox(clock="manual", fixture=fixture)
    saltwell = Browser(world, KEY)
    assert saltwell("GET", "/v1/databases/db-1").json()["database"]["status"] == "ready"
    [branch] = saltwell("GET", "/v1/databases/db-1/branches").json()["branches"]
    assert (branch["name"], branch["database_id"]) == ("main", "db-1")
