"""Databases that come and go: exports and imports with their steps, and the files behind their links; knows no operation."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import lognormal
from mockenv.kernel.values.instant import SECOND, Instant, iso_micros, later
from mockenv.providers.vector.model import DATABASE, ENVIRONMENT, EXPORT, FILE, IMPORT, PROMOTE, SITE
from mockenv.providers.vector.telling import tell
from mockenv.store.base import Document, Kind, by

TRANSFER_STATUSES = ("pending", "processing", "completed", "failed")
LINK_LASTS = 3_600 * SECOND
KINDS = (
    Kind(EXPORT, {"site_id": by("site_id"), "environment_id": by("environment_id"), "status": by("status")}, is_record=True),
    Kind(IMPORT, {"site_id": by("site_id"), "environment_id": by("environment_id"), "status": by("status")}, is_record=True),
    Kind(PROMOTE, {"environment_id": by("environment_id"), "status": by("status")}, is_record=True),
    Kind(FILE, {"site_id": by("site_id")}, internal=True),
    Kind(DATABASE, {"site_id": by("site_id"), "environment_id": by("environment_id")}, internal=True),
)


def new_file(work: Work, of: str, id: str, site_id: int, content: bytes | None) -> Document:
    """What a link leads to, for an hour; `content` None until it is uploaded. Its own name is the secret of the link."""
    ticket = work.draw(FILE, id).hex("ticket", 40)
    file: Document = {"ticket": ticket, "site_id": site_id, "of": of, "content": None, "expires": later(work.now, LINK_LASTS)}
    write_file(work, file, content)
    return file


def write_file(work: Work, file: Document, content: bytes | None) -> None:
    file["content"] = None if content is None else b64encode(content).decode()
    work.put(FILE, file["ticket"], file)


def read_file(file: Document) -> bytes | None:
    return None if file["content"] is None else b64decode(file["content"])


def put_database(work: Work, site_id: int, environment_id: int | None, content: bytes) -> None:
    """A site's development database, or an environment's own, is what came in last."""
    database = {"site_id": site_id, "environment_id": environment_id, "content": b64encode(content).decode()}
    work.put(DATABASE, _database_id(site_id, environment_id), database)


def snapshot_database(work: Work, name: str, site_id: int, environment_id: int | None) -> None:
    """What the database holds now, kept under a name of its own; it goes with the site or the environment."""
    content = b64encode(dump(work, site_id, environment_id)).decode()
    work.put(DATABASE, _snapshot_id(name), {"site_id": site_id, "environment_id": environment_id, "content": content})


def snapshot(work: Work, name: str) -> bytes | None:
    known = work.get(DATABASE, _snapshot_id(name))
    return b64decode(known["content"]) if known else None


def _snapshot_id(name: str) -> str:
    return f"snapshot/{name}"


def _database_id(site_id: int, environment_id: int | None) -> str:
    return f"{site_id}/{environment_id or 'dev'}"


def replaced(content: bytes, pairs: Sequence[Document]) -> bytes:
    """A search and replace over all of a database, pair by pair (`from`, `to`)."""
    for pair in pairs:
        if pair.get("from"):
            content = content.replace(pair["from"].encode(), (pair.get("to") or "").encode())
    return content


def dump(work: Work, site_id: int, environment_id: int | None) -> bytes:
    """What was imported, if anything was; else what a fresh WordPress has of its own address."""
    if known := work.get(DATABASE, _database_id(site_id, environment_id)):
        return b64decode(known["content"])
    site = work.get(SITE, str(site_id)) or {}
    environment = work.get(ENVIRONMENT, str(environment_id)) or {}
    of = environment or site
    url = f"https://{of.get('custom_domain') or of.get('platform_domain') or of.get('dev_domain')}"
    return _FRESH.format(database=of.get("db_name"), url=url, at=iso_micros(work.now)).encode()


_FRESH = """-- Dump of {database}
DROP TABLE IF EXISTS `wp_options`;
CREATE TABLE `wp_options` (`option_id` bigint NOT NULL, `option_name` varchar(191), `option_value` longtext, PRIMARY KEY (`option_id`));
INSERT INTO `wp_options` VALUES (1,'siteurl','{url}'),(2,'home','{url}');
-- Dump completed on {at}
"""


def _tell(work: Work, transfer: Document, kind: str, moment: str) -> None:
    """The reference of that week has these events, for a site's own database only."""
    if transfer.get("environment_id") is None:
        data = {"id": transfer["site_id"], f"{kind}_id": transfer["id"], "status": transfer["status"]}
        data |= {"error_message": transfer["error_message"]} if "error_message" in transfer else {}
        tell(work, f"dev-site.db-{kind}-{moment}", f"{SITE}/{transfer['site_id']}", data)


def _export_enters(work: Work, export: Document, step: Step) -> None:
    export["status"] = step.name
    if step.name == "processing":
        _tell(work, export, "export", "started")


def _exported(work: Work, export: Document) -> Document:
    file = new_file(
        work, f"{EXPORT}/{export['id']}", export["id"], export["site_id"], dump(work, export["site_id"], export["environment_id"])
    )
    export.update(status="completed", ticket=file["ticket"], expires=file["expires"])
    _tell(work, export, "export", "completed")
    return export


def _export_failed(work: Work, export: Document, failure: Failure) -> Document:
    export.update(status="failed", error_message=failure.reason)
    _tell(work, export, "export", "failed")
    return export


def _import_enters(work: Work, session: Document, step: Step) -> None:
    session.update(status="processing", started_at=iso_micros(work.now))
    _tell(work, session, "import", "started")


def _imported(work: Work, session: Document) -> Document:
    """Guess: where nothing was uploaded it completes as well, and changes nothing; no source refuses that."""
    content = read_file(work.get(FILE, session["ticket"]) or {"content": None})
    if content is not None:
        put_database(work, session["site_id"], session["environment_id"], replaced(content, _pairs(session)))
    session.update(status="completed", completed_at=iso_micros(work.now))
    _tell(work, session, "import", "completed")
    return session


def _pairs(session: Document) -> list[Document]:
    pair = session["archive"]["options"]["search_replace"]
    return [pair] if pair else []


def _import_failed(work: Work, session: Document, failure: Failure) -> Document:
    session.update(status="failed", completed_at=iso_micros(work.now), error_message=failure.reason)
    _tell(work, session, "import", "failed")
    return session


def _promotion_enters(work: Work, promote: Document, step: Step) -> None:
    promote["status"] = "processing"
    promote["started_at"] = promote["started_at"] or iso_micros(work.now)


def _promoted(work: Work, promote: Document) -> Document:
    put_database(work, promote["site_id"], promote["environment_id"], dump(work, promote["site_id"], None))
    promote.update(status="completed", completed_at=iso_micros(work.now))
    return promote


def _promotion_failed(work: Work, promote: Document, failure: Failure) -> Document:
    promote.update(status="failed", completed_at=iso_micros(work.now), error_message=failure.reason)
    return promote


PROMOTING = Lifecycle(
    name="promote",
    kind=PROMOTE,
    steps=(Step("exporting", realistic=lognormal(30, 0.4)), Step("importing", realistic=lognormal(90, 0.4))),
    completed=_promoted,
    failed=_promotion_failed,
    entering=_promotion_enters,
)
"""The development database becomes an environment's; only the later generation has it."""
EXPORTING = Lifecycle(
    name="export",
    kind=EXPORT,
    steps=(Step("pending", realistic=lognormal(3, 0.3)), Step("processing", realistic=lognormal(30, 0.4))),
    completed=_exported,
    failed=_export_failed,
    entering=_export_enters,
)
IMPORTING = Lifecycle(
    name="import",
    kind=IMPORT,
    steps=(Step("processing", realistic=lognormal(90, 0.4)),),
    completed=_imported,
    failed=_import_failed,
    entering=_import_enters,
)


def is_open(work: Work, expires: Instant) -> bool:
    """Whether a link still answers."""
    return not work.has_come(expires)
