"""Opening the port: on which addresses, and the URL by which they are reached; knows nobody who serves."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mockenv.errors import CannotStart

BACKLOG = 2_048
LOCALHOST = "localhost"
LOOPBACK = ("127.0.0.1", "::1")
"""What `localhost` is, whatever the machine's list of hosts says: containers often have but one of them there, and browsers both."""
ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
"""The machine has no such address, or none of its family."""
TRIES = 100

log = logging.getLogger("mockenv.edge")


def listen(host: str, port: int) -> list[socket.socket]:
    """Bound sockets, all on one port: a name is all of its addresses. Raises CannotStart that names what is in the way."""
    addresses = _addresses(host, port)
    for _ in range(TRIES):
        try:
            return _open(addresses, port)
        except _PortTakenError:
            continue  # free for one address and not for another: port 0 has others to offer
    raise CannotStart(f"cannot listen on {host}: no port is free on all of {', '.join(addresses)}")


class _PortTakenError(Exception):
    """The free port that the first address was given is somebody's on another."""


def url_of(listeners: Sequence[socket.socket], scheme: str = "http") -> str:
    """The base URL that reaches them from this machine."""
    host, port = listeners[0].getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not bound to
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _addresses(host: str, port: int) -> Sequence[str]:
    if host.lower() == LOCALHOST:
        return LOOPBACK
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotStart(f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _open(addresses: Sequence[str], port: int) -> list[socket.socket]:
    """Raises CannotStart where one is taken, or none is there; `_PortTakenError` where another free port may do."""
    opened: list[socket.socket] = []
    absent: dict[str, str] = {}
    with _closed_on_failure(opened):
        for address in addresses:
            wanted = opened[0].getsockname()[1] if opened else port
            try:
                opened.append(_bound(address, wanted, is_alone=len(addresses) == 1))
            except OSError as error:
                if error.errno not in ABSENT:
                    if wanted != port and error.errno == errno.EADDRINUSE:
                        raise _PortTakenError from None
                    raise CannotStart(f"cannot listen on {address} port {wanted}: {error.strerror or error}") from None
                absent[address] = str(error.strerror)
        if not opened:
            raise CannotStart(f"cannot listen on {addresses[0]} port {port}: {absent[addresses[0]]}")
    for address, reason in absent.items():
        log.info("not listening on %s: %s", address, reason)
    return opened


def _bound(address: str, port: int, *, is_alone: bool) -> socket.socket:
    family, kind, proto, _, where = socket.getaddrinfo(
        address.encode(), port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    listener = socket.socket(family, kind, proto)
    try:
        if os.name == "posix":  # on Windows it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and not is_alone:  # else `::` would be the other's, too
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


@contextmanager
def _closed_on_failure(opened: Sequence[socket.socket]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for one in opened:
            one.close()
        raise
