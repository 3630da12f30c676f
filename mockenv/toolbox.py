"""What every simulated service does alike: find one, ask whether a name is free, take what a body gives, read a token.

Beside `provider.py`, and optional: what only looks the same in two services stays apart in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from mockenv.call import SANDBOX_PREFIX, Call, Refused
from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document, IndexValue


def find_one(work: Work, kind: str, **where: IndexValue) -> Document | None:
    """The first document under these index values, if there is one."""
    return next(iter(work.find(kind, **where)), None)


def is_taken(work: Work, kind: str, *, but: str | None = None, **where: IndexValue) -> bool:
    """Whether another document than `but` (an id) stands under these index values: a name that must be unique, say."""
    return any(id != but for id in work.ids(kind, **where))


def required(document: Document | None, refusal: Callable[[], Refused]) -> Document:
    """What the path speaks of; where it is not there, the service's own refusal."""
    if document is None:
        raise refusal()
    return document


def given(body: Document, names: Iterable[str]) -> Document:
    """The members that a body has of those that an operation takes: what is left out is left alone."""
    return {name: body[name] for name in names if name in body}


def bearer_token(headers: Mapping[str, str]) -> str | None:
    """What stands behind `Authorization: Bearer`; None where nothing does."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def query_without(call: Call, *names: str) -> list[tuple[str, str]]:
    """The query's pairs but for these, in the order in which they came: for a link that leads on with the same filters."""
    return [pair for pair in parse_qsl(call.query_string, keep_blank_values=True) if pair[0] not in names]


def link_into(call: Call, work: Work, path: str) -> str:
    """A URL that leads into this very sandbox: whoever follows it brings neither header nor token."""
    own = f"{SANDBOX_PREFIX}{work.sandbox.name}"
    return f"{call.base_url.removesuffix(own)}{own}{path}"


def status_phrase(status: int) -> str:
    """HTTP's own words for a status, for bodies that show them."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
