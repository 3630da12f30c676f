"""Whose a path is, which operation it asks for, and what that service hides: asked of the providers, for traffic that is not ours."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from mockenv.call import Call
from mockenv.contract.routing import NOTHING, Match, Routes
from mockenv.provider import Provider
from mockenv.recording.exchange import Asked

KEY_PLACES = ("header", "query", "cookie")


class Services:
    """The providers that traffic may be for; with one alone, everything is its."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = tuple(providers)
        self._routes = {one: Routes(one.document, head_as_get=one.head_as_get) for one in providers}
        self.secret_names = frozenset(name for one in providers for name in _key_names(one))
        """Headers and query parameters in which documents have clients say who they are; lower case."""

    def of(self, path: str) -> Provider | None:
        """The one that owns a path."""
        if len(self.providers) == 1:
            return self.providers[0]
        owned = ((prefix, one) for one in self.providers for prefix in (*one.prefixes, *one.fallbacks))
        return next((one for prefix, one in owned if path == prefix or path.startswith(f"{prefix.rstrip('/')}/")), None)

    def match(self, asked: Asked) -> Match:
        """The operation that is asked for."""
        call = self._call(asked)
        return call.match if call else NOTHING

    def names(self, asked: Asked) -> str | None:
        """The operation's name; None where there is none."""
        operation = self.match(asked).operation
        return operation.id if operation else None

    def hides_bodies(self, asked: Asked) -> bool:
        """Whether bodies are secrets through and through there."""
        call = self._call(asked)
        return call is not None and self.providers[self._at(call)].hides_bodies(call)

    def _at(self, call: Call) -> int:
        return next(at for at, one in enumerate(self.providers) if one is call.dialect)

    def _call(self, asked: Asked) -> Call | None:
        path = unquote(asked.path)
        provider = self.of(path)
        if provider is None:
            return None
        headers = {name.lower(): value for name, value in asked.headers}
        method = provider.method(asked.method, headers)
        call = Call(provider, method, provider.normalise(path), asked.query, headers, b"", "", "")
        call.match = self._routes[provider].match(method, call.path)
        return call


def _key_names(provider: Provider) -> list[str]:
    schemes = (provider.document.content.get("components") or {}).get("securitySchemes") or {}
    return [str(one["name"]).lower() for one in schemes.values() if one.get("type") == "apiKey" and one.get("in") in KEY_PLACES]
