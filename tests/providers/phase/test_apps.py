"""Apps, with the environments that they begin with and take along."""

from __future__ import annotations

from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.providers.phase.conftest import APP, BAD_NAME, DEVELOPMENT, MISSING_NAME, SEALED_APP, Phase, error

APPS = "/v1/apps/"
NO_NAMES = "Each environment name must be a non-empty string."


def test_a_new_app_begins_with_three_environments(phase: Phase) -> None:
    reply = phase("POST", APPS, {"name": "backend", "description": "The API"})
    made = reply.json()
    assert reply.status_code == 201
    assert list(made) == ["id", "name", "description", "sseEnabled", "createdAt", "updatedAt", "environments"]
    assert (made["name"], made["description"], made["sseEnabled"]) == ("backend", "The API", True)
    shown = [(one["name"], one["envType"], one["index"]) for one in made["environments"]]
    assert shown == [("Development", "dev", 0), ("Staging", "staging", 1), ("Production", "prod", 2)]
    assert phase("GET", f"/v1/environments/?app_id={made['id']}").json() == made["environments"]


def test_named_environments_are_custom_trimmed_and_in_the_requests_order(phase: Phase) -> None:
    made = phase("POST", APPS, {"name": "x", "environments": [" live", "Production ", "dev"]}).json()
    shown = [(one["name"], one["envType"], one["index"]) for one in made["environments"]]
    assert shown == [("live", "custom", 0), ("Production", "custom", 1), ("dev", "custom", 2)]


BAD: list[tuple[Any, str]] = [
    ([], "Request body must be a JSON object."),
    ("x", "Request body must be a JSON object."),
    ({}, MISSING_NAME),
    ({"name": None, "description": 5}, MISSING_NAME),
    ({"name": "  "}, MISSING_NAME),
    ({"name": "<b></b>"}, MISSING_NAME),
    ({"name": 5}, "'name' must be a string."),
    ({"name": False}, "'name' must be a string."),
    ({"name": "a" * 65, "description": 5}, "'name' cannot exceed 64 characters."),
    ({"name": "x", "description": 5, "environments": 5}, "'description' must be a string."),
    ({"name": "x", "description": "d" * 10_001}, "'description' cannot exceed 10000 characters."),
    ({"name": "x", "environments": "live"}, "'environments' must be a list of environment names."),
    ({"name": "x", "environments": {}}, "'environments' must be a list of environment names."),
    ({"name": "x", "environments": []}, "'environments' must not be empty."),
    ({"name": "x", "environments": ["a", 5]}, NO_NAMES),
    ({"name": "x", "environments": ["a", " "]}, NO_NAMES),
    ({"name": "x", "environments": ["a", " A "]}, "Duplicate environment name: 'A'."),
    ({"name": "x", "environments": ["a", "no good"]}, BAD_NAME),
]


@pytest.mark.parametrize(("body", "text"), BAD)
def test_a_bad_app_is_refused_and_leaves_nothing(phase: Phase, body: Any, text: str) -> None:
    assert error(phase("POST", APPS, body)) == (400, text)
    assert [one["id"] for one in phase("GET", APPS).json()["data"]] == [APP, SEALED_APP]


def test_markup_and_control_characters_are_taken_out(phase: Phase) -> None:
    made = phase("POST", APPS, {"name": " <b>my</b>\x07 app ", "description": "<script>x</script>"}).json()
    assert (made["name"], made["description"]) == ("my app", "x")


def test_names_need_not_be_unique_and_the_newest_comes_first(phase: Phase, mockenv: Sandbox) -> None:
    first = phase("POST", APPS, {"name": "same"}).json()["id"]
    second = phase("POST", APPS, {"name": "same"}).json()["id"]
    mockenv.advance(1)
    third = phase("POST", APPS, {"name": "same"}).json()["id"]
    assert [one["id"] for one in phase("GET", APPS).json()["data"]] == [third, second, first, APP, SEALED_APP]


def test_a_new_app_is_its_creators_and_the_owners(phase: Phase) -> None:
    made = phase("POST", APPS, {"name": "mine"}, role="manager").json()
    assert made["id"] in [one["id"] for one in phase("GET", APPS).json()["data"]]
    assert phase.names(made["id"], "manager") == phase.names(made["id"]) == ["Development", "Staging", "Production"]
    assert [one["id"] for one in phase("GET", APPS, role="developer").json()["data"]] == [APP]
    own = phase("POST", APPS, {"name": "robot"}, role="service_account").json()["id"]
    assert phase.names(own, "service_account") == ["Development", "Staging", "Production"]


@pytest.mark.parametrize(
    ("method", "path", "role", "action"),
    [
        ("POST", APPS, "developer", "create"),
        ("PUT", f"{APPS}{APP}/", "developer", "update"),
        ("DELETE", f"{APPS}{APP}/", "developer", "delete"),
        ("DELETE", f"{APPS}{APP}/", "service_account", "delete"),
    ],
)
def test_what_a_role_may_not_do_with_apps_is_403(phase: Phase, method: str, path: str, role: str, action: str) -> None:
    reply = phase(method, path, data="{broken", role=role)
    assert error(reply) == (403, f"You don't have permission to {action} apps.")


def test_an_app_is_changed_field_by_field(phase: Phase, mockenv: Sandbox) -> None:
    mockenv.advance(1)
    path = f"{APPS}{APP}/"
    changed = phase("PUT", path, {"description": "The API", "sseEnabled": False}).json()
    assert (changed["name"], changed["description"], changed["sseEnabled"]) == ("My App", "The API", True)
    assert (changed["createdAt"], changed["updatedAt"]) == ("2024-06-01T12:00:00Z", "2026-01-24T10:30:01Z")
    assert phase("PUT", path, {"name": "Mine", "description": ""}).json()["description"] is None
    assert phase("GET", path).json()["name"] == "Mine"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "At least one of 'name' or 'description' must be provided."),
        ({"name": None, "description": None}, "At least one of 'name' or 'description' must be provided."),
        ({"name": ""}, MISSING_NAME),
        ({"name": 5}, "'name' must be a string."),
        ({"description": []}, "'description' must be a string."),
        ([], "Request body must be a JSON object."),
    ],
)
def test_a_bad_change_is_refused(phase: Phase, body: Any, text: str) -> None:
    assert error(phase("PUT", f"{APPS}{APP}/", body)) == (400, text)


def test_deleting_an_app_takes_everything_along(phase: Phase) -> None:
    secret = phase.add_secrets({"key": "A", "value": "1"})[0]["id"]
    assert phase("DELETE", f"{APPS}{APP}/").status_code == 204
    assert error(phase("GET", f"{APPS}{APP}/")) == (404, f"App with ID {APP} not found")
    assert error(phase("GET", f"/v1/environments/?app_id={APP}")) == (404, f"App with ID {APP} not found")
    assert error(phase("GET", f"/v1/environments/{DEVELOPMENT}/")) == (404, "Environment not found")
    assert error(phase("GET", f"/v1/secrets/?secret_id={secret}")) == (404, "Secret not found")
    assert [one["id"] for one in phase("GET", APPS).json()["data"]] == [SEALED_APP]
    kinds = [one["kind"] for one in phase.sandbox.resources(provider="phase")]
    assert kinds.count("environment") == 3  # those of the other app
    assert "secret" not in kinds


FREE = {"phase": {"organisation": {"plan": "Free"}, "apps": [{"name": "one"}, {"name": "two"}]}}


@pytest.mark.mockenv(fixture=FREE, options={"phase": {"hosting": "cloud"}})
def test_on_free_there_are_three_apps_in_the_cloud_without_custom_environments(phase: Phase) -> None:
    custom = {"name": "x", "environments": ["a", "b", "c", "d"]}
    assert error(phase("POST", APPS, custom)) == (403, "Custom environments are not available on the Free plan.")
    assert phase("POST", APPS, {"name": "three"}).status_code == 201
    assert error(phase("POST", APPS, {"name": "four"})) == (403, "App quota exceeded for this organisation's plan.")


@pytest.mark.mockenv(fixture=FREE)
def test_a_host_of_ones_own_has_as_many_apps_as_it_likes(phase: Phase) -> None:
    assert [phase("POST", APPS, {"name": name}).status_code for name in ("three", "four", "five")] == [201] * 3


@pytest.mark.mockenv(fixture={"phase": {"organisation": {"plan": "Pro"}}})
def test_on_pro_an_app_begins_with_ten_environments_at_most(phase: Phase) -> None:
    names = [f"e{number}" for number in range(11)]
    text = "Environment quota exceeded for this app's plan."
    assert error(phase("POST", APPS, {"name": "x", "environments": [*names[:10], "no good"]})) == (403, text)
    assert phase("POST", APPS, {"name": "x", "environments": names[:10]}).status_code == 201
