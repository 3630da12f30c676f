"""What a value looks like: its JSON type, and the format of a text whose content is another each time."""

from __future__ import annotations

import re
from typing import Any

from mockenv.kernel.worlds.showing import SECRET_MEMBER
from mockenv.recording.redacting import PLACEHOLDER

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
HEX = r"(?:[0-9a-f]{16,}|[0-9A-F]{16,})"
DATE = r"\d{4}-\d\d-\d\d"
FORMATS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("uuid", UUID),
        ("date-time in whole seconds, Z", rf"{DATE}T\d\d:\d\d:\d\dZ"),
        ("date-time with a fraction, Z", rf"{DATE}T\d\d:\d\d:\d\d\.\d+Z"),
        ("date-time in whole seconds, offset", rf"{DATE}T\d\d:\d\d:\d\d[+-]\d\d:?\d\d"),
        ("date-time with a fraction, offset", rf"{DATE}T\d\d:\d\d:\d\d\.\d+[+-]\d\d:?\d\d"),
        ("date", DATE),
        ("HTTP date", r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"),
        ("url", r"https?://\S+"),
        ("email", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
        ("ulid", r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
        ("host name", r"(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
        ("IP address", r"\d{1,3}(?:\.\d{1,3}){3}|(?=.*:.*:)[0-9a-f:]{3,39}"),
    )
)
"""Texts in these are another each time; the first that fits counts."""
HEXES = re.compile(HEX)
PREFIXED = re.compile(rf"([A-Za-z]{{2,16}}(?:[-_ ][A-Za-z]{{2,16}})?[-_ ])(?:({UUID})|({HEX}))")
IDS = re.compile(r"^_?id$|[a-z]Id$|_id$|^uuid$|^key_?id$", re.IGNORECASE)
EPOCHS = ((1_000_000_000_000, 9_999_999_999_999, "milliseconds since 1970"), (1_000_000_000, 9_999_999_999, "seconds since 1970"))
SECRET = "secret"  # noqa: S105  # a format's name


def type_of(value: Any) -> str:
    """JSON's word for it; whole numbers have one of their own."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = ((str, "text"), (int, "whole number"), (float, "number"), (list, "list"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def format_of(value: Any, name: str) -> str | None:
    """In which format a value of the member `name` is, if its content is another each time; None for what says something."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        epoch = next((word for least, most, word in EPOCHS if least <= value <= most), None)
        return epoch or ("id" if IDS.search(name) else None)
    if not isinstance(value, str):
        return None
    if PLACEHOLDER.fullmatch(value) or (SECRET_MEMBER.search(name) and value):
        return SECRET
    found = next((word for word, pattern in FORMATS if pattern.fullmatch(value)), None)
    if found is None and HEXES.fullmatch(value):
        found = f"{len(value)} hex digits"
    if found is None and (prefixed := PREFIXED.fullmatch(value)):
        found = f"{prefixed[1]}… ({'uuid' if prefixed[2] else f'{len(prefixed[3])} hex digits'})"
    return found or ("id" if IDS.search(name) and value else None)
