"""How a client says who it is, from the document's security schemes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.anyservice.model import Auth


def auth_of(content: Mapping[str, Any]) -> list[Auth]:
    """The schemes of a document, the commonest first."""
    schemes = (content.get("components") or {}).get("securitySchemes") or {}
    found = [one for scheme in schemes.values() if isinstance(scheme, Mapping) and (one := _one(scheme))]
    unique = [one for at, one in enumerate(found) if one not in found[:at]]
    return sorted(unique, key=lambda one: (not one.bearer, not one.header, not one.basic))


def _one(scheme: Mapping[str, Any]) -> Auth | None:
    kind, where, name = scheme.get("type"), scheme.get("in"), str(scheme.get("name") or "")
    if kind in ("oauth2", "openIdConnect"):
        return Auth(bearer=True)
    if kind == "http":
        return Auth(basic=True) if str(scheme.get("scheme")).lower() == "basic" else Auth(bearer=True)
    if kind == "apiKey" and where == "header":
        if name.lower() == "authorization":
            told = str(scheme.get("description") or "").lower()
            return Auth(bearer=True) if "bearer" in told or "token" not in told else Auth(header="authorization")
        return Auth(header=name.lower())
    if kind == "apiKey" and where in ("query", "cookie"):
        return Auth(query=name) if where == "query" else Auth(cookie=name)
    return None
