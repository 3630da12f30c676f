"""Browsers and web pages of other origins: preflights, and the headers that let a page read an answer; knows no service."""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.edge.exchange import Exchange
from mockenv.errors import NoSuchSandbox
from mockenv.kernel.values.origins import OFF, Origins, parse_origins
from mockenv.kernel.worlds.options import CORS_OPTION
from mockenv.kernel.worlds.sandboxes import Sandboxes
from mockenv.provider import Provider, Reply

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
ALLOWED = "Access-Control-Allow-Origin"
ASKED_METHOD, ASKED_HEADERS = "access-control-request-method", "access-control-request-headers"
ASKED_NETWORK = "access-control-request-private-network"
READABLE = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma", "vary"}
"""What a page may read anyway, and what it has no use for."""


class Cors:
    """Two stages of every provider's request. A service with manners of its own (`Provider.cors` is None) keeps them."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._parsed: dict[str, Origins] = {}

    def preflight(self, x: Exchange) -> None:
        """What a browser asks before it asks: it brings neither token nor header, so it is answered before anybody is asked for them."""
        headers = x.call.headers
        if x.call.method != "OPTIONS" or x.provider.cors is None or ASKED_METHOD not in headers or "origin" not in headers:
            return
        origin = headers["origin"]
        origins = self._asked_of(x, origin)
        if origins.allow(origin):
            x.reply = x.provider.preflight()
            _allow(x.reply, origins, origin)
            _permit(x.reply, headers)

    def dress(self, x: Exchange) -> None:
        """Every answer, whatever became of the request: a page that may not read a refusal sees a network error instead."""
        reply = x.reply
        assert reply is not None  # `finish` has one
        if x.provider.cors is None or ALLOWED in reply.headers:  # a preflight has it, and a fault may have set it
            return
        text = (x.sandbox.options if x.sandbox else self._sandboxes.usual_options())[x.provider.name][CORS_OPTION]
        if text != OFF and _allow(reply, self._parse(text), x.call.header("origin")):
            _expose(reply)

    def _asked_of(self, x: Exchange, origin: str) -> Origins:
        """A preflight that names no sandbox may be for any: the request that follows has a token or a header, and tells."""
        assert x.sandbox is not None  # it has been identified
        names = [x.sandbox.name] if x.request.sandbox is not None else [x.sandbox.name, *self._sandboxes.names()]
        rules = (self._of_sandbox(name, x.provider) for name in names)
        return next((one for one in rules if one.allow(origin)), Origins())

    def _of_sandbox(self, name: str, provider: Provider) -> Origins:
        try:
            return self._parse(self._sandboxes.get(name).options[provider.name][CORS_OPTION])
        except NoSuchSandbox:
            return Origins()

    def _parse(self, text: str) -> Origins:
        if text not in self._parsed:
            self._parsed[text] = parse_origins(text)
        return self._parsed[text]


def _allow(reply: Reply, origins: Origins, origin: str | None) -> bool:
    """`*` goes without credentials, as the standard wants it; an origin that is named comes with them."""
    if origins.is_any:
        reply.headers[ALLOWED] = "*"
        return True
    _vary(reply, "Origin")
    if origin is None or not origins.allow(origin):
        return False
    reply.headers[ALLOWED] = origin
    reply.headers["Access-Control-Allow-Credentials"] = "true"
    return True


def _permit(reply: Reply, asked: Mapping[str, str]) -> None:
    """All that is asked for: what the service does not have, the request itself is told."""
    reply.headers["Access-Control-Allow-Methods"] = METHODS
    if ASKED_HEADERS in asked:
        reply.headers["Access-Control-Allow-Headers"] = asked[ASKED_HEADERS]
    if asked.get(ASKED_NETWORK) == "true":  # a page of the network's that asks somebody on loopback
        reply.headers["Access-Control-Allow-Private-Network"] = "true"
    _vary(reply, "Access-Control-Request-Headers")


def _expose(reply: Reply) -> None:
    """All headers: that a page cannot read `Retry-After` helps nobody's tests."""
    shown = [name for name in reply.headers if name.lower() not in READABLE and not name.startswith("Access-Control-")]
    reply.headers["Access-Control-Expose-Headers"] = ", ".join([*shown, "Date"])


def _vary(reply: Reply, name: str) -> None:
    known = reply.headers.get("Vary")
    if known is None:
        reply.headers["Vary"] = name
    elif name.lower() not in (one.strip().lower() for one in known.split(",")):
        reply.headers["Vary"] = f"{known}, {name}"
