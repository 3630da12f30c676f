"""Which web origins may read answers in a browser: as somebody spells it, and asked of one; knows no headers."""

from __future__ import annotations

import re
from typing import NamedTuple

from mockenv.errors import BadInput

OFF, ANY, OPAQUE = "off", "*", "null"
"""Nobody; everybody; pages that have no origin, such as files and sandboxed frames."""
_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://((?:\*\.)?[^/\s?#@*:\[\]]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?")
_USUAL_PORTS = {("http", "80"), ("https", "443")}
"""Browsers leave them out."""


class Origins(NamedTuple):
    """A rule that is put to an `Origin` header."""

    is_any: bool = False
    named: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return self.is_any or self.named is not None

    def allow(self, origin: str) -> bool:
        return self.is_any or (self.named is not None and self.named.fullmatch(origin.lower()) is not None)


def parse_origins(text: str, where: str = "", key: str = "cors") -> Origins:
    """`off`, `*`, or origins with blanks or commas between, where `*` stands for any port or any subdomains. Raises BadInput."""
    words = text.lower().replace(",", " ").split()
    if words == [OFF]:
        return Origins()
    if words == [ANY]:
        return Origins(is_any=True)
    if not words:
        raise BadInput(where, key, "is off, * or origins such as http://localhost:5173")
    return Origins(named=re.compile("|".join(_pattern(word, where, key) for word in words)))


def _pattern(word: str, where: str, key: str) -> str:
    if word == OPAQUE:
        return OPAQUE
    found = _ORIGIN.fullmatch(word)
    if not found or int((found[3] or "0").replace(ANY, "0")) > 65_535:
        problem = "stands alone" if word in (OFF, ANY) else "is no origin: scheme, host and port, such as http://localhost:5173"
        raise BadInput(where, key, f"{word!r} {problem}")
    scheme, host, port = found.groups()
    hosts = rf"[a-z0-9._-]+{re.escape(host[1:])}" if host.startswith("*.") else re.escape(host)
    ports = r"(:\d+)?" if port == ANY else "" if port is None or (scheme, port) in _USUAL_PORTS else f":{port}"
    return f"{re.escape(scheme)}://{hosts}{ports}"
