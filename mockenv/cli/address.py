"""Where the server is that a verb speaks to, and how it is known to be that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockenv.client import Mockenv

if TYPE_CHECKING:
    from ssl import SSLContext

LOOPBACK = ("localhost", "127.", "::1")
HTTPS_PORT = 443


def server_at(url: str | None, admin_token: str | None = None, timeout: float = 60.0, ca: str | None = None) -> Mockenv:
    """The one that was named, or the one that a `mockenv serve` with the same variables would be."""
    url = url or _usual_url()
    return Mockenv(url, admin_token, timeout, ca=ca or _usual_trust(url))


def _usual_url() -> str:
    from mockenv.settings import load_settings
    from mockenv.trust import found_ca

    settings = load_settings({})
    # Where it listens on both addresses of localhost, the older one does: some resolvers know no other.
    reached = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound to
    host = reached.get(settings.host, settings.host)
    scheme = "https" if settings.tls or found_ca(settings.port) else "http"
    return f"{scheme}://[{host}]:{settings.port}" if ":" in host else f"{scheme}://{host}:{settings.port}"


def _usual_trust(url: str) -> Path | SSLContext | None:
    """What a server of this machine shows, as far as this shell knows of it: its own CA's, or the certificate that it was given."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname or "").startswith(LOOPBACK):
        return None
    from mockenv.settings import load_settings
    from mockenv.trust import found_ca

    told = load_settings({}).tls
    return found_ca(parts.port or HTTPS_PORT) if told in ((), ("auto",)) else _pinned(told[0])


def _pinned(certificate: str) -> SSLContext | None:
    """Trust in one certificate, whatever name it is for: it was made for others than who asks from the same machine."""
    import ssl

    trusted = ssl.create_default_context()
    trusted.check_hostname = False
    trusted.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        trusted.load_verify_locations(certificate)
    except OSError:  # the server has said, or will say, what is wrong with it
        return None
    return trusted
