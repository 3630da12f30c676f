"""Vector Pro's environments, over a real socket, against the contract."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import active_environment

ENVIRONMENTS = "/api/v1/vector/sites/12345/environments"
STEPS = ["creating_infrastructure", "configuring_database", "deploying_application", "configuring_cdn", "finalizing"]
MEMBERS = [
    "id", "site_id", "name", "php_version", "is_production", "custom_domain", "status", "provisioning_step",
    "platform_domain", "db_username", "db_password", "db_host", "db_name", "created_at",
]  # fmt: skip


def make(vector: Browser, name: str = "staging", **more: Any) -> dict[str, Any]:
    reply = vector("POST", ENVIRONMENTS, {"name": name, "php_version": "8.3", **more})
    assert reply.status_code == 201, reply.text
    data: dict[str, Any] = reply.json()["data"]
    return data


def show(vector: Browser, id: int | str) -> dict[str, Any]:
    data: dict[str, Any] = vector("GET", f"{ENVIRONMENTS}/{id}").json()["data"]
    return data


def test_the_guides_own_request_gives_the_guides_own_reply(vector: Browser) -> None:
    body = {"name": "production", "php_version": "8.3", "is_production": True, "custom_domain": "www.example.com"}
    reply = vector("POST", ENVIRONMENTS, body)
    assert reply.status_code == 201
    assert reply.json() == {
        "data": {
            "id": 67890,
            "site_id": 12345,
            "name": "production",
            "php_version": "8.3",
            "is_production": True,
            "custom_domain": "www.example.com",
            "status": "pending",
            "provisioning_step": "creating_infrastructure",
            "platform_domain": None,
            "db_username": None,
            "db_password": None,
            "db_host": None,
            "db_name": None,
            "created_at": "2026-01-24T10:30:00.000000Z",
        },
        "message": "Environment created successfully",
        "http_status": 201,
    }
    assert list(reply.json()["data"]) == MEMBERS


@pytest.mark.parametrize("production", [True, False])
def test_the_cdn_step_is_production_only_and_the_others_come_in_order(vector: Browser, mockenv: Sandbox, production: bool) -> None:
    id, seen = make(vector, is_production=production)["id"], []
    while (now := show(vector, id))["status"] == "pending":
        assert [now[name] for name in ("platform_domain", "db_username", "db_password")] == [None] * 3
        seen.append(now["provisioning_step"])
        mockenv.advance("1s")
    assert seen == [step for step in STEPS if production or step != "configuring_cdn"]
    assert (now["status"], now["provisioning_step"], now["db_username"], now["db_name"]) == (
        "active",
        None,
        f"env_{id}",
        f"env_{id}",
    )
    assert now["platform_domain"].endswith(".vectorpages.com")
    assert now["db_password"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_leaves_the_environment_failed_at_that_step(vector: Browser, mockenv: Sandbox, step: str) -> None:
    mockenv.fault({"fail": "out of luck"}, provider="vector", resource="environment", step=step)
    id = make(vector, is_production=True)["id"]
    assert mockenv.advance_until(f"vector/environment/{id}", "failed").reached
    failed = show(vector, id)
    assert (failed["status"], failed["provisioning_step"], failed["failure_reason"]) == ("failed", step, "out of luck")
    assert failed["db_username"] is None
    assert not mockenv.agenda()


def test_a_second_production_demotes_the_first_on_create_and_on_update(vector: Browser, mockenv: Sandbox) -> None:
    first, second = make(vector, "blue", is_production=True)["id"], make(vector, "green", is_production=True)["id"]
    assert [show(vector, id)["is_production"] for id in (first, second)] == [False, True]
    assert vector("PUT", f"{ENVIRONMENTS}/{first}", {"is_production": True}).json()["data"]["is_production"] is True
    assert [show(vector, id)["is_production"] for id in (first, second)] == [True, False]


def test_a_production_of_another_site_is_left_alone(vector: Browser) -> None:
    first = make(vector, "blue", is_production=True)["id"]
    site = vector("POST", "/api/v1/vector/sites", {"partner_customer_id": "c", "dev_php_version": "8.1"}).json()["data"]["id"]
    vector("POST", f"/api/v1/vector/sites/{site}/environments", {"name": "blue", "php_version": "8.3", "is_production": True})
    assert show(vector, first)["is_production"] is True


def test_names_are_unique_within_a_site_and_free_again_after_termination(vector: Browser, mockenv: Sandbox) -> None:
    id = make(vector)["id"]
    refused = vector("POST", ENVIRONMENTS, {"name": "staging", "php_version": "8.3"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"name": ["An environment with this name already exists for this site."]}
    mockenv.advance_until_idle()
    assert vector("DELETE", f"{ENVIRONMENTS}/{id}").status_code == 200
    mockenv.advance_until_idle()
    assert make(vector)["id"] == id + 1


def test_a_refused_create_takes_no_id_and_leaves_no_event(vector: Browser, mockenv: Sandbox) -> None:
    make(vector, "a", is_production=True)
    events = mockenv.events()
    assert vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3", "is_production": True}).status_code == 422
    assert mockenv.events() == events
    assert make(vector, "b")["id"] == 67891


def test_deleting_answers_terminating_then_it_is_gone(vector: Browser, mockenv: Sandbox) -> None:
    id = make(vector)["id"]
    early = vector("DELETE", f"{ENVIRONMENTS}/{id}")
    assert early.status_code == 422
    assert "pending" in early.json()["message"]
    mockenv.advance_until_idle()
    reply = vector("DELETE", f"{ENVIRONMENTS}/{id}").json()
    assert (reply["data"]["status"], reply["message"], reply["http_status"]) == (
        "terminating",
        "Environment deletion initiated",
        200,
    )
    assert vector("DELETE", f"{ENVIRONMENTS}/{id}").status_code == 422
    assert show(vector, id)["status"] == "terminating"
    mockenv.advance_until_idle()
    gone = vector("GET", f"{ENVIRONMENTS}/{id}")
    assert (gone.status_code, gone.json()) == (404, {"data": {}, "message": "Environment not found", "http_status": 404})
    assert vector("GET", ENVIRONMENTS).json()["data"] == []


def test_an_environment_is_found_by_name_too(vector: Browser) -> None:
    id = make(vector, "qa")["id"]
    assert show(vector, "qa")["id"] == id


def test_events_carry_virtual_time_in_order(vector: Browser, mockenv: Sandbox) -> None:
    make(vector, is_production=True)
    mockenv.advance_until_idle()
    assert [(one["type"], one["at"]) for one in mockenv.events()] == [
        ("vector.cdn.setup-started", "2026-01-24T10:30:03Z"),
        ("vector.cdn.setup-completed", "2026-01-24T10:30:04Z"),
        ("vector.environment.created", "2026-01-24T10:30:05Z"),
    ]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": ["The name field is required."], "php_version": ["The php version field is required."]}),
        ({"name": "a", "php_version": "8.4"}, {"php_version": ["The selected php version is invalid."]}),
        (
            {"name": "Prod!", "php_version": "8.3"},
            {"name": ["Environment name must be lowercase letters, numbers, and hyphens only."]},
        ),
        (
            {"name": "a", "php_version": 8.3},
            {"php_version": ["The php version must be a string.", "The selected php version is invalid."]},
        ),
        (
            {"name": "a", "php_version": "8.3", "custom_domain": "https://x.y"},
            {"custom_domain": ["The custom domain must be a valid domain."]},
        ),
        (
            {"name": "a", "php_version": "8.3", "is_production": "yes"},
            {"is_production": ["The is production field must be true or false."]},
        ),
    ],
)
def test_bad_values_are_named_in_laravels_words(vector: Browser, body: dict[str, Any], errors: dict[str, Any]) -> None:
    reply = vector("POST", ENVIRONMENTS, body)
    assert (reply.status_code, reply.json()["errors"], reply.json()["message"]) == (422, errors, "Validation failed")


def test_a_reader_may_look_but_not_touch(vector: Browser, reader: Browser) -> None:
    id = make(vector)["id"]
    assert reader("GET", f"{ENVIRONMENTS}/{id}").status_code == 200
    for method, path in (("POST", ENVIRONMENTS), ("PUT", f"{ENVIRONMENTS}/{id}"), ("DELETE", f"{ENVIRONMENTS}/{id}")):
        refused = reader(method, path, {})
        assert (refused.status_code, refused.json()) == (403, {"data": {}, "message": "Unauthorized", "http_status": 403})


def test_the_event_of_a_changed_domain_shows_the_domain(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv, "production", is_production=True)
    for domain in ("www.example.com", None):
        assert vector("PUT", environment, {"custom_domain": domain}).status_code == 200
        told = mockenv.events()[-1]
        assert (told["type"], told["data"]["custom_domain"]) == ("vector.environment.updated", domain)


# Tags


def test_tags_are_shown_once_there_were_any(vector: Browser, mockenv: Sandbox) -> None:
    bare, tagged = make(vector, "bare"), make(vector, "tagged", tags=["live"])
    assert ("tags" in bare, tagged["tags"], list(bare)) == (False, ["live"], MEMBERS)
    mockenv.advance_until_idle()
    for wanted, shown in ((["live", "primary"], ["live", "primary"]), (None, []), (["again"], ["again"]), ("", [])):
        assert vector("PUT", f"{ENVIRONMENTS}/bare", {"tags": wanted}).json()["data"]["tags"] == shown
        assert show(vector, "bare")["tags"] == shown
    assert vector("GET", ENVIRONMENTS).json()["data"] == [show(vector, "bare"), show(vector, "tagged")]


@pytest.mark.parametrize("tags", [["a", "a"], ["Not A Slug"], "a", [1], [""], ["x" * 101]])
def test_tags_are_slugs_and_each_is_there_once(vector: Browser, tags: Any) -> None:
    make(vector)
    for method, path, body in (
        ("POST", ENVIRONMENTS, {"name": "b", "php_version": "8.3"}),
        ("PUT", f"{ENVIRONMENTS}/staging", {}),
        ("PUT", "/api/v1/vector/sites/12345", {}),
    ):
        refused = vector(method, path, {**body, "tags": tags})
        assert (refused.status_code, {name.partition(".")[0] for name in refused.json()["errors"]}) == (422, {"tags"})


# Promotion


def watch(vector: Browser, mockenv: Sandbox, environment: str, body: dict[str, Any]) -> list[str]:
    """The events of a change, in order, what follows in time included."""
    before = len(mockenv.events())
    assert vector("PUT", environment, body).status_code == 200
    mockenv.advance_until_idle()
    return [one["type"].removeprefix("vector.") for one in mockenv.events()[before:]]


def test_promotion_sets_up_the_cdn_and_a_new_promotion_ends_the_one_before(vector: Browser, mockenv: Sandbox) -> None:
    first, second = (active_environment(vector, mockenv, name) for name in ("first", "second"))
    walked = ["environment.updated", "cdn.setup-started", "cdn.setup-completed"]
    assert watch(vector, mockenv, first, {"is_production": True}) == walked
    promoted = vector("PUT", second, {"is_production": True}).json()["data"]
    assert (promoted["status"], promoted["provisioning_step"]) == ("active", "configuring_cdn")
    assert watch(vector, mockenv, first, {"is_production": True}) == [walked[0], walked[0], *walked[1:]]  # the second is demoted
    shown = {name: show(vector, name) for name in ("first", "second")}
    assert [one["provisioning_step"] for one in shown.values()] == [None, None]
    assert [one["is_production"] for one in shown.values()] == [True, False]
    assert watch(vector, mockenv, first, {"is_production": False}) == ["environment.updated"]


def test_a_promotion_whose_cdn_fails_leaves_an_active_environment_that_says_so(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    mockenv.fault({"fail": "no zone"}, provider="vector", resource="environment", step="configuring_cdn", times=1)
    assert watch(vector, mockenv, environment, {"is_production": True})[-1] == "cdn.setup-failed"
    failed = show(vector, "staging")
    assert (failed["status"], failed["provisioning_step"], failed["failure_reason"]) == ("active", "configuring_cdn", "no zone")
    vector("PUT", environment, {"is_production": False})
    assert watch(vector, mockenv, environment, {"is_production": True})[-1] == "cdn.setup-completed"
    assert "failure_reason" not in show(vector, "staging")


def test_an_environment_that_is_deleted_on_its_way_to_production_just_goes(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    vector("PUT", environment, {"is_production": True})
    assert vector("DELETE", environment).json()["data"]["provisioning_step"] is None
    assert [entry["step"] for entry in mockenv.agenda()] == ["terminating"]


def test_one_that_is_promoted_while_it_is_made_gets_its_cdn_on_the_way(vector: Browser, mockenv: Sandbox) -> None:
    make(vector)
    told = watch(vector, mockenv, f"{ENVIRONMENTS}/staging", {"is_production": True})
    assert told == ["environment.updated", "cdn.setup-started", "cdn.setup-completed", "environment.created"]


# Laravel


@pytest.mark.parametrize(("given", "meant"), [(1, True), ("1", True), (0, False), ("0", False), ("", False), (None, False)])
def test_what_laravel_takes_for_a_boolean_is_one(vector: Browser, given: Any, meant: bool) -> None:
    assert make(vector, is_production=given)["is_production"] is meant


@pytest.mark.parametrize("given", ["true", "yes", 2, "2", [], {}])
def test_nothing_else_is(vector: Browser, given: Any) -> None:
    refused = vector("POST", ENVIRONMENTS, {"name": "a", "php_version": "8.3", "is_production": given})
    assert refused.json()["errors"] == {"is_production": ["The is production field must be true or false."]}


def test_an_empty_text_is_null(vector: Browser) -> None:
    assert make(vector, "a", custom_domain="")["custom_domain"] is None
    refused = vector("POST", ENVIRONMENTS, {"name": "", "php_version": ""})
    assert refused.json()["errors"] == {
        "name": ["The name field is required."],
        "php_version": ["The php version field is required."],
    }


def test_a_change_that_changes_nothing_tells_nobody(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv, is_production=True, custom_domain="www.example.com")
    before, events = show(vector, "staging"), mockenv.events()
    for body in ({}, {"is_production": 1}, {"custom_domain": "www.example.com"}, {"name": "staging"}):
        reply = vector("PUT", environment, body).json()["data"]
        assert reply | {"ssl_provisioning_step": "-"} == before | {"ssl_provisioning_step": "-"}
    assert (mockenv.events(), mockenv.agenda()) == (events, [])
