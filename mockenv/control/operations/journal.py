"""What came in and went out: query, verify, forget, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from mockenv.control.har import to_har
from mockenv.control.plane import ControlPlane
from mockenv.errors import BadInput
from mockenv.kernel.faults import path_matches
from mockenv.kernel.values.instant import parse_instant
from mockenv.kernel.worlds.journal import Entry, Journal, redact, show
from mockenv.provider import Call, Reply

NEAREST = 3


def get_journal(call: Call, plane: ControlPlane) -> Reply:
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), dict(call.query())
    is_new, limit, form = _since(query.pop("since", "0")), query.pop("limit", None), query.pop("format", "json")
    found = [entry for entry in sandbox.journal if is_new(entry) and not differences(entry, query)]
    found = found[-limit:] if limit else found
    if form == "har":
        return Reply(200, to_har(found, call.base_url))
    return Reply(200, {"entries": [show(entry) for entry in found], "dropped": sandbox.journal.dropped})


def delete_journal(call: Call, plane: ControlPlane) -> Reply:
    journal = plane.sandboxes.get(call.params["sandbox"]).journal
    removed = len(journal)
    journal.clear()
    return Reply(200, {"removed": removed})


def verify_journal(call: Call, plane: ControlPlane) -> Reply:
    """How many requests match, against what was wished; if not so, the nearest ones and how they differ."""
    sandbox, told = plane.sandboxes.get(call.params["sandbox"]), call.body()
    wishes = [name for name in ("exactly", "at_least", "at_most") if name in told]
    if not wishes or ("exactly" in told and len(wishes) > 1):
        raise BadInput("", "exactly", "wants exactly, or at_least and at_most, or one of them")
    count = sum(not differences(entry, told["match"]) for entry in sandbox.journal)
    ok = told.get("exactly", count) == count and told.get("at_least", 0) <= count <= told.get("at_most", count)
    too_many = count > told.get("exactly", told.get("at_most", count))
    nearest = [] if ok else _nearest(sandbox.journal, told["match"], too_many=too_many)
    return Reply(200, {"ok": ok, "count": count, "nearest": nearest})


def _since(text: str) -> Callable[[Entry], bool]:
    """A number of an entry, or a moment of the sandbox's time. Raises BadInput."""
    if text.isascii() and text.isdigit():
        number = int(text)
        return lambda entry: entry.number > number
    moment = parse_instant(text, "", "since")
    return lambda entry: entry.at >= moment


def differences(entry: Entry, match: Mapping[str, Any]) -> list[str]:
    """How a request departs from what was asked for; empty where it matches."""
    shown = {"provider": entry.provider, "operation": entry.operation, "method": entry.method}
    found = [f"{name} is {shown[name]!r}, not {match[name]!r}" for name in shown if name in match and shown[name] != match[name]]
    if "path" in match and not path_matches(entry.path, match["path"]):
        found.append(f"path is {entry.path!r}, not {match['path']!r}")
    if "status" in match and str(match["status"]) not in (str(entry.status), f"{entry.status // 100}xx"):
        found.append(f"status is {entry.status}, not {match['status']}")
    return found + _inner_differences(entry, match)


def _inner_differences(entry: Entry, match: Mapping[str, Any]) -> list[str]:
    if not match.keys() & {"headers", "query", "body"}:
        return []
    asked, shown = show(entry)["request"], []
    for name, value in match.get("headers", {}).items():
        if asked["headers"].get(name.lower()) != value:
            shown.append(f"header {name} is {asked['headers'].get(name.lower())!r}, not {value!r}")
    query = parse_qs(entry.query, keep_blank_values=True)
    for name, value in match.get("query", {}).items():
        if value not in query.get(name, []):
            shown.append(f"query {name} is {query.get(name)!r}, not {value!r}")
    if "body" in match:
        shown += _body_differences(asked["body"], redact(match["body"]), "body")
    return shown


def _body_differences(body: Any, wanted: Any, at: str) -> list[str]:
    """Objects must contain the wanted members; anything else must be equal. Secrets are compared as redacted."""
    if isinstance(wanted, dict) and isinstance(body, dict):
        return [text for name, value in wanted.items() for text in _body_differences(body.get(name), value, f"{at}.{name}")]
    return [] if body == wanted else [f"{at} is {body!r}, not {wanted!r}"]


def _nearest(journal: Journal, match: Mapping[str, Any], *, too_many: bool) -> list[dict[str, Any]]:
    """Where too few match, those that nearly do; where too many do, they themselves."""
    ranked = sorted(((differences(entry, match), entry) for entry in journal), key=lambda pair: (len(pair[0]), -pair[1].number))
    wanted = [pair for pair in ranked if bool(pair[0]) != too_many]
    return [
        {"number": entry.number, "method": entry.method, "path": entry.path, "status": entry.status, "differs": differs}
        for differs, entry in wanted[:NEAREST]
    ]
