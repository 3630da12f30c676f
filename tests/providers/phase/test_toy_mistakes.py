"""Ten things that a toy would get wrong, one test each."""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from tests.providers.phase.conftest import APP, BAD_NAME, DEVELOPMENT, ENVIRONMENTS, MISSING_NAME, PRODUCTION, STAGING, Phase, error

LIST = "/v1/environments/"


def test_1_no_app_is_403_an_unknown_one_404_and_both_come_before_permission_and_body(phase: Phase) -> None:
    for role in ("owner", "developer"):
        for method in ("POST", "DELETE", "PATCH"):
            assert error(phase(method, LIST, data="{", role=role)) == (403, "Could not resolve app from request.")
            assert error(phase(method, f"{LIST}?app_id=x", data="{", role=role)) == (404, "App with ID x not found")


def test_2_a_taken_name_is_400_on_create_409_on_rename_and_ones_own_in_other_letters_is_free(phase: Phase) -> None:
    assert phase("POST", ENVIRONMENTS, {"name": "sTaGiNg"}).status_code == 400
    assert phase("PUT", f"{LIST}{DEVELOPMENT}/", {"name": "sTaGiNg"}).status_code == 409
    assert phase("PUT", f"{LIST}{STAGING}/", {"name": "sTaGiNg"}).json()["name"] == "sTaGiNg"


def test_3_the_type_is_custom_on_create_and_stays_on_rename(phase: Phase) -> None:
    assert phase("POST", ENVIRONMENTS, {"name": "prod", "envType": "prod", "index": 0}).json()["envType"] == "custom"
    body = {"name": "canary", "envType": "custom", "index": 9}
    renamed = phase("PUT", f"{LIST}{DEVELOPMENT}/", body).json()
    assert (renamed["envType"], renamed["index"]) == ("dev", 0)


def test_4_indexes_are_never_renumbered_gaps_stay_and_the_top_number_is_reused(phase: Phase) -> None:
    phase("DELETE", f"{LIST}{STAGING}/")
    top = phase.make("a")
    assert top["index"] == 3
    phase("DELETE", f"{LIST}{top['id']}/")
    assert phase.make("b")["index"] == 3
    assert [one["index"] for one in phase("GET", ENVIRONMENTS).json()] == [0, 2, 3]


def test_5_three_words_three_texts_and_a_service_account_without_the_app_is_401(strict: Phase) -> None:
    token = strict.sandbox.tokens["phase"]["owner"].split(" ")[1]
    texts = [
        error(strict.bearing(words, "GET", ENVIRONMENTS))
        for words in ("", f"Bearer {token}", f"Bearer user {token}", f"Bearer User {'0' * 64}")
    ]
    expected = ["Authentication credentials were not provided.", "Invalid token", "Invalid token", "Token expired or deleted"]
    assert texts == [(401, text) for text in expected]
    app = strict("POST", "/v1/apps/", {"name": "other"}).json()["id"]
    assert strict("GET", f"{LIST}?app_id={app}", role="developer").status_code == 403
    assert strict("GET", f"{LIST}?app_id={app}", role="service_account").status_code == 401


def test_6_a_missing_slash_is_html_without_a_redirect_while_other_methods_are_405_in_json(phase: Phase) -> None:
    reply = phase("POST", f"/v1/environments?app_id={APP}", {"name": "x"}, allow_redirects=False)
    assert (reply.status_code, reply.headers["Content-Type"].split(";")[0]) == (404, "text/html")
    for method in ("PATCH", "OPTIONS"):
        assert error(phase(method, ENVIRONMENTS)) == (405, f'Method "{method}" not allowed.')
    assert phase("HEAD", ENVIRONMENTS).status_code == 405
    assert phase("PATCH", ENVIRONMENTS, role="nobody").status_code == 401


@pytest.mark.mockenv(
    fixture={
        "phase": {
            "organisation": {"plan": "Pro"},
            "apps": [
                {
                    "id": "a",
                    "name": "a",
                    "environments": [{"name": f"e{at}", "access": ["developer"] * (at < 1)} for at in range(10)],
                }
            ],
        }
    }
)
def test_7_the_list_shows_what_one_has_but_hidden_ones_take_names_and_quota(phase: Phase) -> None:
    assert phase.names("a", "developer") == ["e0"]
    hidden = phase("GET", f"{LIST}?app_id=a").json()[9]["id"]
    assert error(phase("GET", f"{LIST}{hidden}/", role="developer"))[0] == 403
    text = "Environment quota exceeded for this app's plan."
    assert error(phase("POST", f"{LIST}?app_id=a", {"name": "x"}, "developer")) == (403, text)
    phase("DELETE", f"{LIST}{phase('GET', f'{LIST}?app_id=a').json()[5]['id']}/")
    assert error(phase("POST", f"{LIST}?app_id=a", {"name": "E9"}, "developer"))[0] == 400
    other = phase("POST", "/v1/apps/", {"name": "other"}).json()["environments"][0]["id"]
    assert error(phase("GET", f"{LIST}{other}/?app_id=a", role="developer")) == (404, "Environment not found")


@pytest.mark.mockenv(
    fixture={
        "phase": {
            "organisation": {"plan": "Free"},
            "apps": [{"id": "full", "name": "full"}, {"id": "less", "name": "less", "environments": [{"name": "e"}]}],
        }
    }
)
def test_8_on_create_missing_name_quota_plan_pattern_and_duplicate_come_in_this_order(phase: Phase) -> None:
    def create(app: str, name: str) -> tuple[int, str]:
        return error(phase("POST", f"{LIST}?app_id={app}", {"name": name}))

    assert create("full", "") == (400, MISSING_NAME)
    assert create("full", "no good") == (403, "Environment quota exceeded for this app's plan.")
    assert create("less", "no good") == (403, "Custom environments are not available on the Free plan.")


def test_8_and_then_pattern_before_duplicate_and_managers_may_create_and_rename_but_not_delete(phase: Phase) -> None:
    assert error(phase("POST", ENVIRONMENTS, {"name": "Staging "})) == (400, BAD_NAME)
    assert error(phase("POST", ENVIRONMENTS, {"name": "Staging"}))[0] == 400
    for role in ("manager", "developer"):
        made = phase.make(role, role=role)["id"]
        assert phase("PUT", f"{LIST}{made}/", {"name": f"{role}-2"}, role).status_code == 200
        assert phase("DELETE", f"{LIST}{made}/", role=role).status_code == 403


def test_9_the_date_moves_with_every_rename_and_secret_and_deletion_is_hard(phase: Phase, mockenv: Sandbox) -> None:
    path, seen = f"{LIST}{PRODUCTION}/", []
    mockenv.advance(1)
    seen.append(phase("PUT", path, {"name": "Production"}).json()["updatedAt"])
    mockenv.advance(1)
    phase.add_secrets({"key": "A", "value": "1"}, env="production")
    seen.append(phase("GET", path).json()["updatedAt"])
    assert seen == ["2026-01-24T10:30:01Z", "2026-01-24T10:30:02Z"]
    assert phase("DELETE", path).status_code == 204
    reply = phase("GET", f"/v1/secrets/?app_id={APP}&env=production")
    assert error(reply) == (404, f"Environment 'production' not found in App {APP}")


@pytest.mark.mockenv(options={"phase": {"rate_limits": "5/minute"}})
def test_10_errors_are_one_text_and_throttling_has_one_header_and_counts_what_it_should(phase: Phase) -> None:
    for _ in range(7):
        phase("GET", f"{LIST}?app_id=zzz")  # 404 while the app is being found: not counted
        phase.bearing("Bearer a b", "GET", ENVIRONMENTS)  # nor is 401
    refused = [phase("GET", LIST), phase("PATCH", ENVIRONMENTS), phase("POST", ENVIRONMENTS, {})]
    assert [error(one)[0] for one in refused] == [403, 405, 400]
    assert [phase("GET", ENVIRONMENTS).status_code for _ in range(3)] == [200, 200, 429]
    last = phase("GET", ENVIRONMENTS)
    assert error(last)[0] == 429
    assert [name for name in last.headers if "retry" in name.lower() or "limit" in name.lower()] == ["Retry-After"]
