"""What the service's frameworks do to a request, and what a differential run against the real backend found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockenv.providers.phase.markup import cleaned, without_tags
from tests.providers.phase.conftest import APP, BAD_NAME, DEVELOPMENT, ENVIRONMENTS, Phase, error

APPS, ACCOUNTS, ROLES = "/v1/apps/", "/v1/service-accounts/", "/v1/roles/"
SECRETS = f"/v1/secrets/?app_id={APP}&env=development"


@pytest.mark.parametrize(
    "query", ["APP_ID={app}", "appId={app}", "appID={app}", "app_id=zzz&APP_ID={app}", "ENV=development&app_id={app}"]
)
def test_query_keys_are_read_whatever_their_case(phase: Phase, query: str) -> None:
    assert len(phase("GET", f"/v1/environments/?{query.format(app=APP)}").json()) == 3
    assert error(phase("GET", f"/v1/environments/?{query.format(app=APP)}&FORMAT=xml")) == (404, "Not found.")


@pytest.mark.parametrize("query", ["App_Id={app}", "Appid={app}", "aPP_ID={app}"])
def test_a_capital_begins_a_word(phase: Phase, query: str) -> None:
    assert phase("GET", f"/v1/environments/?{query.format(app=APP)}").status_code == 403


@pytest.mark.parametrize(
    ("accept", "second_line"),
    [
        ("application/json; indent=4", '    {"'),
        ("text/html, application/json;indent=2", '  {"'),
        ("application/json; indent=99", '        {"'),
    ],
)
def test_json_is_indented_for_those_who_ask(phase: Phase, accept: str, second_line: str) -> None:
    reply = phase("GET", ENVIRONMENTS, headers={"Accept": accept})
    assert reply.text.splitlines()[1] == second_line.removesuffix('"')
    assert len(reply.json()) == 3
    assert phase("GET", "/v1/environments/", headers={"Accept": accept}).text.startswith("{\n")


@pytest.mark.parametrize("accept", ["application/json", "application/json; indent=x", "application/json; indent=0", "*/*"])
def test_json_is_written_close_for_all_others(phase: Phase, accept: str) -> None:
    assert "\n" not in phase("GET", ENVIRONMENTS, headers={"Accept": accept}).text


@pytest.mark.parametrize(
    ("told", "stored"),
    [
        ("1 <2> 3", "1 <2> 3"),
        ("<>", "<>"),
        ("a < b > c", "a < b > c"),
        ("<b>x</b><!-- y -->", "x"),
        ("<<b>i>z", "z"),
        ("a\tb\nc\x07\x9f", "a\tb\nc"),
        (" &amp; &#60; ", "&amp; &#60;"),
    ],
)
def test_what_only_looks_like_markup_stays(phase: Phase, told: str, stored: str) -> None:
    made = phase("POST", APPS, {"name": told, "description": told}).json()
    assert (made["name"], made["description"]) == (stored, stored)


@given(some.text(alphabet="<>/ab !-&;#1\x00\x85\n"))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert without_tags(without_tags(text)) == without_tags(text)
    assert not set(cleaned(text)) & {"\x00", "\x85"}


def post(phase: Phase, raw: bytes, charset: str = "", path: str = APPS) -> Any:
    return phase("POST", path, data=raw, headers={"Content-Type": f"application/json{charset}"})


def test_a_body_is_read_in_the_charset_that_it_names(phase: Phase) -> None:
    raw = '{"name": "Bücher"}'.encode("latin-1")
    assert post(phase, raw, "; charset=latin-1").json()["name"] == "Bücher"
    assert post(phase, '{"name": "Bücher"}'.encode(), "; charset=klingon").json()["name"] == "Bücher"
    status, text = error(post(phase, raw))
    assert (status, text.startswith("JSON parse error - 'utf-8' codec can't decode byte 0xfc")) == (400, True)


def test_pythons_own_parser_takes_what_no_standard_allows(phase: Phase) -> None:
    assert error(post(phase, b'{"name": 1e999}')) == (400, "'name' must be a string.")
    assert error(post(phase, b'{"name": "\\ud800"}', path=ENVIRONMENTS)) == (400, BAD_NAME)
    assert error(post(phase, b'{"name": "a", "b": "\\ud800", "c": NaN}'))[1].startswith("JSON parse error - Out of range")


def test_the_access_of_a_service_account_is_set_there_and_shown_elsewhere(phase: Phase) -> None:
    path = f"{ACCOUNTS}{phase.service_account()}/access/"
    reply = phase("GET", path)
    assert error(reply) == (405, 'Method "GET" not allowed.')
    assert reply.headers["Allow"] == "PUT, OPTIONS"
    refused = (403, "You don't have permission to update service accounts.")
    for method in ("GET", "PUT", "PATCH", "OPTIONS"):
        assert error(phase(method, path, role="developer")) == refused


@pytest.mark.parametrize("path", ["{a}/access/", "{a}/tokens/", "{a}/tokens/zzz/"])
def test_a_few_paths_tell_of_themselves(phase: Phase, path: str) -> None:
    path = ACCOUNTS + path.format(a=phase.service_account())
    assert sorted(phase("OPTIONS", path).json()) == ["description", "name", "parses", "renders"]
    assert phase("HEAD", path).status_code == 405


def test_that_of_the_keys_tells_of_itself_to_anybody(phase: Phase) -> None:
    assert phase("OPTIONS", "/service/secrets/tokens/", role="nobody").json()["name"] == "Secrets Tokens"


def test_log_streams_are_a_thing_to_be_allowed_and_personal_tokens_for_some_only(phase: Phase) -> None:
    shown = {name: phase("GET", f"{ROLES}{phase.role(name)}/").json()["permissions"] for name in ("Owner", "Manager", "Service")}
    assert [one["permissions"]["LogStreams"] for one in shown.values()] == [["create", "read", "update", "delete"], [], []]
    assert ["MemberPersonalAccessTokens" in one["permissions"] for one in shown.values()] == [True, False, False]
    policy = {"permissions": {"LogStreams": ["read"], "MemberPersonalAccessTokens": ["read"]}, "app_permissions": {}}
    assert phase("POST", ROLES, {"name": "Streamer", "permissions": policy}).status_code == 201


@pytest.mark.mockenv(fixture={"phase": {"organisation": {"plan": "Free"}}})
def test_on_free_a_role_is_refused_before_its_body_is_read(phase: Phase) -> None:
    refused = (403, "Custom roles are not available on your organisation's plan.")
    assert error(phase("POST", ROLES, data="{broken", headers={"Content-Type": "text/plain"})) == refused


# Secrets that were deleted live on


def test_a_deleted_secret_is_in_no_list_but_can_be_changed(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"})[0]
    assert phase("DELETE", SECRETS, {"secrets": [made["id"]]}).status_code == 200
    changed = phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "value": "2"}]})
    assert (changed.status_code, changed.json()[0]["value"], changed.json()[0]["version"]) == (200, "2", 2)
    assert phase("GET", SECRETS).json() == []
    assert phase.add_secrets({"key": "A", "value": "3"})[0]["id"] != made["id"]  # its key is free
    missing = f"Secret(s) not found in this environment: {made['id']}, zzz, {made['id']}"
    assert error(phase("DELETE", SECRETS, {"secrets": [made["id"], "zzz", made["id"]]})) == (404, missing)


def test_a_deleted_secret_still_says_which_environment_is_meant(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"})[0]
    phase("DELETE", SECRETS, {"secrets": [made["id"]]})
    assert phase("GET", f"/v1/environments/?secret_id={made['id']}").status_code == 200
    assert phase("GET", "/v1/environments/", headers={"Secret-Id": made["id"]}).status_code == 200
    phase("DELETE", f"/v1/environments/{DEVELOPMENT}/")
    assert error(phase("GET", f"/v1/environments/?secret_id={made['id']}")) == (404, "Secret not found")


def test_on_the_path_of_one_thing_a_secret_is_not_looked_at(phase: Phase) -> None:
    for path in (f"/v1/environments/{DEVELOPMENT}/", f"{APPS}{APP}/"):
        assert phase("GET", f"{path}?secret_id=zzz").status_code == 200


def test_a_change_may_blank_a_key_and_an_unknown_id_is_told_before_a_bad_value(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"})[0]
    assert phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "key": " "}]}).json()[0]["key"] == " "
    assert error(phase("PUT", SECRETS, {"secrets": [{"id": "zzz", "value": 1}]})) == (404, "Secret not found: zzz")
    assert error(phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "value": 1}]}))[0] == 400
    assert error(phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "type": None}]}))[0] == 400


def test_a_new_override_is_active_whatever_it_says(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1", "override": {"value": "2", "isActive": False}})[0]
    assert made["override"]["isActive"] is True
    changed = phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "override": {"value": "2", "isActive": False}}]}).json()[0]
    assert changed["override"]["isActive"] is False


def test_references_are_followed_to_their_end_and_circles_are_left(phase: Phase) -> None:
    phase.add_secrets(
        {"key": "A", "value": "<${B}>"},
        {"key": "B", "value": "[${/x/C}]"},
        {"key": "C", "value": "c", "path": "/x"},
        {"key": "ONE", "value": "1${TWO}"},
        {"key": "TWO", "value": "2${ONE}"},
        {"key": "RAIL", "value": "${{A}} ${nope}"},
    )
    shown = {one["key"]: one["value"] for one in phase("GET", SECRETS).json()}
    assert shown["A"] == "<[c]>"
    assert shown["ONE"] == "12${ONE}"
    assert shown["RAIL"] == "${{A}} ${nope}"
