"""Made-up ids, databases and credentials; all chance is the sandbox's."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.providers.archie.model import DATABASE, DATABASE_USER, new_database
from mockenv.store.base import Document


def id_for(work: Work, kind: str, ordinal: int | str) -> str:
    return work.draw(kind, ordinal).uuid("id")


def make_database(work: Work, environment: Document) -> Document:
    """Ids follow from the environment's, so it does not matter what else is being branched."""
    return new_database(id_for(work, DATABASE, environment["id"]), environment)


def make_user(work: Work, database: Document) -> Document:
    draw = work.draw(DATABASE_USER, database["id"])
    return {
        "id": draw.uuid("id"),
        "environmentId": database["environmentId"],
        "databaseId": database["id"],
        "username": f"archie_{draw.hex('username', 10)}",
        "password": draw.hex("password", 32),
    }
