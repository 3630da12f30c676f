"""Who asks: the header's forms, and what each wrong one is told."""

from __future__ import annotations

import pytest
import requests

from mockenv.client import Mockenv
from tests.providers.phase.conftest import APP, ENVIRONMENTS, Phase, error

NOT_PROVIDED = "Authentication credentials were not provided."
INVALID = "Invalid token"
GONE = "Token expired or deleted"
HEX = "0123456789abcdef" * 4

REFUSED = [
    ("", NOT_PROVIDED),
    ("Bearer", INVALID),
    ("Bearer ", INVALID),
    ("Bearer {token}", INVALID),
    (f"Bearer {HEX}", INVALID),
    (f"Basic User {HEX}", INVALID),
    (f"Token {HEX}", INVALID),
    (f"Bearer user {HEX}", INVALID),
    (f"Bearer USER {HEX}", INVALID),
    (f"Bearer serviceaccount {HEX}", INVALID),
    (f"Bearer  User {HEX}", INVALID),
    ("Bearer User ", INVALID),
    (f"User {HEX}", INVALID),
    (f"Bearer User {HEX}", GONE),
    (f"Bearer ServiceAccount {HEX}", GONE),
    (f"Bearer Service {HEX}", GONE),
    (f"Bearer ServiceAccount pss_service:v2:{HEX}:{HEX}:{HEX}:{HEX}", GONE),
]


@pytest.mark.parametrize(("words", "text"), REFUSED)
def test_strict_mode_tells_three_sorts_of_bad_credentials_apart(strict: Phase, words: str, text: str) -> None:
    reply = strict.bearing(words, "GET", ENVIRONMENTS)
    assert error(reply) == (401, text)
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_no_header_at_all_is_told_like_an_empty_one(strict: Phase) -> None:
    assert error(strict("GET", ENVIRONMENTS, role="nobody")) == (401, NOT_PROVIDED)


@pytest.mark.parametrize("role", ["owner", "manager", "developer", "service_account"])
def test_every_role_has_a_token_that_strict_mode_takes(strict: Phase, role: str) -> None:
    assert strict("GET", ENVIRONMENTS, role=role).status_code == 200


def test_bearer_may_be_written_in_any_case_and_words_behind_the_token_are_ignored(strict: Phase) -> None:
    token = strict.sandbox.tokens["phase"]["owner"]
    for words in (f"bearer {token}", f"BEARER {token}", f"Bearer {token} and more"):
        assert strict.bearing(words, "GET", ENVIRONMENTS).status_code == 200


def test_a_token_under_the_other_type_is_unknown(strict: Phase, phase: Phase) -> None:
    for world in (strict, phase):
        user = world.sandbox.tokens["phase"]["owner"].partition(" ")[2]
        service = world.sandbox.tokens["phase"]["service_account"].partition(" ")[2]
        assert error(world.bearing(f"Bearer ServiceAccount {user}", "GET", ENVIRONMENTS)) == (401, GONE)
        assert error(world.bearing(f"Bearer User {service}", "GET", ENVIRONMENTS)) == (401, GONE)


def test_tokens_have_a_type_word_and_64_lower_case_hexadecimal_digits(phase: Phase) -> None:
    for role, token in phase.sandbox.tokens["phase"].items():
        word, _, digits = token.partition(" ")
        assert word == {"service_account": "ServiceAccount", "service": "Service"}.get(role, "User")
        assert len(digits) == 64
        assert set(digits) <= set("0123456789abcdef")


@pytest.mark.parametrize("words", ["Bearer {token}", "Bearer x", f"Bearer User {HEX}", f"Bearer ServiceAccount {HEX}"])
def test_lenient_mode_takes_strangers_for_the_owner(phase: Phase, words: str) -> None:
    assert phase.bearing(words, "DELETE", f"/v1/apps/{APP}/").status_code == 204


@pytest.mark.parametrize(
    ("words", "text"), [("", NOT_PROVIDED), ("Bearer", INVALID), ("Bearer a b", INVALID), ("Basic x", INVALID)]
)
def test_lenient_mode_still_wants_a_bearer_token(phase: Phase, words: str, text: str) -> None:
    assert error(phase.bearing(words, "GET", ENVIRONMENTS)) == (401, text)


def test_a_token_of_a_dropped_sandbox_is_refused_in_the_dialect(mockenv_server: Mockenv) -> None:
    sandbox = mockenv_server.sandbox(clock="manual")
    words = f"Bearer {sandbox.tokens['phase']['owner']}"
    sandbox.drop()
    reply = requests.get(f"{mockenv_server.url}{ENVIRONMENTS}", headers={"Authorization": words}, timeout=30)
    assert error(reply) == (401, GONE)


def test_a_token_leads_to_its_own_sandbox_without_any_prefix(mockenv_server: Mockenv, phase: Phase) -> None:
    phase.make("only-here")
    headers = phase.sandbox.headers("phase", "owner")
    reply = requests.get(f"{mockenv_server.url}{ENVIRONMENTS}", headers=headers, timeout=30)
    assert [one["name"] for one in reply.json()][-1] == "only-here"


def test_a_removed_members_token_is_answered_with_404_but_an_unknown_app_comes_first(phase: Phase) -> None:
    assert phase("DELETE", f"/v1/members/{phase.member('Developer')}/").status_code == 204
    assert error(phase("GET", ENVIRONMENTS, role="developer")) == (404, "User not found")
    assert error(phase("GET", "/v1/apps/", role="developer")) == (404, "User not found")
    assert error(phase("GET", "/v1/environments/?app_id=zzz", role="developer")) == (404, "App with ID zzz not found")


@pytest.mark.mockenv(fixture="empty")
@pytest.mark.parametrize("role", ["owner", "manager", "developer", "service_account"])
def test_an_empty_world_has_a_holder_for_every_token(phase: Phase, role: str) -> None:
    reply = phase("GET", "/v1/apps/", role=role)
    assert (reply.status_code, reply.json()) == (200, {"data": []})


@pytest.mark.mockenv(fixture={"vector": {}})
def test_a_fixture_that_is_silent_on_phase_still_has_its_members(phase: Phase) -> None:
    assert [one["role"]["name"] for one in phase("GET", "/v1/members/").json()["data"]] == ["Owner", "Manager", "Developer"]
    assert len(phase("GET", "/v1/service-accounts/").json()["data"]) == 1
