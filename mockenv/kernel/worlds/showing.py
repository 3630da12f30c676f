"""An entry of the journal as others may see it: JSON parsed, secrets out; keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from mockenv.kernel.values.instant import iso_micros
from mockenv.kernel.worlds.journal import STAGES, Entry

REDACTED = "[redacted]"
SECRET_HEADERS = {
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "webhook-signature",
    "x-vector-signature",
}
SECRET_MEMBER = re.compile(
    r"passw|secret|token|api[_-]?key|sdk[_-]?key|mobile[_-]?key|credential|authorization|cipher|private", re.IGNORECASE
)
NAMES, VALUE = ("name", "key"), "value"
"""A pair such as `{"key": "DB_PASSWORD", "value": "…"}` says by its name what its value is."""


def show(entry: Entry) -> dict[str, Any]:
    """An entry as others may see it: JSON bodies parsed, secrets out."""
    return {
        **show_line(entry),
        "request": {
            "headers": _headers(entry.request_headers.items()),
            "body": _body(entry.request_body, entry.secret_paths, entry.is_request_cut),
        },
        "reply": {
            "headers": _headers(entry.reply_headers),
            "body": _body(entry.reply_body, entry.secret_paths, entry.is_reply_cut),
        },
    }


def show_line(entry: Entry) -> dict[str, Any]:
    """The same without headers and bodies."""
    return {
        "number": entry.number,
        "at": iso_micros(entry.at),
        "provider": entry.provider,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "status": entry.status,
        "stage": STAGES[entry.stages - 1] if entry.stages else None,
        "seconds": round(entry.seconds, 6),
        "faults": list(entry.faults),
        "connection": {"number": entry.connection, "request": entry.turn},
        "resend_of": entry.resend_of,
        "note": entry.note,
    }


def redact(value: Any, hide: Callable[[Any], Any] = lambda _: REDACTED) -> Any:
    """A JSON value with what its names call secret replaced by what `hide` makes of it."""
    if isinstance(value, dict):
        is_named = any(isinstance(value.get(name), str) and SECRET_MEMBER.search(value[name]) for name in NAMES)
        return {
            name: _hidden(member, hide) if SECRET_MEMBER.search(name) or (is_named and name == VALUE) else redact(member, hide)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [redact(item, hide) for item in value]
    return value


def _hidden(member: Any, hide: Callable[[Any], Any]) -> Any:
    """A secret, or several; what has members of its own is judged by their names."""
    if isinstance(member, list):
        return [_hidden(item, hide) for item in member]
    return redact(member, hide) if isinstance(member, dict) else None if member is None else hide(member)


def is_secret_header(name: str) -> bool:
    """Whether a header is by its name what nobody else may see."""
    return name.lower() in SECRET_HEADERS or SECRET_MEMBER.search(name) is not None


def _headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: REDACTED if is_secret_header(name) else value for name, value in headers}


def _body(body: bytes, secret: bool, is_cut: bool) -> Any:
    if not body and not is_cut:
        return None
    if secret:
        return REDACTED
    if is_cut:
        return f"[longer than the {len(body)} bytes that were kept]"
    try:
        return redact(orjson.loads(body))
    except orjson.JSONDecodeError:
        return f"[{len(body)} bytes that are not JSON]"
