"""The port that a server opens: sockets, who it is for clients that speak TLS, and the URL that follows; serves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from socket import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from mockenv.edge.listening import listen, url_of
from mockenv.edge.tls import Identity, OwnAuthority, identify
from mockenv.errors import CannotStart
from mockenv.settings import Settings
from mockenv.trust import forget_ca, found_ca, usual_ca, write_ca

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not bound to


class Port(NamedTuple):
    """Open from its making on."""

    listeners: Sequence[socket]
    identity: Identity | None = None
    ca: Path | None = None
    """Where the certificate of our own authority lies, if there is one."""
    number: int = 0

    @property
    def url(self) -> str:
        return url_of(self.listeners, "https" if self.identity else "http")

    @property
    def addresses(self) -> list[str]:
        return [str(one.getsockname()[0]) for one in self.listeners]

    def doubles(self) -> Sequence[socket]:
        """For a server that closes what it is given, while the port stays open: who knocks in between waits."""
        return [one.dup() for one in self.listeners]

    def close(self) -> None:
        """Also of what has been closed already."""
        for one in self.listeners:
            one.close()

    def forget(self) -> None:
        """The authority ends with the server; what was written to a file that somebody named is theirs."""
        if self.ca and self.ca == found_ca(self.number):
            self.ca.unlink(missing_ok=True)


def open_port(settings: Settings) -> Port:
    """Raises CannotStart that names what is in the way."""
    listeners = listen(settings.host, settings.port)
    plain = Port(listeners, number=int(listeners[0].getsockname()[1]))
    try:
        return _secured(plain, settings) if settings.tls else _cleared(plain)
    except BaseException:
        plain.close()
        raise


def _secured(port: Port, settings: Settings) -> Port:
    identity = identify(settings.tls, _names(settings))
    if not isinstance(identity, OwnAuthority):
        return port._replace(identity=identity)
    try:
        path = Path(settings.tls_ca).absolute() if settings.tls_ca else usual_ca(port.number)
    except OSError:
        raise CannotStart(
            "there is no place for temporary files: say with --tls-ca FILE where the CA's certificate is written"
        ) from None
    write_ca(path, identity.certificate)
    return port._replace(identity=identity, ca=path)


def _cleared(port: Port) -> Port:
    """Without what a killed server may have left: verbs would take it for a sign of TLS."""
    forget_ca(port.number)
    return port


def _names(settings: Settings) -> Sequence[str]:
    """What it is called besides localhost. A client's own word (SNI) brings any other."""
    host = [] if settings.host in EVERYWHERE else [settings.host]
    public = urlsplit(settings.base_url or "").hostname
    return [name.lower() for name in (*host, *settings.allow_host, *([public] if public else []))]
