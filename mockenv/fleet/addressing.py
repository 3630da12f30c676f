"""Which sandbox a request is for, before anybody looks into it; knows not who works on which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson

from mockenv.edge import coding
from mockenv.edge.dispatcher import Dispatcher
from mockenv.edge.exchange import Request
from mockenv.edge.requested_faults import SANDBOX_HEADER
from mockenv.fleet.directory import Directory
from mockenv.kernel.worlds.sandboxes import DEFAULT, Sandboxes
from mockenv.provider import Provider

SANDBOXES, UNMATCHED = "/_mockenv/sandboxes", "/_mockenv/unmatched"
OF_ALL = {
    ("GET", SANDBOXES),
    ("GET", "/_mockenv/health"),
    ("GET", "/_mockenv/metrics"),
    ("GET", "/_mockenv/spec-violations"),
}
"""What every replica has a part of."""


class Whose(Enum):
    """Of requests that name no sandbox."""

    ANYBODYS = "whoever is asked may answer"
    NEW = "a sandbox whose name is yet to be drawn"
    ALL = "each replica has a part of the answer"
    UNKNOWN = "a token's, which only the database can tell"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request has to be answered."""

    whose: str | Whose
    """A sandbox's name, as a rule."""
    shelf: str | None = None
    """A snapshot that is needed there, of another sandbox."""


class Addressing:
    """Says what the pipelines will say, from the same headers."""

    def __init__(self, dispatcher: Dispatcher, sandboxes: Sandboxes, directory: Directory) -> None:
        self._dispatcher, self._sandboxes, self._directory = dispatcher, sandboxes, directory

    def of(self, request: Request, *, is_final: bool = False) -> Place:
        """`is_final`: the database has been asked already."""
        provider = self._dispatcher.owner(request)
        if provider is None:
            return _of_control(request)
        if request.sandbox is not None:
            return Place(request.sandbox)
        named = request.headers.get(SANDBOX_HEADER)
        return Place(self._by_token(provider, request, is_final) if named is None else named)

    async def look(self) -> None:
        """Ask the database. Raises DatabaseError."""
        await self._directory.look()

    def _by_token(self, provider: Provider, request: Request, is_final: bool) -> str | Whose:
        token = provider.credentials(request.headers)
        if not token:
            return DEFAULT
        grants = self._sandboxes.grants
        found = grants.find(token)
        name = found.sandbox if found else grants.home(token) or self._directory.sandbox_of(token)
        if name is None and not is_final and self._directory.may_know(token):
            return Whose.UNKNOWN
        return name or DEFAULT


def _of_control(request: Request) -> Place:
    path = request.path.rstrip("/")
    if (request.method, path) in OF_ALL:
        return Place(Whose.ALL)
    if request.method == "POST" and path == SANDBOXES:
        return Place(_text(request, "name") or Whose.NEW)
    if path == UNMATCHED:
        return Place(DEFAULT)
    if path.startswith(f"{SANDBOXES}/"):
        return _of_sandbox(request, path.removeprefix(f"{SANDBOXES}/"))
    return Place(Whose.ANYBODYS if request.sandbox is None else request.sandbox)


def _of_sandbox(request: Request, path: str) -> Place:
    """A fork is made where it will be."""
    name, *rest = path.split("/")
    if request.method == "POST" and len(rest) == 3 and (rest[0], rest[2]) == ("snapshots", "restore"):
        into = _text(request, "into")
        if into and into != name:
            return Place(into, f"{name}/{rest[1]}")
    return Place(name)


def _text(request: Request, member: str) -> str | None:
    """Of the body, where that is as it should be; else it is refused anywhere."""
    try:
        body: Any = orjson.loads(coding.peek(request))
    except ValueError:
        return None
    found = body.get(member) if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
