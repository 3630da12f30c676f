"""Vector Pro's password resets."""

from __future__ import annotations

import pytest

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data, types

RESETS = [
    ("sftp", "sftp_password", "SFTP password reset successfully", "vector.dev-site.sftp-password-reset"),
    ("database", "db_password", "Database password reset successfully", "vector.dev-site.database-password-reset"),
]


@pytest.mark.parametrize(("path", "member", "message", "event"), RESETS)
def test_a_sites_password_is_made_anew_and_is_the_one_it_shows(
    vector: Browser, mockenv: Sandbox, path: str, member: str, message: str, event: str
) -> None:
    before = data(vector, "GET", SITE)
    seen = {before[member]}
    for turn in range(3):
        reply = vector("POST", f"{SITE}/{path}/reset-password").json()
        assert (list(reply["data"]), reply["message"], reply["http_status"]) == ([member], message, 200)
        after = data(vector, "GET", SITE)
        assert {name for name in after if after[name] != before[name]} <= {member, "updated_at"}
        assert after[member] == reply["data"][member]
        seen.add(after[member])
        assert len(seen) == turn + 2
    assert types(mockenv) == [event] * 3


def test_an_environments_password_likewise(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    before = data(vector, "GET", environment)["db_password"]
    reply = vector("POST", f"{environment}/database/reset-password").json()
    assert (reply["message"], list(reply["data"])) == ("Database password reset successfully", ["db_password"])
    assert before != reply["data"]["db_password"] == data(vector, "GET", environment)["db_password"]
    assert types(mockenv)[-1] == "vector.environment.database-password-reset"


def test_no_event_carries_a_password(vector: Browser, mockenv: Sandbox) -> None:
    environment = active_environment(vector, mockenv)
    for path in (f"{SITE}/sftp", f"{SITE}/database", f"{environment}/database"):
        data(vector, "POST", f"{path}/reset-password")
    assert not any("password" in name for one in mockenv.events() for name in one["data"])


def test_an_environment_without_a_database_user_is_the_services_one_400(vector: Browser, mockenv: Sandbox) -> None:
    id = data(vector, "POST", f"{SITE}/environments", {"name": "new", "php_version": "8.3"}, 201)["id"]
    text = "Environment does not have a database user configured. Deploy the environment first."
    refused = vector("POST", f"{SITE}/environments/{id}/database/reset-password")
    assert (refused.status_code, refused.json()) == (400, {"data": {}, "message": text, "http_status": 400})
    assert types(mockenv) == []


def test_a_site_that_is_not_there_yet_has_no_password_to_reset(vector: Browser) -> None:
    id = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.1"}, 201)["id"]
    for path in ("sftp", "database"):
        assert vector("POST", f"{API}/sites/{id}/{path}/reset-password").status_code == 400
    assert data(vector, "GET", f"{API}/sites/{id}")["sftp_password"] is None


def test_the_same_seed_and_requests_give_the_same_passwords_whatever_happens_beside(mockenv_server: Mockenv) -> None:
    seen = []
    for other in (False, True):
        with mockenv_server.sandbox(seed=7, clock="manual") as sandbox:
            vector = Browser(sandbox, sandbox.headers("vector"))
            passwords = []
            for _ in range(2):
                if other:
                    data(vector, "POST", f"{SITE}/database/reset-password")
                passwords.append(data(vector, "POST", f"{SITE}/sftp/reset-password"))
            seen.append(passwords)
    assert seen[0] == seen[1]
