"""Vector Pro's database exports and imports, and the links by which files come and go."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from mockenv.client import Mockenv, Sandbox
from tests.conftest import Browser
from tests.providers.vector.steps import API, SITE, active_environment, data, types

EXPORT, IMPORT = f"{SITE}/database/export", f"{SITE}/database/import"
DUMP = "-- ä\r\nINSERT INTO t VALUES (1);\n\n".encode() + b"\xff\x00--x\r\n"


@pytest.fixture
def bare() -> requests.Session:
    """Whoever follows a link: no token, no header of ours."""
    session = requests.Session()
    session.trust_env = False
    return session


def exported(vector: Browser, mockenv: Sandbox, path: str = EXPORT) -> dict[str, Any]:
    id = data(vector, "POST", path, status=202)["export_id"]
    assert mockenv.advance_until(f"vector/database-export/{id}", "completed").reached
    shown: dict[str, Any] = data(vector, "GET", f"{EXPORT}/{id}")
    return shown


def opened(vector: Browser) -> dict[str, Any]:
    session: dict[str, Any] = data(vector, "POST", IMPORT, status=201)
    return session


def imported(vector: Browser, mockenv: Sandbox, bare: requests.Session, dump: bytes) -> dict[str, Any]:
    session = opened(vector)
    sent = bare.put(session["upload_url"], data=dump, headers={"Content-Type": "application/sql"}, timeout=30)
    assert (sent.status_code, sent.content) == (200, b"")
    data(vector, "POST", f"{IMPORT}/{session['import_id']}/run", status=202)
    mockenv.advance_until_idle()
    shown: dict[str, Any] = data(vector, "GET", f"{IMPORT}/{session['import_id']}")
    return shown


def test_an_export_walks_on_the_clock_and_has_a_link_that_answers_for_an_hour(
    vector: Browser, mockenv: Sandbox, bare: requests.Session
) -> None:
    started = vector("POST", EXPORT)
    assert (started.status_code, started.json()["message"]) == (202, "Database export started")
    id = started.json()["data"]["export_id"]
    assert started.json()["data"] == {"export_id": id, "status": "pending"}
    statuses = []
    while mockenv.agenda():
        mockenv.advance("1s")
        statuses.append(data(vector, "GET", f"{EXPORT}/{id}")["status"])
    assert statuses == ["processing", "completed"]
    shown = vector("GET", f"{EXPORT}/{id}").json()
    assert shown["message"] == "Export retrieved successfully"
    assert list(shown["data"]) == ["export_id", "status", "download_url", "expires_at"]
    assert shown["data"]["expires_at"] == "2026-01-24T11:30:02.000000Z"
    link = shown["data"]["download_url"]
    file = bare.get(link, timeout=30)
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/sql")
    assert "'siteurl','https://happy-panda.vectorpages.com'" in file.text
    mockenv.advance("1h")
    assert bare.get(link, timeout=30).json() == {"data": {}, "message": "Request has expired", "http_status": 403}
    assert data(vector, "GET", f"{EXPORT}/{id}") == {"export_id": id, "status": "completed"}


def test_what_was_imported_is_what_is_exported(vector: Browser, mockenv: Sandbox, bare: requests.Session) -> None:
    done = imported(vector, mockenv, bare, DUMP)
    assert {**done, "import_id": "-"} == {
        "import_id": "-",
        "status": "completed",
        "started_at": "2026-01-24T10:30:00.000000Z",
        "completed_at": "2026-01-24T10:30:01.000000Z",
    }
    assert bare.get(exported(vector, mockenv)["download_url"], timeout=30).content == DUMP
    environment = active_environment(vector, mockenv, custom_domain="www.example.com")
    other = bare.get(exported(vector, mockenv, f"{environment}/database/export")["download_url"], timeout=30)
    assert "'siteurl','https://www.example.com'" in other.text  # a database of its own


def test_an_import_session_is_the_guides(vector: Browser, mockenv: Sandbox, bare: requests.Session) -> None:
    session = opened(vector)
    assert (list(session), session["expires_at"]) == (["import_id", "upload_url", "expires_at"], "2026-01-24T11:30:00.000000Z")
    one = f"{IMPORT}/{session['import_id']}"
    waiting = data(vector, "GET", one)
    assert waiting == {**session, "status": "pending", "started_at": None, "completed_at": None}
    running = vector("POST", f"{one}/run")
    assert (running.status_code, running.json()["data"]["status"]) == (202, "processing")
    for _ in range(2):
        again = vector("POST", f"{one}/run")
        assert (again.status_code, again.json()["message"]) == (422, "Import is not ready to run")
        assert again.json()["errors"] == {"status": ["Import must be in pending or uploaded status"]}
        mockenv.advance_until_idle()


def test_a_session_that_has_expired_takes_no_file_and_does_not_run(
    vector: Browser, mockenv: Sandbox, bare: requests.Session
) -> None:
    session = opened(vector)
    mockenv.advance("1h")
    late = vector("POST", f"{IMPORT}/{session['import_id']}/run")
    assert (late.status_code, late.json()["message"]) == (422, "Import session has expired")
    assert late.json()["errors"] == {"expires_at": ["Please create a new import session"]}
    assert bare.put(session["upload_url"], data=b"x", timeout=30).status_code == 403
    assert "upload_url" not in data(vector, "GET", f"{IMPORT}/{session['import_id']}")


@pytest.mark.parametrize("kind", ["import", "export"])
def test_what_fails_says_why(vector: Browser, mockenv: Sandbox, bare: requests.Session, kind: str) -> None:
    mockenv.fault({"fail": "Access denied for user"}, provider="vector", resource=f"database-{kind}", step="processing", times=1)
    if kind == "import":
        failed = imported(vector, mockenv, bare, DUMP)
    else:
        id = data(vector, "POST", EXPORT, status=202)["export_id"]
        mockenv.advance_until_idle()
        failed = data(vector, "GET", f"{EXPORT}/{id}")
    assert (failed["status"], failed["error_message"], "download_url" in failed) == ("failed", "Access denied for user", False)
    told = mockenv.events()[-1]
    assert (told["type"], told["data"]["error_message"]) == (f"vector.dev-site.db-{kind}-failed", "Access denied for user")


def test_a_site_tells_of_its_transfers_and_an_environment_does_not(
    vector: Browser, mockenv: Sandbox, bare: requests.Session
) -> None:
    environment = active_environment(vector, mockenv)
    before = len(mockenv.events())
    imported(vector, mockenv, bare, DUMP)
    exported(vector, mockenv)
    exported(vector, mockenv, f"{environment}/database/export")
    told = [f"vector.dev-site.db-{kind}-{moment}" for kind in ("import", "export") for moment in ("started", "completed")]
    assert types(mockenv)[before:] == told


@pytest.mark.parametrize("form", [True, False], ids=["form", "bare"])
def test_a_small_file_is_imported_at_once(vector: Browser, mockenv: Sandbox, bare: requests.Session, form: bool) -> None:
    how: dict[str, Any] = {"files": {"file": ("database.sql", DUMP)}} if form else {"data": DUMP}
    headers = {} if form else {"Content-Type": "application/sql"}
    reply = vector("POST", f"{SITE}/database/import-direct", headers=headers, **how)
    assert (reply.status_code, reply.json()["message"]) == (200, "Database imported successfully")
    assert (list(reply.json()["data"]), reply.json()["data"]["success"]) == (["success", "duration_ms"], True)
    assert bare.get(exported(vector, mockenv)["download_url"], timeout=30).content == DUMP


def test_a_direct_import_of_nothing_is_refused(vector: Browser) -> None:
    path = f"{SITE}/database/import-direct"
    empty = vector("POST", path)
    assert (empty.status_code, empty.json()["message"]) == (422, "Request body is empty")
    assert empty.json()["errors"] == {"content": ["SQL content is required in the request body"]}
    other = vector("POST", path, files={"else": ("a.sql", DUMP)})
    assert (other.status_code, other.json()["errors"]) == (422, {"file": ["The file field is required."]})
    assert vector("POST", path, {"sql": "x"}).status_code == 415


def test_a_link_is_for_one_direction_and_nobody_guesses_it(vector: Browser, mockenv: Sandbox, bare: requests.Session) -> None:
    up, down = opened(vector)["upload_url"], exported(vector, mockenv)["download_url"]
    for method, link in (("GET", up), ("PUT", down), ("GET", down[:-1]), ("GET", f"{down}0")):
        assert bare.request(method, link, timeout=30).json() == {"data": {}, "message": "Not Found", "http_status": 404}


def test_a_link_leads_into_its_sandbox_however_that_was_chosen(mockenv_server: Mockenv, bare: requests.Session) -> None:
    with mockenv_server.sandbox(clock="manual") as sandbox:
        base = mockenv_server.url
        for headers in (sandbox.headers("vector"), {"Authorization": "Bearer any", "X-Mockenv-Sandbox": sandbox.name}):
            made = bare.post(f"{base}{IMPORT}", headers=headers, timeout=30).json()["data"]
            assert made["upload_url"].startswith(f"{base}/_sandbox/{sandbox.name}/api/v1/vector/transfers/")
            assert bare.put(made["upload_url"], data=b"x", timeout=30).status_code == 200


def test_transfers_are_found_under_their_own_site_and_go_with_it(vector: Browser, mockenv: Sandbox, bare: requests.Session) -> None:
    imported(vector, mockenv, bare, DUMP)
    shown, session = exported(vector, mockenv), opened(vector)
    other = data(vector, "POST", f"{API}/sites", {"partner_customer_id": "c", "dev_php_version": "8.3"}, 201)["id"]
    for path, message in ((f"export/{shown['export_id']}", "Export"), (f"import/{session['import_id']}", "Import")):
        gone = vector("GET", f"{API}/sites/{other}/database/{path}")
        assert (gone.status_code, gone.json()["message"]) == (404, f"{message} not found")
    vector("DELETE", SITE)
    mockenv.advance_until_idle()
    assert [one["name"] for one in mockenv.resources(provider="vector")] == [f"vector/site/{other}"]
    assert bare.get(shown["download_url"], timeout=30).status_code == 404


def test_a_reader_sees_transfers_and_starts_none(vector: Browser, reader: Browser, mockenv: Sandbox) -> None:
    shown = exported(vector, mockenv)
    assert reader("GET", f"{EXPORT}/{shown['export_id']}").status_code == 200
    for path in (EXPORT, IMPORT, f"{SITE}/database/import-direct"):
        assert reader("POST", path).status_code == 403


@pytest.mark.mockenv(clock="auto")
def test_polling_an_export_brings_it_about(vector: Browser) -> None:
    id = data(vector, "POST", EXPORT, status=202)["export_id"]
    statuses = [data(vector, "GET", f"{EXPORT}/{id}")["status"] for _ in range(2)]
    assert statuses == ["processing", "completed"]
