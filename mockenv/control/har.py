"""A journal as HAR 1.2, which a browser's developer tools open; secrets are out already."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockenv.kernel.values.instant import iso_micros
from mockenv.kernel.worlds.journal import Entry
from mockenv.kernel.worlds.showing import show
from mockenv.version import __version__


def to_har(entries: Sequence[Entry], base_url: str, missing: int = 0) -> dict[str, Any]:
    """`missing` is how many requests could belong here and have fallen out of the journal: the format has a comment for it."""
    creator = {"name": "mockenv", "version": __version__}
    log = {"version": "1.2", "creator": creator, "entries": [_entry(entry, base_url) for entry in entries], "_missing": missing}
    return {"log": {**log, "comment": f"Not whole: {missing} older requests fell out of the journal."} if missing else log}


def _entry(entry: Entry, base_url: str) -> dict[str, Any]:
    shown = show(entry)
    ms = entry.seconds * 1e3
    return {
        "startedDateTime": iso_micros(entry.at),
        "time": ms,
        "request": _request(entry, shown["request"], base_url),
        "response": _response(entry, shown["reply"]),
        "cache": {},
        "timings": {"send": 0, "wait": ms, "receive": 0},
        "comment": f"{entry.provider} {entry.operation or 'no operation'}" + (f": {entry.note}" if entry.note else ""),
    }


def _request(entry: Entry, shown: dict[str, Any], base_url: str) -> dict[str, Any]:
    request = {
        "method": entry.method,
        "url": f"{base_url}{entry.path}" + (f"?{entry.query}" if entry.query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown["headers"]),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(entry.query, keep_blank_values=True)],
        "headersSize": -1,
        "bodySize": -1 if entry.is_request_cut else len(entry.request_body),
    }
    if entry.request_body or entry.is_request_cut:
        request["postData"] = {"mimeType": entry.request_headers.get("content-type", ""), "text": _text(shown["body"])}
    return request


def _response(entry: Entry, shown: dict[str, Any]) -> dict[str, Any]:
    text = _text(shown["body"])
    return {
        "status": entry.status,
        "statusText": HTTPStatus(entry.status).phrase if entry.status in set(HTTPStatus) else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown["headers"]),
        "content": {
            "size": -1 if entry.is_reply_cut else len(entry.reply_body),
            "mimeType": shown["headers"].get("Content-Type", ""),
            "text": text,
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1 if entry.is_reply_cut else len(entry.reply_body),
    }


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(body: Any) -> str:
    if body is None or isinstance(body, str):
        return body or ""
    return orjson.dumps(body).decode()
