"""Automatic persisted queries, as Apollo's clients send them: a hash first, and the text only to those who do not know it."""

from __future__ import annotations

from hashlib import sha256

from mockenv.kernel.unit.work import Work
from mockenv.provider import Refused
from mockenv.providers.archie.asking import Asked
from mockenv.providers.archie.errors import BAD_REQUEST, error, request_error
from mockenv.providers.archie.model import PERSISTED_QUERY

EXTENSION = "persistedQuery"
KEPT = 100
"""As many as gqlgen's default server remembers."""


def expand(work: Work, asked: Asked) -> Asked:
    """The request with the text that its hash stands for. Raises Refused (200, as gqlgen answers it)."""
    told = asked.extensions.get(EXTENSION)
    if told is None:
        return asked
    hash = told.get("sha256Hash", "") if isinstance(told, dict) else None
    if not isinstance(hash, str):
        raise _refused("invalid APQ extension data", BAD_REQUEST)
    if told.get("version") != 1:
        raise _refused("unsupported APQ version", BAD_REQUEST)
    if asked.query:
        if sha256(asked.query.encode()).hexdigest() != hash:
            raise _refused("provided APQ hash does not match query", BAD_REQUEST)
        return asked
    known = work.get(PERSISTED_QUERY, hash)
    if known is None:
        raise _refused("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    return asked._replace(query=known["query"])


def keep(work: Work, asked: Asked) -> None:
    """Remember the text of a request whose hash is right, whatever becomes of the request."""
    if not asked.extensions.get(EXTENSION) or not asked.query:
        return
    hash = asked.extensions[EXTENSION]["sha256Hash"]
    if work.get(PERSISTED_QUERY, hash) is not None:
        return
    for oldest in list(work.ids(PERSISTED_QUERY))[: 1 - KEPT]:
        work.delete(PERSISTED_QUERY, oldest)
    work.put(PERSISTED_QUERY, hash, {"query": asked.query})
    work.checkpoint()


def _refused(message: str, code: str) -> Refused:
    return Refused(request_error(200, [error(message, code)]))
