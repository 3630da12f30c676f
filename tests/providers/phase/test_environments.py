"""The five operations on environments, against the contract's tables."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.providers.phase.conftest import APP, BAD_NAME, DEVELOPMENT, ENVIRONMENTS, MISSING_NAME, PRODUCTION, STAGING, Phase, error

DEFAULTS = [DEVELOPMENT, STAGING, PRODUCTION]
NOT_TEXT = "'name' must be a string."
NOT_OBJECT = "Request body must be a JSON object."


def path(id: str) -> str:
    return f"/v1/environments/{id}/"


BAD_BODIES: list[tuple[Any, str]] = [
    ({}, MISSING_NAME),
    ({"name": None}, MISSING_NAME),
    ({"name": ""}, MISSING_NAME),
    ({"name": 0}, MISSING_NAME),
    ({"name": False}, MISSING_NAME),
    ({"name": []}, MISSING_NAME),
    ({"Name": "x"}, MISSING_NAME),
    ({"name": " "}, BAD_NAME),
    ({"name": "a b"}, BAD_NAME),
    ({"name": " a"}, BAD_NAME),
    ({"name": "a.b"}, BAD_NAME),
    ({"name": "a!"}, BAD_NAME),
    ({"name": "ü"}, BAD_NAME),
    ({"name": "a\0"}, BAD_NAME),
    ({"name": "a" * 65}, BAD_NAME),
    ({"name": "a" * 64 + "\n"}, BAD_NAME),
    ({"name": "a\n\n"}, BAD_NAME),
    ({"name": 5}, NOT_TEXT),
    ({"name": True}, NOT_TEXT),
    ({"name": ["x"]}, NOT_TEXT),
    ({"name": {"x": 1}}, NOT_TEXT),
    ([], NOT_OBJECT),
    (["name"], NOT_OBJECT),
    ("name", NOT_OBJECT),
    (7, NOT_OBJECT),
]


@pytest.mark.parametrize(("body", "text"), BAD_BODIES)
def test_a_bad_name_is_refused_alike_on_create_and_rename_and_changes_nothing(phase: Phase, body: Any, text: str) -> None:
    before = phase("GET", ENVIRONMENTS).json()
    assert error(phase("POST", ENVIRONMENTS, body)) == (400, text)
    assert error(phase("PUT", path(STAGING), body)) == (400, text)
    assert phase("GET", ENVIRONMENTS).json() == before


@pytest.mark.parametrize("raw", [b"", b"{}"])
def test_an_empty_body_lacks_the_name_whatever_its_type(phase: Phase, raw: bytes) -> None:
    for type in ("application/json", "text/plain" if not raw else "application/json"):
        assert error(phase("POST", ENVIRONMENTS, data=raw, headers={"Content-Type": type})) == (400, MISSING_NAME)


@pytest.mark.parametrize("name", ["a", "staging-1", "prod_v2", "A" * 64, "-", "_", "0", "x\n"])
def test_a_good_name_is_taken_as_it_is(phase: Phase, name: str) -> None:
    assert phase.make(name)["name"] == name
    assert name in phase.names()


@pytest.mark.parametrize("name", ["prod", "production-2", "dev"])
def test_a_new_environment_is_custom_whatever_its_name_and_body_say(phase: Phase, name: str) -> None:
    body = {"name": name, "envType": "prod", "env_type": "dev", "index": 77, "id": "mine", "unknown": 1}
    made = phase("POST", ENVIRONMENTS, body).json()
    assert (made["envType"], made["index"]) == ("custom", 3)
    assert made["id"] != "mine"


def test_a_default_name_that_is_free_again_is_custom_too(phase: Phase) -> None:
    phase("DELETE", path(PRODUCTION))
    made = phase.make("Production")
    assert (made["envType"], made["index"]) == ("custom", 2)


@pytest.mark.parametrize("name", ["Development", "development", "DEVELOPMENT"])
def test_a_taken_name_is_400_on_create_and_409_on_rename(phase: Phase, name: str) -> None:
    text = f"An environment named '{name}' already exists in this app."
    assert error(phase("POST", ENVIRONMENTS, {"name": name})) == (400, text)
    assert error(phase("PUT", path(STAGING), {"name": name})) == (409, text)


def test_another_app_may_have_the_same_name(phase: Phase) -> None:
    other = phase("POST", "/v1/apps/", {"name": "other"}).json()["id"]
    assert phase.make("canary")["index"] == phase.make("canary", other)["index"] == 3


def test_the_index_is_the_highest_plus_one_and_gaps_stay(phase: Phase) -> None:
    made = [phase.make(f"e{number}") for number in range(6)]
    assert [one["index"] for one in made] == [3, 4, 5, 6, 7, 8]
    for one in (made[0], made[2]):
        phase("DELETE", path(one["id"]))
    assert phase.make("next")["index"] == 9
    phase("DELETE", path(phase("GET", ENVIRONMENTS).json()[-1]["id"]))
    assert phase.make("again")["index"] == 9
    assert [one["index"] for one in phase("GET", ENVIRONMENTS).json()] == [0, 1, 2, 4, 6, 7, 8, 9]


def test_an_app_can_end_with_no_environment_and_begins_again_at_zero(phase: Phase) -> None:
    for id in DEFAULTS:
        assert phase("DELETE", path(id)).status_code == 204
    assert phase("GET", ENVIRONMENTS).json() == []
    assert phase.make("first")["index"] == 0


def test_a_deleted_environment_is_gone_at_once_and_its_name_free(phase: Phase) -> None:
    reply = phase("DELETE", path(STAGING), data="ignored", headers={"Content-Type": "text/plain"})
    assert (reply.status_code, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers
    for method in ("GET", "PUT", "DELETE"):
        assert error(phase(method, path(STAGING))) == (404, "Environment not found")
    assert phase.make("Staging")["index"] == 3


def test_rename_changes_name_and_date_and_nothing_else(phase: Phase, mockenv: Sandbox) -> None:
    before = phase("GET", path(DEVELOPMENT)).json()
    body = {"name": "dev-v2", "index": 9, "envType": "prod", "id": "x", "createdAt": "2020-01-01T00:00:00Z"}
    after = phase("PUT", path(DEVELOPMENT), body)
    assert after.status_code == 200
    assert after.json() == {**before, "name": "dev-v2", "updatedAt": "2026-01-24T10:30:00Z"}
    assert phase("GET", path(DEVELOPMENT)).json() == after.json()


def test_every_successful_rename_moves_the_date_and_a_failed_one_does_not(phase: Phase, mockenv: Sandbox) -> None:
    made = phase.make("canary")
    for seconds, name in ((1, "canary"), (2, "CANARY"), (3, "Canary")):
        mockenv.advance(1)
        renamed = phase("PUT", path(made["id"]), {"name": name}).json()
        assert (renamed["name"], renamed["updatedAt"]) == (name, f"2026-01-24T10:30:0{seconds}Z")
    mockenv.advance(1)
    assert phase("PUT", path(made["id"]), {"name": "staging"}).status_code == 409
    assert phase("GET", path(made["id"])).json()["updatedAt"] == "2026-01-24T10:30:03Z"
    assert phase("GET", path(made["id"])).json()["createdAt"] == "2026-01-24T10:30:00Z"


def test_the_apps_own_date_stays_when_its_environments_change(phase: Phase, mockenv: Sandbox) -> None:
    before = phase("GET", f"/v1/apps/{APP}/").json()
    mockenv.advance(5)
    phase.make("canary")
    assert phase("GET", f"/v1/apps/{APP}/").json() == before


# Who sees a new environment


def test_a_new_environment_is_the_creators_the_owners_and_the_service_accounts_but_no_other_members(phase: Phase) -> None:
    by_manager, by_owner = phase.make("by-manager", role="manager"), phase.make("by-owner")
    assert "by-manager" in phase.names(role="owner")
    assert phase.names(role="manager") == ["Development", "Staging", "by-manager"]
    assert phase.names(role="service_account") == ["Development", "Staging", "Production", "by-manager", "by-owner"]
    assert phase.names(role="developer") == ["Development"]
    assert error(phase("GET", path(by_owner["id"]), role="manager")) == (403, "You don't have access to this environment.")
    assert phase("GET", path(by_manager["id"]), role="manager").status_code == 200


def test_an_environment_that_the_caller_cannot_see_still_takes_its_name_and_its_index(phase: Phase) -> None:
    text = "An environment named 'production' already exists in this app."
    assert error(phase("POST", ENVIRONMENTS, {"name": "production"}, role="developer")) == (400, text)
    assert error(phase("PUT", path(DEVELOPMENT), {"name": "production"}, role="developer")) == (409, text)
    assert phase.make("mine", role="developer")["index"] == 3


# Formats


@pytest.mark.mockenv(options={"phase": {"list_envelope": "data"}})
def test_the_list_can_come_wrapped_as_the_released_service_does_it(phase: Phase) -> None:
    body = phase("GET", ENVIRONMENTS).json()
    assert list(body) == ["data"]
    assert len(body["data"]) == 3
    for id in DEFAULTS:
        phase("DELETE", path(id))
    assert phase("GET", ENVIRONMENTS).json() == {"data": []}


@pytest.mark.mockenv(
    options={"phase": {"timestamps": "microseconds"}}, clock={"mode": "manual", "now": "2026-01-24T10:30:00.123456Z"}
)
def test_times_can_have_microseconds_as_the_released_service_does_it(phase: Phase) -> None:
    made = phase.make("canary")
    assert made["createdAt"] == made["updatedAt"] == "2026-01-24T10:30:00.123456Z"
    assert phase("GET", path(DEVELOPMENT)).json()["createdAt"] == "2024-06-01T12:00:00.000000Z"


# Plans


def on(plan: str) -> dict[str, Any]:
    environments = [{"name": name, "env_type": name} for name in ("dev", "staging", "prod")]
    extra = {"name": "extra", "access": ["developer"]}
    apps = [
        {"id": "full", "name": "full", "environments": environments},
        {"id": "less", "name": "less", "environments": [environments[0], extra]},
    ]
    return {"phase": {"organisation": {"plan": plan}, "apps": apps}}


FREE_QUOTA = "Environment quota exceeded for this app's plan."
FREE_CUSTOM = "Custom environments are not available on the Free plan."


@pytest.mark.mockenv(fixture=on("Free"))
def test_on_free_every_creation_fails_with_the_quotas_text_if_it_is_used_up(phase: Phase) -> None:
    full, less = "/v1/environments/?app_id=full", "/v1/environments/?app_id=less"
    for name in ("x", "not good", "dev"):
        assert error(phase("POST", full, {"name": name})) == (403, FREE_QUOTA)
        assert error(phase("POST", less, {"name": name})) == (403, FREE_CUSTOM)
    assert error(phase("POST", full, {"name": ""})) == (400, MISSING_NAME)
    assert error(phase("POST", less, {})) == (400, MISSING_NAME)


@pytest.mark.mockenv(fixture=on("Free"))
def test_on_free_default_environments_can_be_renamed_and_deleted_and_custom_ones_cannot(phase: Phase) -> None:
    default, custom = phase("GET", "/v1/environments/?app_id=less").json()
    assert phase("PUT", path(default["id"]), {"name": "renamed"}).status_code == 200
    assert phase("DELETE", path(default["id"])).status_code == 204
    assert error(phase("PUT", path(custom["id"]), {"name": "not good"})) == (400, BAD_NAME)
    assert error(phase("PUT", path(custom["id"]), {"name": "good"})) == (403, FREE_CUSTOM)
    assert error(phase("DELETE", path(custom["id"]))) == (403, FREE_CUSTOM)


@pytest.mark.mockenv(fixture=on("Pro"))
def test_on_pro_an_app_has_ten_environments_and_hidden_ones_count(phase: Phase) -> None:
    for number in range(8):
        phase.make(f"e{number}", "less")
    assert phase.names("less", role="developer") == ["extra"]
    for role in ("owner", "developer"):
        assert error(phase("POST", "/v1/environments/?app_id=less", {"name": "x"}, role)) == (403, FREE_QUOTA)


def test_on_enterprise_there_is_no_limit(phase: Phase) -> None:
    assert [phase.make(f"e{number}")["index"] for number in range(12)][-1] == 14


# Concurrency


def test_of_eight_clients_that_create_one_name_at_once_exactly_one_succeeds(phase: Phase) -> None:
    def create(number: int) -> tuple[int, str]:
        reply = phase("POST", ENVIRONMENTS, {"name": "canary" if number % 2 else "CANARY"})
        return reply.status_code, reply.text

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(create, range(8)))
    assert sorted(status for status, _ in replies) == [201] + [400] * 7
    assert len(phase.names()) == 4


def test_the_same_seed_gives_the_same_ids_and_a_refused_request_draws_none(phase: Phase, mockenv: Sandbox) -> None:
    first = phase.make("canary")["id"]
    mockenv.reset()
    assert phase("POST", ENVIRONMENTS, {"name": "no good"}).status_code == 400
    assert phase.make("canary")["id"] == first
