"""Backups of sites and environments, restores from them, and downloads of them."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.backups import ARCHIVING, BACKING_UP, RESTORING, new_backup, new_download, new_restore
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.model import BACKUP, BACKUP_DOWNLOAD, RESTORE
from mockenv.providers.vector.operations.access import environment_called, require_write, site_called
from mockenv.providers.vector.operations.files import link_to
from mockenv.providers.vector.operations.paging import page_of
from mockenv.providers.vector.transfers import is_open
from mockenv.store.base import Document, IndexValue
from mockenv.toolbox import required

NEITHER = "Either a site ID or environment ID is required."
UNFINISHED = "The backup must be completed before it can be restored."  # guess
NOTHING_TO_LOAD = "The backup must be completed before it can be downloaded."  # guess


def list_backups(call: Call, work: Work) -> Reply:
    """Of a site and all of its environments, or of an environment. Guess: newest first; of what does not exist, none."""
    return _list(call, work, BACKUP, "Backups retrieved successfully")


def create_backup(call: Call, work: Work) -> Reply:
    """Guess: where a site and an environment are named, the environment decides; in every state of either."""
    require_write(call)
    body = call.body()
    site_id, environment_id = _archivable(work, body)
    backup = new_backup(work, site_id, environment_id, body)
    provision(work, BACKING_UP, backup["id"], backup)
    work.put(BACKUP, backup["id"], backup)
    return success(202, "Backup initiated successfully", backup)


def get_backup(call: Call, work: Work) -> Reply:
    return success(200, "Backup retrieved successfully", _require_backup(call, work))


def create_download(call: Call, work: Work) -> Reply:
    backup = _require_backup(call, work)
    require_write(call)
    if backup["status"] != "completed":
        raise Refused(validation_failure({"backup": [NOTHING_TO_LOAD]}, NOTHING_TO_LOAD))
    download = new_download(work, backup)
    provision(work, ARCHIVING, download["id"], download)
    work.put(BACKUP_DOWNLOAD, download["id"], download)
    return success(202, "Backup download initiated", _linked(call, work, download))


def get_download(call: Call, work: Work) -> Reply:
    """While its link answers, with it."""
    backup, download = _require_backup(call, work), work.get(BACKUP_DOWNLOAD, call.params["download"])
    if download is None or download["backup_id"] != backup["id"]:
        raise not_found("Backup download")
    return success(200, "Backup download retrieved successfully", _linked(call, work, download))


def list_restores(call: Call, work: Work) -> Reply:
    return _list(call, work, RESTORE, "Restores retrieved successfully")


def create_restore(call: Call, work: Work) -> Reply:
    """To where the backup was taken."""
    require_write(call)
    body = call.body()
    backup = work.get(BACKUP, body["backup_id"].upper())
    if backup is None:
        raise Refused(validation_failure({"backup_id": ["The selected backup id is invalid."]}))
    if backup["status"] != "completed":
        raise Refused(validation_failure({"backup_id": [UNFINISHED]}))
    restore = new_restore(work, backup, body)
    provision(work, RESTORING, restore["id"], restore)
    work.put(RESTORE, restore["id"], restore)
    return success(202, "Restore initiated successfully", restore)


def get_restore(call: Call, work: Work) -> Reply:
    found = required(work.get(RESTORE, call.params["restore"]), lambda: not_found("Restore"))
    return success(200, "Restore retrieved successfully", found)


def _list(call: Call, work: Work, kind: str, message: str) -> Reply:
    query = call.query()
    where: dict[str, list[IndexValue]] = {"archivable": [query["type"]]} if "type" in query else {}
    if "site_id" in query:
        where["site_id"] = [_id_of(site_called(work, query["site_id"]))]
    if "environment_id" in query:
        where["environment_id"] = [_id_of(environment_called(work, query["environment_id"]))]
    if "backup_id" in query:
        where["backup_id"] = [query["backup_id"].upper()]
    return page_of(call, work, kind, message, where, newest_first=True)


def _id_of(found: Document | None) -> int:
    return found["id"] if found else 0  # nothing has that number


def _archivable(work: Work, body: Document) -> tuple[int, int | None]:
    if body.get("environment_id") is not None:
        environment = environment_called(work, body["environment_id"])
        if environment is None:
            raise Refused(validation_failure({"environment_id": ["The selected environment id is invalid."]}))
        return environment["site_id"], environment["id"]
    if body.get("site_id") is None:
        raise Refused(validation_failure({"site_id": [NEITHER]}))
    site = site_called(work, body["site_id"])
    if site is None:
        raise Refused(validation_failure({"site_id": ["The selected site id is invalid."]}))
    return site["id"], None


def _require_backup(call: Call, work: Work) -> Document:
    return required(work.get(BACKUP, call.params["backup"]), lambda: not_found("Backup"))


def _linked(call: Call, work: Work, download: Document) -> Document:
    answers = download["status"] == "completed" and is_open(work, download["expires"])
    return download | {"download_url": link_to(call, work, download) if answers else None}
