"""Vector Pro's secrets, of all sites and of one environment: values go in and never come out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, active_environment, data

VALUE = "sk_live_not_a_real_one"
GLOBAL = f"{API}/global-secrets"
ENVIRONMENT = f"{API}/sites/12345/environments/67890/secrets"


@pytest.fixture(params=[GLOBAL, ENVIRONMENT], ids=["global", "environment"])
def secrets(request: pytest.FixtureRequest, vector: Browser, mockenv: Sandbox) -> str:
    """The path of either sort."""
    active_environment(vector, mockenv)
    return str(request.param)


def keep(vector: Browser, secrets: str, key: str = "STRIPE_SECRET_KEY") -> dict[str, Any]:
    made: dict[str, Any] = data(vector, "POST", secrets, {"key": key, "value": VALUE}, 201)
    return made


def what(secrets: str) -> str:
    return "Global secret" if secrets == GLOBAL else "Environment secret"


def test_a_secret_lives_and_its_value_is_nowhere(vector: Browser, mockenv: Sandbox, secrets: str) -> None:
    made = keep(vector, secrets)
    assert (list(made), made["key"]) == (["id", "key", "created_at", "updated_at"], "STRIPE_SECRET_KEY")
    one = f"{secrets}/{made['id']}"
    assert (data(vector, "GET", one), data(vector, "GET", secrets)) == (made, [made])
    mockenv.advance("5s")
    changed = vector("PUT", one, {"value": "another"}).json()
    assert changed["message"] == f"{what(secrets)} updated successfully"
    assert {**changed["data"], "updated_at": "-"} == {**made, "updated_at": "-"}
    assert changed["data"]["updated_at"] > made["updated_at"]
    renamed = data(vector, "PUT", one, {"key": "STRIPE_API_KEY"})
    assert renamed["key"] == "STRIPE_API_KEY"
    gone = vector("DELETE", one).json()
    assert (gone["data"], gone["message"]) == (renamed, f"{what(secrets)} deleted successfully")
    missing = vector("GET", one)
    assert (missing.status_code, missing.json()["message"]) == (404, f"{what(secrets)} not found")
    assert VALUE not in json.dumps([mockenv.journal(), mockenv.events()])


def test_a_value_that_does_not_change_changes_nothing(vector: Browser, mockenv: Sandbox, secrets: str) -> None:
    made = keep(vector, secrets)
    mockenv.advance("5s")
    assert data(vector, "PUT", f"{secrets}/{made['id']}", {"key": made["key"], "value": VALUE}) == made


def test_each_scope_has_its_own(vector: Browser, mockenv: Sandbox) -> None:
    active_environment(vector, mockenv)
    everybodys, ones = keep(vector, GLOBAL), keep(vector, ENVIRONMENT)
    assert (data(vector, "GET", GLOBAL), data(vector, "GET", ENVIRONMENT)) == ([everybodys], [ones])
    assert vector("GET", f"{GLOBAL}/{ones['id']}").status_code == 404
    assert vector("GET", f"{ENVIRONMENT}/{everybodys['id']}").status_code == 404
    vector("DELETE", f"{API}/sites/12345/environments/67890")
    mockenv.advance_until_idle()
    assert [one["name"] for one in mockenv.resources(kind="secret")] == [f"vector/secret/{everybodys['id']}"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"value": "v"}, {"key": ["The secret key is required."]}),
        ({"key": "", "value": "v"}, {"key": ["The secret key is required."]}),
        ({"key": "A"}, {"value": ["The value field is required."]}),
        *(
            (
                {"key": key, "value": "v"},
                {"key": ["The secret key must start with a letter and contain only uppercase letters, numbers, and underscores."]},
            )
            for key in ("lower", "1A", "_A", "A-B", "A B")
        ),
        *(
            ({"key": key, "value": "v"}, {"key": ["The secret key is reserved and cannot be used."]})
            for key in ("DB_NAME", "DB_COLLATE", "YMIR_ANYTHING", "AWS_REGION", "WP_HOME", "TZ")
        ),
    ],
)
def test_bad_keys_are_refused_in_the_services_words(vector: Browser, secrets: str, body: Any, errors: Any) -> None:
    refused = vector("POST", secrets, body)
    assert (refused.status_code, refused.json()["errors"], refused.json()["message"]) == (422, errors, "Validation failed")
    if "value" in body and body.get("key"):
        changed = vector("PUT", f"{secrets}/{keep(vector, secrets)['id']}", body)
        assert changed.json()["errors"] == errors


def test_a_reader_sees_keys_and_changes_none(vector: Browser, reader: Browser, secrets: str) -> None:
    one = f"{secrets}/{keep(vector, secrets)['id']}"
    assert reader("GET", one).status_code == 200
    for method, path in (("POST", secrets), ("PUT", one), ("DELETE", one)):
        assert reader(method, path, {}).status_code == 403
