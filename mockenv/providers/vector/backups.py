"""Backups, restores and downloads of backups as they are stored, and how they walk; knows no operation.

Only the later generation has them. Of a database the content is kept and comes back; of files there is only the snapshot's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import iso_micros, parse_instant
from mockenv.providers.vector.model import BACKUP, BACKUP_DOWNLOAD, RESTORE
from mockenv.providers.vector.telling import tell
from mockenv.providers.vector.transfers import new_file, put_database, replaced, snapshot, snapshot_database
from mockenv.store.base import Document, Kind, by

_PLACE = {name: by(name) for name in ("site_id", "environment_id", "archivable", "status")}
KINDS = (
    Kind(BACKUP, _PLACE),
    Kind(RESTORE, {**_PLACE, "backup_id": by("backup_id")}),
    Kind(BACKUP_DOWNLOAD, {**_PLACE, "backup_id": by("backup_id")}),
)


def new_backup(work: Work, site_id: int, environment_id: int | None, body: Mapping[str, Any]) -> Document:
    """Of a site's development container, or of an environment."""
    archivable = "site" if environment_id is None else "environment"
    place = {"site_id": site_id, "environment_id": environment_id, "archivable": archivable}
    wanted = {"type": body["type"], "scope": body.get("scope") or "full", "description": body.get("description")}
    return _new(work, BACKUP, place | wanted | {"file_snapshot_id": None, "database_snapshot_id": None})


def new_restore(work: Work, backup: Document, body: Mapping[str, Any]) -> Document:
    """To where the backup was taken from."""
    wanted = {
        "scope": body.get("scope") or "full",
        "search_replace": body.get("search_replace") or None,
        "drop_tables": bool(body.get("drop_tables")),
        "disable_foreign_keys": bool(body.get("disable_foreign_keys")),
    }
    return _new(work, RESTORE, _of(backup) | wanted | {"error_message": None, "duration_ms": None})


def new_download(work: Work, backup: Document) -> Document:
    nothing_yet = dict.fromkeys(("ticket", "expires", "size_bytes", "duration_ms", "error_message"))
    return _new(work, BACKUP_DOWNLOAD, _of(backup) | nothing_yet)


def _of(backup: Document) -> Document:
    return {"backup_id": backup["id"]} | {name: backup[name] for name in ("site_id", "environment_id", "archivable")}


def _new(work: Work, kind: str, members: Document) -> Document:
    id, at = work.draw(kind, work.next_ordinal(kind)).ulid("id", work.now // 1000), iso_micros(work.now)
    moments = {"started_at": None, "completed_at": None, "created_at": at, "updated_at": at}
    return {"id": id, "status": "pending", **members, **moments}


def _tell(work: Work, what: str, kind: str, document: Document) -> None:
    names = ("id", "site_id", "environment_id", "status", "scope")
    tell(work, what, f"{kind}/{document['id']}", {name: document[name] for name in names if name in document})


def _enter(work: Work, document: Document, step: Step) -> None:
    """The steps are named for the statuses."""
    document.update(status=step.name, updated_at=iso_micros(work.now))
    if step.name == "processing":
        document["started_at"] = iso_micros(work.now)


def _end(work: Work, document: Document, status: str) -> None:
    at = iso_micros(work.now)
    document.update(status=status, completed_at=at, updated_at=at)
    if "duration_ms" in document and document["started_at"]:
        document["duration_ms"] = (work.now - parse_instant(document["started_at"])) // 1000


def _backed_up(work: Work, backup: Document) -> Document:
    draw = work.draw(BACKUP, backup["id"])
    if backup["scope"] != "database":
        backup["file_snapshot_id"] = draw.hex("files", 12)
    if backup["scope"] != "files":
        backup["database_snapshot_id"] = draw.hex("database", 12)
        snapshot_database(work, backup["id"], backup["site_id"], backup["environment_id"])
    _end(work, backup, "completed")
    _tell(work, "backup.completed", BACKUP, backup)
    return backup


def _restored(work: Work, restore: Document) -> Document:
    """Guess: what a backup has not is left as it is."""
    content = None if restore["scope"] == "files" else snapshot(work, restore["backup_id"])
    if content is not None:
        content = replaced(content, restore["search_replace"] or ())
        put_database(work, restore["site_id"], restore["environment_id"], content)
    _end(work, restore, "completed")
    _tell(work, "restore.completed", RESTORE, restore)
    return restore


def _archived(work: Work, download: Document) -> Document:
    content = _archive(snapshot(work, download["backup_id"]))
    file = new_file(work, f"{BACKUP_DOWNLOAD}/{download['id']}", download["id"], download["site_id"], content)
    download.update(ticket=file["ticket"], expires=file["expires"], size_bytes=len(content))
    _end(work, download, "completed")
    return download


def _archive(database: bytes | None) -> bytes:
    """A `.tar.gz` with the database, where the backup has one, beside an empty folder of files; the same bytes every time."""
    from tarfile import TarFile, TarInfo  # half a megabyte, for what is seldom downloaded

    written = BytesIO()
    with TarFile(fileobj=written, mode="w") as archive:
        folder = TarInfo("files")
        folder.type, folder.mode = b"5", 0o755
        archive.addfile(folder)
        if database is not None:
            entry = TarInfo("database.sql")
            entry.size = len(database)
            archive.addfile(entry, BytesIO(database))
    from gzip import compress  # for who downloads one

    return compress(written.getvalue(), mtime=0)


def _failing(what: str | None, kind: str) -> Any:
    def fail(work: Work, document: Document, failure: Failure) -> Document:
        if "error_message" in document:  # a backup shows none
            document["error_message"] = failure.reason
        _end(work, document, "failed")
        if what:
            _tell(work, f"{what}.failed", kind, document)
        return document

    return fail


def _beginning(what: str, kind: str) -> Any:
    return lambda work, document: _tell(work, f"{what}.started", kind, document)


def _steps(seconds: float, begin: Any = None) -> tuple[Step, ...]:
    return (Step("pending", realistic=lognormal(5, 0.3)), Step("processing", realistic=lognormal(seconds, 0.4), enter=begin))


BACKING_UP = Lifecycle(
    name="backup",
    kind=BACKUP,
    steps=_steps(120, _beginning("backup", BACKUP)),
    completed=_backed_up,
    failed=_failing("backup", BACKUP),
    entering=_enter,
)
RESTORING = Lifecycle(
    name="restore",
    kind=RESTORE,
    steps=_steps(180, _beginning("restore", RESTORE)),
    completed=_restored,
    failed=_failing("restore", RESTORE),
    entering=_enter,
)
ARCHIVING = Lifecycle(
    name="archive",
    kind=BACKUP_DOWNLOAD,
    steps=_steps(60),
    completed=_archived,
    failed=_failing(None, BACKUP_DOWNLOAD),
    entering=_enter,
)
