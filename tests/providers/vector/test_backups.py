"""Backups, restores and downloads of backups, which the later generation of Vector Pro has."""

from __future__ import annotations

import tarfile
from io import BytesIO
from typing import Any

import pytest
import requests

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.providers.vector.february import API, FEBRUARY, ULID, ask, make_environment, refused

pytestmark = pytest.mark.mockenv(options=FEBRUARY)
SITE_DUMP, OTHER_DUMP = b"-- home is https://old.example.com\n", b"-- another\n"


def back_up(vector: Browser, sandbox: Sandbox, **wanted: Any) -> dict[str, Any]:
    made = ask(vector, "POST", "/backups", {"type": "manual", **wanted}, 202)
    sandbox.advance_until_idle()
    shown: dict[str, Any] = ask(vector, "GET", f"/backups/{made['id']}")
    return shown


def put_database(vector: Browser, content: bytes, of: str = "/sites/12345") -> None:
    sent = vector("POST", f"{API}{of}/db/import", data=content, headers={"Content-Type": "application/sql"})
    assert sent.status_code == 200, sent.text


def database_of_site(vector: Browser, sandbox: Sandbox) -> bytes:
    export = ask(vector, "POST", "/sites/12345/db/export", status=202)["id"]
    sandbox.advance_until_idle()
    link = ask(vector, "GET", f"/sites/12345/db/exports/{export}")["download_url"]
    return requests.get(link, timeout=30).content


def restore(vector: Browser, sandbox: Sandbox, backup: str, **wanted: Any) -> dict[str, Any]:
    made = ask(vector, "POST", "/restores", {"backup_id": backup, **wanted}, 202)
    assert (made["status"], made["started_at"]) == ("pending", None)
    sandbox.advance_until_idle()
    shown: dict[str, Any] = ask(vector, "GET", f"/restores/{made['id']}")
    return shown


def test_a_backup_walks_on_the_clock_and_has_its_snapshots_in_the_end(vector: Browser, mockenv: Sandbox) -> None:
    reply = vector("POST", f"{API}/backups", {"site_id": "12345", "type": "manual", "description": "Before the relaunch"})
    assert (reply.status_code, reply.json()["message"]) == (202, "Backup initiated successfully")
    made = reply.json()["data"]
    [site] = ask(vector, "GET", "/sites")
    assert ULID.fullmatch(made["id"])
    assert made == {
        "id": made["id"],
        "archivable_type": "vector_site",
        "archivable_id": site["id"],
        "type": "manual",
        "type_label": "Manual",
        "scope": "full",
        "scope_label": "Full",
        "status": "pending",
        "status_label": "Pending",
        "description": "Before the relaunch",
        "file_snapshot_id": None,
        "database_snapshot_id": None,
        "started_at": None,
        "completed_at": None,
        "created_at": "2026-01-24T10:30:00+00:00",
        "updated_at": "2026-01-24T10:30:00+00:00",
    }
    seen = []
    while mockenv.agenda():
        mockenv.advance("1s")
        seen.append(ask(vector, "GET", f"/backups/{made['id']}")["status"])
    assert seen == ["processing", "completed"]
    done = ask(vector, "GET", f"/backups/{made['id'].upper()}")
    assert (done["started_at"], done["completed_at"]) == ("2026-01-24T10:30:01+00:00", "2026-01-24T10:30:02+00:00")
    assert None not in (done["file_snapshot_id"], done["database_snapshot_id"])
    assert [one["type"] for one in mockenv.events()] == ["backup.started", "backup.completed"]


def test_what_was_backed_up_comes_back(vector: Browser, mockenv: Sandbox) -> None:
    put_database(vector, SITE_DUMP)
    backup = back_up(vector, mockenv, site_id="12345")["id"]
    put_database(vector, OTHER_DUMP)
    assert restore(vector, mockenv, backup, scope="files")["status"] == "completed"
    assert database_of_site(vector, mockenv) == OTHER_DUMP
    done = restore(vector, mockenv, backup, search_replace=[{"from": "old.example.com", "to": "new.example.com"}])
    assert (done["status"], done["duration_ms"], done["trigger"]) == ("completed", 1000, "manual")
    assert done["search_replace"] == [{"from": "old.example.com", "to": "new.example.com"}]
    assert database_of_site(vector, mockenv) == b"-- home is https://new.example.com\n"


def test_an_environment_is_backed_up_by_itself(vector: Browser, mockenv: Sandbox) -> None:
    environment = make_environment(vector, mockenv)["id"]
    put_database(vector, SITE_DUMP)
    of_site = back_up(vector, mockenv, site_id="12345", scope="database")
    of_environment = back_up(vector, mockenv, environment_id=environment, scope="files")
    assert (of_site["file_snapshot_id"], of_environment["database_snapshot_id"]) == (None, None)
    assert (of_environment["archivable_type"], of_environment["archivable_id"]) == ("vector_environment", environment)
    assert ask(vector, "GET", "/backups") == [of_environment, of_site]  # newest first
    [site] = ask(vector, "GET", "/sites")
    assert ask(vector, "GET", f"/backups?site_id={site['id']}") == [of_environment, of_site]
    for query in ("type=environment", f"environment_id={environment}"):
        assert ask(vector, "GET", f"/backups?{query}") == [of_environment]
    assert ask(vector, "GET", "/backups?type=site&per_page=1") == [of_site]
    assert ask(vector, "GET", "/backups?site_id=nobody") == []
    ask(vector, "DELETE", f"/environments/{environment}", status=202)
    mockenv.advance_until_idle()
    assert ask(vector, "GET", "/backups") == [of_site]


def test_restores_are_listed_by_what_they_are_of(vector: Browser, mockenv: Sandbox) -> None:
    backup, other = (back_up(vector, mockenv, site_id="12345")["id"] for _ in range(2))
    first, second = restore(vector, mockenv, backup), restore(vector, mockenv, other)
    assert ask(vector, "GET", "/restores") == [second, first]
    assert ask(vector, "GET", f"/restores?backup_id={backup}") == [first]
    assert ask(vector, "GET", "/restores?type=environment") == []


def test_a_backup_becomes_a_file_that_can_be_fetched_for_an_hour(vector: Browser, mockenv: Sandbox) -> None:
    put_database(vector, SITE_DUMP)
    backup = back_up(vector, mockenv, site_id="12345")["id"]
    started = ask(vector, "POST", f"/backups/{backup}/downloads", status=202)
    assert (started["status"], started["download_url"], started["vector_backup_id"]) == ("pending", None, backup)
    mockenv.advance_until_idle()
    path = f"/backups/{backup}/downloads/{started['id']}"
    done = ask(vector, "GET", path)
    file = requests.get(done["download_url"], timeout=30)
    assert (file.status_code, file.headers["Content-Type"], len(file.content)) == (200, "application/gzip", done["size_bytes"])
    with tarfile.open(fileobj=BytesIO(file.content)) as archive:
        assert archive.getnames() == ["files", "database.sql"]
        packed = archive.extractfile("database.sql")
        assert packed is not None
        assert packed.read() == SITE_DUMP
    mockenv.advance("1h")
    assert requests.get(done["download_url"], timeout=30).status_code == 403
    assert ask(vector, "GET", path)["download_url"] is None


@pytest.mark.parametrize(("step", "kind"), [("processing", "backup"), ("pending", "restore"), ("processing", "backup-download")])
def test_each_of_them_can_fail_at_any_step(vector: Browser, mockenv: Sandbox, step: str, kind: str) -> None:
    backup = None if kind == "backup" else back_up(vector, mockenv, site_id="12345")["id"]
    mockenv.fault({"fail": "the disk is full"}, provider="vector", resource=kind, step=step)
    if kind == "backup":
        path = f"/backups/{back_up(vector, mockenv, site_id='12345')['id']}"
    elif kind == "restore":
        path = f"/restores/{restore(vector, mockenv, str(backup))['id']}"
    else:
        path = f"/backups/{backup}/downloads/{ask(vector, 'POST', f'/backups/{backup}/downloads', status=202)['id']}"
        mockenv.advance_until_idle()
    shown = ask(vector, "GET", path)
    assert shown["status"] == "failed"
    assert shown.get("error_message", "the disk is full") == "the disk is full"
    if kind != "backup-download":
        assert mockenv.events()[-1]["type"] == f"{kind}.failed"
    if kind == "backup":
        unfinished = {"backup_id": ["The backup must be completed before it can be restored."]}
        assert refused(vector, "POST", "/restores", {"backup_id": shown["id"]}) == unfinished
        assert list(refused(vector, "POST", f"{path}/downloads")) == ["backup"]


def test_what_does_not_exist_is_refused_by_its_name(vector: Browser) -> None:
    neither = {"site_id": ["Either a site ID or environment ID is required."]}
    assert refused(vector, "POST", "/backups", {"type": "manual"}) == neither
    for name in ("site_id", "environment_id"):
        assert list(refused(vector, "POST", "/backups", {"type": "manual", name: "nobody"})) == [name]
    assert list(refused(vector, "POST", "/backups", {"type": "sometimes", "site_id": "12345"})) == ["type"]
    assert list(refused(vector, "POST", "/restores", {})) == ["backup_id"]
    assert list(refused(vector, "POST", "/restores", {"backup_id": "nobody"})) == ["backup_id"]
    for path, what in (
        ("/backups/nobody", "Backup not found"),
        ("/backups/nobody/downloads/x", "Backup not found"),
        ("/restores/nobody", "Restore not found"),
    ):
        assert refused(vector, "GET", path, status=404) == what
