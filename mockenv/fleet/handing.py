"""Requests on their way to another replica: by a connection for each client's, so that what ends one ends the other."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Collection
from ipaddress import ip_address
from weakref import WeakSet

from mockenv.edge.exchange import Request
from mockenv.edge.onward import Ending, OnwardConnection, Outlet, connect, spelt
from mockenv.errors import BadInput
from mockenv.fleet.addressing import Place, Whose
from mockenv.fleet.marks import Mark, declined, spell
from mockenv.store.postgres.shares import Member

Address = tuple[str, int]

log = logging.getLogger("mockenv.fleet")


class Handing:
    """Of all requests of one replica."""

    def __init__(self, secured: ssl.SSLContext | None) -> None:
        """Others speak TLS where `secured` says whom to trust."""
        self._secured = secured
        self._unreached: set[int] = set()
        self._lines: dict[int, WeakSet[OnwardConnection]] = {}
        """Where they lead → those there are."""

    async def hand_on(self, request: Request, place: Place, to: Member, outlet: Outlet) -> Ending | None:
        """None where it was surely not begun."""
        line = await self._line(request, to)
        if line is None:
            return None
        base, name = (request.origin, request.below), place.whose if isinstance(place.whose, str) else ""
        mark = Mark(base, name, place.shelf or "", request.unread is not None, place.whose is Whose.ALL)
        raw = spelt(request, spell(mark, to.secret))
        ending = await line.ask(raw, outlet, declined=declined(to.secret), is_head=request.method == "HEAD")
        return None if ending is Ending.DECLINED else ending

    async def _line(self, request: Request, to: Member) -> OnwardConnection | None:
        lines = request.connection.onward
        line = lines.get(to.secret)
        if isinstance(line, OnwardConnection) and line.is_open:
            return line
        try:
            line = lines[to.secret] = await connect(parse_address(to.address), self._secured)
        except (OSError, TimeoutError, BadInput) as error:
            if to.id not in self._unreached:
                self._unreached.add(to.id)
                log.warning(
                    "the replica at %s is not reached: %s; see --replica-address", to.address, error or type(error).__name__
                )
            return None
        self._unreached.discard(to.id)
        self._lines.setdefault(to.id, WeakSet()).add(line)
        return line

    def cut_off(self, alive: Collection[int]) -> None:
        """What was handed on to those who are not alive any more has lost its server, which may only be asleep."""
        for id in [id for id in self._lines if id not in alive]:
            for line in self._lines.pop(id):
                line.abort()


def parse_address(text: str) -> Address:
    """HOST:PORT. Raises BadInput."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isdigit() and 0 < int(port) < 1 << 16):
        raise BadInput("", "replica-address", f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


def own_address(given: str | None, listening: list[str], port: int, seen: str | None) -> str:
    """Where others reach this one: as it was `given`, or worked out from where the database sees it."""
    if given:
        return given
    own = [one.partition("%")[0] for one in listening]
    named = [one for one in own if not (ip_address(one).is_loopback or ip_address(one).is_unspecified)]
    everywhere = [seen] if seen and any(ip_address(one).is_unspecified for one in own) else []
    host = next(iter((*named, *everywhere, *(one for one in own if ip_address(one).is_loopback), "127.0.0.1")))
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
