"""Passwords made anew: a site's SFTP and database, an environment's database."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call, Refused, Reply
from mockenv.providers.vector.errors import failure, success
from mockenv.providers.vector.fakes import password
from mockenv.providers.vector.lifecycle import environment_event, site_event
from mockenv.providers.vector.model import ENVIRONMENT, SITE
from mockenv.providers.vector.operations.access import require_environment, require_site, require_write
from mockenv.store.base import Document

NO_DATABASE_USER = "Environment does not have a database user configured. Deploy the environment first."


def reset_site_sftp(call: Call, work: Work) -> Reply:
    return _reset_site(call, work, "sftp", "SFTP", "sftp-password-reset")


def reset_site_database(call: Call, work: Work) -> Reply:
    return _reset_site(call, work, "db", "Database", "database-password-reset")


def reset_environment_database(call: Call, work: Work) -> Reply:
    """The service's one 400."""
    environment = require_environment(call, work)
    require_write(call)
    if environment["db_username"] is None:
        raise Refused(failure(400, NO_DATABASE_USER))
    environment["db_password"] = _new_password(work, ENVIRONMENT, environment, "db_password")
    work.put(ENVIRONMENT, str(environment["id"]), environment)
    environment_event(work, "environment.database-password-reset", environment)
    return success(200, "Database password reset successfully", {"db_password": environment["db_password"]})


def _reset_site(call: Call, work: Work, prefix: str, what: str, event: str) -> Reply:
    site, member = require_site(call, work), f"{prefix}_password"
    require_write(call)
    if site[member] is None:
        # Guess, after the environment's: a container that is not there yet has no user whose password could change.
        raise Refused(failure(400, f"Site does not have {'an SFTP' if prefix == 'sftp' else 'a database'} user configured."))
    site.update({member: _new_password(work, SITE, site, member), "updated_at": iso_micros(work.now)})
    work.put(SITE, str(site["id"]), site)
    site_event(work, f"dev-site.{event}", site)
    return success(200, f"{what} password reset successfully", {member: site[member]})


def _new_password(work: Work, kind: str, document: Document, member: str) -> str:
    """Counted per resource and member, so that each differs and the same requests give the same ones."""
    turn = work.next_ordinal(f"{kind}/{document['id']}/{member}")
    return password(work.draw(kind, document["id"]), f"{member}/{turn}")
