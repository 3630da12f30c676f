"""What one replica tells another about a request that it hands on, in a header that nobody else can write; knows no sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hmac import compare_digest
from typing import cast
from urllib.parse import quote, unquote

from mockenv.edge.exchange import TOO_LARGE, Rendered, Request
from mockenv.edge.forwarding import Outside, Way
from mockenv.store.postgres.lease import Lease

HEADER = "x-mockenv-handed-on"
DECLINED = "X-Mockenv-Declined"
NOTHING, WORDS = "-", 7


@dataclass(frozen=True, slots=True)
class Mark:
    """How the client has come to the other replica, which has spoken with it."""

    base: tuple[str, str]
    """As `Way.base` has it."""
    sandbox: str = ""
    """For which it was found to be; empty for one whose name is yet to be drawn."""
    shelf: str = ""
    """The snapshot that it needs, of another sandbox."""
    is_too_large: bool = False
    is_for_own: bool = False
    """Whether the answer is to tell of this replica alone, of what all of them have a part of."""


@lru_cache(maxsize=256)
def spell(mark: Mark, secret: str) -> bytes:
    """The header's line, for the replica that has this secret only."""
    words = (secret, *mark.base, mark.sandbox, mark.shelf, "large" * mark.is_too_large, "own" * mark.is_for_own)
    return f"{HEADER}: {' '.join(quote(word, safe='') or NOTHING for word in words)}\r\n".encode()


@lru_cache(maxsize=256)
def read(text: str, secret: str) -> Mark | None:
    """None where it is not for whoever has this secret."""
    words = [unquote(word) if word != NOTHING else "" for word in text.split(" ")]
    if len(words) != WORDS or not secret or not compare_digest(words[0].encode(), secret.encode()):
        return None
    _, origin, below, sandbox, shelf, large, own = words
    return Mark((origin, below), sandbox, shelf, bool(large), bool(own))


def decline(secret: str) -> Rendered:
    """A request that another replica has sent here by mistake: nothing of it was begun."""
    return Rendered(421, [(DECLINED, secret), ("Content-Length", "0")])


@lru_cache(maxsize=256)
def declined(secret: str) -> bytes:
    """How the answer begins by which a replica says that a request is not for it."""
    return f"HTTP/1.1 421 Misdirected Request\r\n{DECLINED}: {secret}\r\n".encode()


def take_mark(request: Request, lease: Lease) -> Mark | None:
    """Out of the request, which is from then on as the client sent it."""
    headers = cast("dict[str, str]", request.headers)
    text = headers.pop(HEADER, None)
    mark = read(text, lease.secret) if text is not None else None
    if mark and mark.is_too_large:
        request.unread = TOO_LARGE
    return mark


class Marks(Outside):
    """How clients reach the fleet: what another replica says of it counts for all that could be found out here."""

    def __init__(self, outside: Outside, lease: Lease) -> None:
        super().__init__()
        self._outside, self._lease = outside, lease

    def way(self, peer: str | None, scheme: str) -> Way:
        way = self._outside.way(peer, scheme)
        return _Marked(way.scheme, way.base_url, way.trusted, self._lease)


@dataclass(frozen=True, slots=True)
class _Marked(Way):
    lease: Lease | None = None

    def base(self, headers: dict[str, str], here: str) -> tuple[str, str]:
        text = headers.get(HEADER)
        if text is not None and self.lease:
            if mark := read(text, self.lease.secret):
                return mark.base
            del headers[HEADER]  # somebody has made it up
        return Way.base(self, headers, here)
