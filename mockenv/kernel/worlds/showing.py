"""An entry of the journal as others may see it: JSON parsed, secrets out; keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from mockenv.kernel.values.instant import iso_micros
from mockenv.kernel.worlds.journal import Entry

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
    r"passw|secret|token|api_?key|sdk_?key|mobile_?key|credential|authorization|cipher|private", re.IGNORECASE
)


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
        "seconds": round(entry.seconds, 6),
        "faults": list(entry.faults),
        "connection": {"number": entry.connection, "request": entry.turn},
        "resend_of": entry.resend_of,
        "note": entry.note,
    }


def redact(value: Any) -> Any:
    """A JSON value with what its names call secret replaced."""
    if isinstance(value, dict):
        return {
            name: REDACTED if member is not None and SECRET_MEMBER.search(name) and not _is_nested(member) else redact(member)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [redact(item) for item in value]
    return value


def _is_nested(member: Any) -> bool:
    return isinstance(member, dict | list)


def _headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: REDACTED if name.lower() in SECRET_HEADERS else value for name, value in headers}


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
