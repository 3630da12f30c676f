"""JSON bodies as Django REST framework reads them: in the charset that is named, and with what Python's own parser takes besides."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.provider import Call, Refused

UTF_8 = "utf-8"
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(call: Call) -> Any:
    """Raises Refused (400) in the framework's words."""
    charset = charset_of(call)
    try:
        return parse_json(call.raw if charset == UTF_8 else call.raw.decode(charset).encode())
    except BadJSON:
        return _beyond(call, charset)
    except UnicodeDecodeError as error:
        raise Refused(call.dialect.unreadable(call, str(error))) from None


def charset_of(call: Call) -> str:
    """What the content type names; one that nobody knows counts as UTF-8."""
    found = re.search(r";\s*charset=\"?([^\s;\"]+)", call.header("content-type") or "", re.IGNORECASE)
    try:
        return codecs.lookup(found[1]).name if found else UTF_8
    except LookupError:
        return UTF_8


def _beyond(call: Call, charset: str) -> Any:
    """Numbers without end are infinite; a lone surrogate counts as U+FFFD, since nothing could store it (the service fails on it)."""
    try:
        return _storable(json.loads(call.raw.decode(charset), parse_constant=_no_constant))
    except (ValueError, RecursionError) as error:
        raise Refused(call.dialect.unreadable(call, str(error))) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value
