"""How a request departs from a description of one; compares with what really came, tells no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

from mockenv.kernel.faults import path_matches
from mockenv.kernel.worlds.journal import Entry
from mockenv.kernel.worlds.showing import REDACTED, SECRET_HEADERS, redact
from mockenv.kernel.worlds.tally import Sort

PLAIN = frozenset(("provider", "operation", "method", "status"))
"""What the journal's tally can tell for ever."""
MISSING = object()


def differences(entry: Entry, match: Mapping[str, Any]) -> list[str]:
    """How a request departs from what was asked for; empty where it matches."""
    found = sort_differences(entry.sort, match)
    if "path" in match and not path_matches(entry.path, match["path"]):
        found.append(f"path is {entry.path!r}, not {match['path']!r}")
    found += _header_differences(entry, match.get("headers", {}))
    query = parse_qs(entry.query, keep_blank_values=True)
    for name, value in match.get("query", {}).items():
        if value not in query.get(name, []):
            found.append(f"query {name} is {query.get(name)!r}, not {value!r}")
    return found + (_inner_differences(entry, match["body"]) if "body" in match else [])


def sort_differences(sort: Sort, match: Mapping[str, Any]) -> list[str]:
    """The same for what every request is counted by."""
    found = [
        f"{name} is {value!r}, not {match[name]!r}"
        for name, value in (("provider", sort.provider), ("method", sort.method))
        if name in match and value != match[name]
    ]
    if "operation" in match and not sort.operations.issuperset(match["operation"].split(",")):
        found.append(f"operation is {sort.operation!r}, not {match['operation']!r}")
    if "status" in match and str(match["status"]) not in (str(sort.status), f"{sort.status // 100}xx"):
        found.append(f"status is {sort.status}, not {match['status']}")
    return found


def could_match(entry: Entry, match: Mapping[str, Any]) -> bool:
    """Whether nobody can tell: all else matches, and of the body too little was kept."""
    if "body" not in match or not entry.is_request_cut:
        return False
    return not differences(entry, {name: value for name, value in match.items() if name != "body"})


def _header_differences(entry: Entry, wanted: Mapping[str, str]) -> list[str]:
    found = []
    for name, value in wanted.items():
        given, is_secret = entry.request_headers.get(name.lower()), name.lower() in SECRET_HEADERS
        if given != value:
            shown = (REDACTED if given else None, REDACTED) if is_secret else (given, value)
            found.append(f"header {name} is {shown[0]!r}, not {shown[1]!r}")
    return found


def _inner_differences(entry: Entry, wanted: Any) -> list[str]:
    try:
        body = orjson.loads(entry.request_body) if entry.request_body else None
    except orjson.JSONDecodeError:
        return ["body is not JSON"]
    found = _body_differences(body, wanted, "body")
    return ["body is [redacted], not as wished"] if found and entry.secret_paths else found


def _body_differences(body: Any, wanted: Any, at: str, name: str = "") -> list[str]:
    """Objects must contain the wanted members; anything else must be equal."""
    if isinstance(wanted, dict) and isinstance(body, dict):
        return [
            text
            for member, value in wanted.items()
            for text in _body_differences(body.get(member, MISSING), value, f"{at}.{member}", member)
        ]
    if _is_equal(body, wanted):
        return []
    shown = "not there" if body is MISSING else repr(redact({name: body})[name])
    return [f"{at} is {shown}, not {redact({name: wanted})[name]!r}"]


def _is_equal(one: Any, other: Any) -> bool:
    """As JSON has it: true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
