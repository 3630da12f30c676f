"""Database exports, imports and promotions: they walk on the clock, and their files lie behind links."""

from __future__ import annotations

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import not_found, success, validation_failure
from mockenv.providers.vector.model import EXPORT, IMPORT, PROMOTE
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.providers.vector.operations.files import link_to, uploaded
from mockenv.providers.vector.states import IMPORT_STATES
from mockenv.providers.vector.transfers import (
    EXPORTING,
    IMPORTING,
    PROMOTING,
    is_open,
    new_file,
    put_database,
    replaced,
)
from mockenv.store.base import Document

PROMOTING_ALREADY = "A database promote is already in progress for this environment."
NOT_ACTIVE = "Site must be in active state to import."


def create_export(call: Call, work: Work) -> Reply:
    return _export(call, work, require_site(call, work)["id"], None)


def create_environment_export(call: Call, work: Work) -> Reply:
    environment = require_environment(call, work)
    return _export(call, work, environment["site_id"], environment["id"])


def get_export(call: Call, work: Work) -> Reply:
    export = _require(call, work, EXPORT, "export_id", "Export")
    return success(200, "Export retrieved successfully", _show_export(call, work, export))


def create_import(call: Call, work: Work) -> Reply:
    """The guide's three members, and no status."""
    site_id, environment_id = _place(call, work)
    require_write(call)
    said = call.body() if call.match.operation and call.match.operation.body_types else {}  # the guide's call has no body
    session = _open_import(work, site_id, environment_id, said)
    shown = {"import_id": session["id"], "upload_url": link_to(call, work, session), "expires_at": iso_micros(session["expires"])}
    return success(201, "Import session created successfully", shown)


def create_archive_import(call: Call, work: Work) -> Reply:
    """An import of a site that says more of its file. Simplified: one link, however large the file is said to be."""
    site = require_site(call, work)
    require_write(call)
    body = call.body()
    if site["status"] != "active":
        raise Refused(validation_failure({"site": [NOT_ACTIVE]}))
    session = _open_import(work, site["id"], None, body)
    return success(201, "Import session created successfully", _show_import(call, work, session))


def run_archive_import(call: Call, work: Work) -> Reply:
    reply = run_import(call, work)
    reply.body["message"] = "Archive import started"
    return reply


def get_import(call: Call, work: Work) -> Reply:
    session = _require_import(call, work)
    return success(200, "Import retrieved successfully", _show_import(call, work, session))


def run_import(call: Call, work: Work) -> Reply:
    session = _require_import(call, work)
    require_write(call)
    IMPORT_STATES.demand("runDatabaseImport", session)
    if not is_open(work, session["expires"]):
        raise Refused(validation_failure({"expires_at": ["Please create a new import session"]}, "Import session has expired"))
    provision(work, IMPORTING, session["id"], session)
    work.put(IMPORT, session["id"], session)
    return success(202, "Database import started", _show_import(call, work, session))


def import_directly(call: Call, work: Work) -> Reply:
    """Done when it answers. No duration is known, so it goes by the size: the same request, the same reply."""
    site_id, environment_id = _place(call, work)
    require_write(call)
    query = call.query()
    pair = {"from": query.get("search_replace_from"), "to": query.get("search_replace_to")}
    content = replaced(uploaded(call), [pair])
    put_database(work, site_id, environment_id, content)
    return success(200, "Database imported successfully", {"success": True, "duration_ms": 10 + len(content) // 1_000})


def create_promote(call: Call, work: Work) -> Reply:
    """Guess: one at a time; the reference shows neither this reply nor a refusal's text."""
    environment = require_environment(call, work)
    require_write(call)
    call.body()
    if any(one["status"] == "processing" for one in work.find(PROMOTE, environment_id=environment["id"])):
        raise Refused(validation_failure({"promote": [PROMOTING_ALREADY]}, PROMOTING_ALREADY))
    id = f"pro_{work.draw(PROMOTE, work.next_ordinal(PROMOTE)).hex('id', 12)}"
    promote: Document = {"id": id, "site_id": environment["site_id"], "environment_id": environment["id"], "status": "pending"}
    promote |= {"started_at": None, "completed_at": None}
    provision(work, PROMOTING, id, promote)
    work.put(PROMOTE, id, promote)
    return success(202, "Database promote started", promote)


def get_promote(call: Call, work: Work) -> Reply:
    environment, promote = require_environment(call, work), work.get(PROMOTE, call.params["promote_id"])
    if promote is None or promote["environment_id"] != environment["id"]:
        raise not_found("Promote")
    return success(200, "Promote retrieved successfully", promote)


def _open_import(work: Work, site_id: int, environment_id: int | None, said: Document) -> Document:
    """What is said of the file is kept, and shown by the later generation; a search and replace is done."""
    options = {"drop_tables": True, "disable_foreign_keys": True, "search_replace": None} | _without_nulls(said.get("options"))
    archive = {name: said.get(name) for name in ("scope", "filename", "content_length", "content_md5")}
    archive |= {"options": options, "created_at": iso_micros(work.now)}
    id = f"imp_{work.draw(IMPORT, work.next_ordinal(IMPORT)).hex('id', 12)}"
    file = new_file(work, f"{IMPORT}/{id}", id, site_id, None)
    session: Document = {
        "id": id,
        "site_id": site_id,
        "environment_id": environment_id,
        "status": "pending",
        "started_at": None,
        "completed_at": None,
    }
    session |= {"ticket": file["ticket"], "expires": file["expires"], "archive": archive}
    work.put(IMPORT, id, session)
    return session


def _without_nulls(options: Document | None) -> Document:
    """What is null counts as not said."""
    return {name: value for name, value in (options or {}).items() if value is not None}


def _export(call: Call, work: Work, site_id: int, environment_id: int | None) -> Reply:
    require_write(call)
    id = f"exp_{work.draw(EXPORT, work.next_ordinal(EXPORT)).hex('id', 12)}"
    export: Document = {"id": id, "site_id": site_id, "environment_id": environment_id, "status": "pending"}
    provision(work, EXPORTING, id, export)
    work.put(EXPORT, id, export)
    return success(202, "Database export started", _show_export(call, work, export))


def _show_export(call: Call, work: Work, export: Document) -> Document:
    shown = {"export_id": export["id"], "status": export["status"]}
    if export["status"] == "completed" and is_open(work, export["expires"]):
        shown |= {"download_url": link_to(call, work, export), "expires_at": iso_micros(export["expires"])}
    return shown | _why(export)


def _show_import(call: Call, work: Work, session: Document) -> Document:
    shown = {"import_id": session["id"], **{name: session[name] for name in ("status", "started_at", "completed_at")}}
    if session["status"] == "pending" and is_open(work, session["expires"]):
        shown |= {"upload_url": link_to(call, work, session), "expires_at": iso_micros(session["expires"])}
    return shown | _why(session)


def _why(transfer: Document) -> Document:
    return {"error_message": transfer["error_message"]} if "error_message" in transfer else {}


def _place(call: Call, work: Work) -> tuple[int, int | None]:
    """The site, and the environment where the path speaks of one."""
    if "env" in call.params:
        environment = require_environment(call, work)
        return environment["site_id"], environment["id"]
    return require_site(call, work)["id"], None


def _require_import(call: Call, work: Work) -> Document:
    session = _require(call, work, IMPORT, "import_id", "Import")
    if (session["site_id"], session["environment_id"]) != _place(call, work):
        raise not_found("Import")
    return session


def _require(call: Call, work: Work, kind: str, parameter: str, what: str) -> Document:
    """Only under its own site."""
    site, found = require_site(call, work), work.get(kind, call.params[parameter])
    if found is None or found["site_id"] != site["id"]:
        raise not_found(what)
    return found
