"""Who may drive the control plane: not a web page, not a rebound name, not somebody without the token."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from mockenv.call import PROBES
from mockenv.contract.document import JSON
from mockenv.control.problems import problem
from mockenv.provider import Call, Refused

DASHBOARD = "/_mockenv/ui"
MANUAL = "/_mockenv/docs"
"""The page has to be there before it can ask for one; nothing of a world is in its files."""


class Guard:
    """MockServer, Mockoon and mockd were each driven by web pages that their users happened to visit."""

    def __init__(self, token: str | None, allowed_hosts: Sequence[str]) -> None:
        self._token, self._allowed = token, {host.lower() for host in allowed_hosts}

    def check(self, call: Call) -> None:
        """Raises Refused."""
        self._check_host(call)
        self._check_origin(call)
        self._check_token(call)

    def check_content_type(self, call: Call) -> None:
        """A page may send forms and plain text anywhere without asking; JSON it may not. Raises Refused."""
        if call.method in ("POST", "PUT", "PATCH") and call.media_type != JSON:
            raise Refused(problem(415, f"{call.method} wants the header Content-Type: {JSON}, with a body or without."))

    def _check_host(self, call: Call) -> None:
        host = call.header("host")
        if host is None:
            return  # HTTP/1.0; a browser always sends one
        name = _host_name(host)
        if not (is_local_name(name) or name in self._allowed):
            raise Refused(
                problem(403, f"The host {name!r} is not known here; start the server with --allow-host {name} if it is yours.")
            )

    def _check_origin(self, call: Call) -> None:
        origin, site = call.header("origin"), call.header("sec-fetch-site")
        foreign = origin is not None and _authority(origin) not in ((call.header("host") or "").lower(), _authority(call.origin))
        if foreign or site in ("cross-site", "same-site"):
            raise Refused(problem(403, "Web pages of another origin may not drive mockenv."))

    def _check_token(self, call: Call) -> None:
        if self._token is None or call.path in PROBES or _is_below(call.path, DASHBOARD) or _is_below(call.path, MANUAL):
            return
        scheme, _, given = (call.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._token.encode()):
            reply = problem(401, "This server wants its --admin-token: Authorization: Bearer <token>.")
            reply.headers["WWW-Authenticate"] = "Bearer"
            raise Refused(reply)


def _authority(origin: str) -> str:
    try:
        return (urlsplit(origin).netloc or origin).lower()
    except ValueError:  # `http://[`: foreign, whatever it is
        return origin


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return host


def is_local(host: str) -> bool:
    """Whether a Host header can only mean this machine: no web page can have its browser send such a one of its own."""
    return is_local_name(_host_name(host))


@lru_cache(maxsize=256)
def is_local_name(name: str) -> bool:
    """An address, or localhost: a name may be rebound."""
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost"
    return True


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")
