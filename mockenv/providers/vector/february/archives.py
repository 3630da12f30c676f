"""How February writes what is exported, imported, backed up and restored, and the change of a domain; changes nothing."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import parse_instant
from mockenv.providers.vector import ulids
from mockenv.providers.vector.february.spelling import labelled, moment, moments, seconds
from mockenv.providers.vector.model import ENVIRONMENT, EXPORT, FILE, IMPORT, PROMOTE, SITE
from mockenv.store.base import Document


def export(work: Work, shown: Document) -> Document:
    stored = work.get(EXPORT, shown["export_id"]) or {}
    return {
        "id": ulids.ulid_of(work, EXPORT, int(shown["export_id"].partition("_")[2], 16)),
        "vector_site_id": ulids.ulid_of(work, SITE, stored["site_id"]),
        "status": shown["status"],
        "format": "sql",
        "error_message": shown.get("error_message"),
        **({"download_url": shown["download_url"]} if "download_url" in shown else {}),
        "download_expires_at": moment(shown.get("expires_at")),
    }


def import_session(work: Work, shown: Document) -> Document:
    stored = work.get(IMPORT, shown["import_id"]) or {}
    file = work.get(FILE, stored["ticket"]) or {"content": None}
    is_uploaded = stored["status"] == "pending" and file["content"] is not None
    return {
        "id": ulids.ulid_of(work, IMPORT, int(shown["import_id"].partition("_")[2], 16)),
        "vector_site_id": ulids.ulid_of(work, SITE, stored["site_id"]),
        "status": "uploaded" if is_uploaded else stored["status"],
        "error_message": stored.get("error_message"),
        **({"upload_url": shown["upload_url"]} if "upload_url" in shown else {}),
        "upload_expires_at": moment(shown.get("expires_at")),
        "started_at": moment(stored["started_at"]),
        "completed_at": moment(stored["completed_at"]),
    }


def archive_import(work: Work, shown: Document) -> Document:
    """The session as a database's, and what was said of the archive beside it."""
    stored = work.get(IMPORT, shown["import_id"]) or {}
    file, archive = work.get(FILE, stored["ticket"]) or {}, stored["archive"]
    session = import_session(work, shown)
    return {
        "id": session["id"],
        "vector_site_id": session["vector_site_id"],
        **labelled("status", session),
        "scope": archive["scope"],
        "filename": archive["filename"],
        "content_length": archive["content_length"],
        "is_multipart": False,
        "part_count": None,
        "checksum": {"provided_md5": archive["content_md5"], "s3_etag": file.get("etag")},
        "metadata": None,
        "options": archive["options"],
        "duration_ms": _lasted(stored),
        "error_message": session["error_message"],
        "created_at": moment(archive["created_at"]),
        "uploaded_at": None if file.get("uploaded_at") is None else seconds(file["uploaded_at"]),
        "started_at": session["started_at"],
        "completed_at": session["completed_at"],
        **(
            {"upload_url": session["upload_url"], "upload_expires_at": session["upload_expires_at"]}
            if "upload_url" in session
            else {}
        ),
    }


def promote(work: Work, stored: Document) -> Document:
    return {
        "id": ulids.ulid_of(work, PROMOTE, int(stored["id"].partition("_")[2], 16)),
        "vector_environment_id": ulids.ulid_of(work, ENVIRONMENT, stored["environment_id"]),
        "status": stored["status"],
        "error_message": stored.get("error_message"),
        "started_at": moment(stored["started_at"]),
        "completed_at": moment(stored["completed_at"]),
    }


def backup(work: Work, stored: Document) -> Document:
    return {
        "id": stored["id"].lower(),
        **_archivable(work, stored),
        **labelled("type", stored),
        **labelled("scope", stored),
        **labelled("status", stored),
        **{name: stored[name] for name in ("description", "file_snapshot_id", "database_snapshot_id")},
        **moments(stored, "started_at", "completed_at", "created_at", "updated_at"),
    }


def backup_download(work: Work, shown: Document) -> Document:
    key = f"backups/downloads/{shown['id'].lower()}.tar.gz"
    return {
        "id": shown["id"].lower(),
        "vector_backup_id": shown["backup_id"].lower(),
        **labelled("status", shown),
        "s3_key": key if shown["status"] == "completed" else None,
        **{name: shown[name] for name in ("size_bytes", "duration_ms", "error_message", "download_url")},
        "download_expires_at": None if shown["expires"] is None else seconds(shown["expires"]),
        **moments(shown, "started_at", "completed_at", "created_at", "updated_at"),
    }


def restore(work: Work, stored: Document) -> Document:
    """Here they are all asked for."""
    return {
        "id": stored["id"].lower(),
        **_archivable(work, stored),
        **labelled("scope", stored),
        "trigger": "manual",
        "trigger_label": "Manual",
        **labelled("status", stored),
        "vector_backup_id": stored["backup_id"].lower(),
        **{
            name: stored[name] for name in ("search_replace", "drop_tables", "disable_foreign_keys", "error_message", "duration_ms")
        },
        **moments(stored, "started_at", "completed_at", "created_at", "updated_at"),
    }


def domain_change(work: Work, stored: Document) -> Document:
    domains = ("old_domain", "new_domain", "old_custom_domain", "new_custom_domain")
    return {
        "id": stored["id"].lower(),
        "vector_environment_id": ulids.ulid_of(work, ENVIRONMENT, stored["environment_id"]),
        **labelled("status", stored),
        **{name: stored[name] for name in (*domains, "error_message", "duration_ms")},
        **moments(stored, "created_at", "started_at", "completed_at"),
    }


def _archivable(work: Work, stored: Document) -> Document:
    """What a backup is of, or what is restored."""
    if stored["archivable"] == "environment":
        of = ("vector_environment", ulids.ulid_of(work, ENVIRONMENT, stored["environment_id"]))
    else:
        of = ("vector_site", ulids.ulid_of(work, SITE, stored["site_id"]))
    return {"archivable_type": of[0], "archivable_id": of[1]}


def _lasted(stored: Document) -> int | None:
    """Milliseconds from the start to the end."""
    if stored["completed_at"] is None:
        return None
    return (parse_instant(stored["completed_at"]) - parse_instant(stored["started_at"])) // 1000
