"""Why a request was answered as it was: how far it came, what its document says against it, which rules nearly spoke of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

from mockenv.contract.document import Operation
from mockenv.contract.routing import Match, Routes
from mockenv.contract.validation import Finding
from mockenv.kernel import faults
from mockenv.kernel.faults import path_matches
from mockenv.kernel.unit.work import Work
from mockenv.kernel.worlds.journal import STAGES, Entry
from mockenv.kernel.worlds.showing import SECRET_MEMBER
from mockenv.provider import Provider
from mockenv.store.base import Document

NEAREST = 3


def explain(work: Work, entry: Entry, provider: Provider) -> dict[str, Any]:
    """For one request of the journal."""
    match = Routes(provider.document, head_as_get=provider.head_as_get).match(entry.method, provider.normalise(entry.path))
    passed = STAGES[: entry.stages]
    return {
        "stages": list(STAGES),
        "stage": passed[-1] if passed else None,
        "against_document": [*_against_request(entry, provider, match), *_against_reply(entry, provider, match)],
        "near_faults": _near_faults(work, entry, match),
    }


def _against_request(entry: Entry, provider: Provider, match: Match) -> Iterator[str]:
    if match.operation is None:
        yield f"the document has no {entry.method} {entry.path}"
    else:
        yield from against_request(entry, provider, match.operation)


def against_request(entry: Entry, provider: Provider, operation: Operation) -> Iterator[str]:
    """How a request departs from what its operation takes."""
    findings = provider.validators.query(operation, parse_qs(entry.query, keep_blank_values=True))[1]
    if operation.body_types and not entry.is_request_cut and (entry.request_body or operation.body_required):
        findings += _body_findings(entry, provider, operation)
    for finding in findings:
        yield f"request {finding.field or finding.location}: {_say(entry, finding)}"


def _body_findings(entry: Entry, provider: Provider, operation: Operation) -> list[Finding]:
    try:
        body = orjson.loads(entry.request_body or b"{}")
    except orjson.JSONDecodeError:
        return [Finding("body", (), "json", "is not JSON")]
    return provider.validators.body(operation, operation.body_types[0], body)


def _say(entry: Entry, finding: Finding) -> str:
    """A finding quotes what it found: not where that may be secret."""
    is_secret = entry.secret_paths or any(SECRET_MEMBER.search(str(part)) for part in finding.path)
    return f"departs from {finding.keyword}" if is_secret else finding.message


def _against_reply(entry: Entry, provider: Provider, match: Match) -> list[str]:
    if match.operation is None or entry.is_reply_cut or entry.faults or not entry.status:
        return []
    media = dict(entry.reply_headers).get("Content-Type", "").partition(";")[0]
    try:
        body = orjson.loads(entry.reply_body) if entry.reply_body and media.endswith("json") else entry.reply_body or None
    except orjson.JSONDecodeError:
        return ["reply: is not JSON"]
    problems = provider.validators.reply(match.operation, entry.status, media, body)
    return [f"reply: {one.partition(':')[0] if entry.secret_paths or SECRET_MEMBER.search(one) else one}" for one in problems]


def _near_faults(work: Work, entry: Entry, match: Match) -> list[dict[str, Any]]:
    """The rules that did not act on it, nearest first, with what kept each from it."""
    rules = [rule for rule in work.find(faults.FAULT, target="request") if rule["id"] not in entry.faults]
    ranked = sorted(((list(_differences(rule, entry, match.params)), rule["id"]) for rule in rules), key=lambda pair: len(pair[0]))
    return [{"id": id, "differs": differs} for differs, id in ranked[:NEAREST]]


def _differences(rule: Document, entry: Entry, params: Mapping[str, str]) -> Iterator[str]:
    for name, value in (("provider", entry.provider), ("method", entry.method)):
        if rule.get(name, value) != value:
            yield f"{name} is {value!r}, not {rule[name]!r}"
    if "operation" in rule and rule["operation"] not in entry.sort.operations:
        yield f"operation is {entry.operation!r}, not {rule['operation']!r}"
    if "path" in rule and not path_matches(entry.path, rule["path"]):
        yield f"path is {entry.path!r}, not {rule['path']!r}"
    query = {name: values[-1] for name, values in parse_qs(entry.query).items()}
    for name, value in rule.get("params", {}).items():
        if {**query, **params}.get(name) != value:
            yield f"{name} is {({**query, **params}).get(name)!r}, not {value!r}"
    if any(not path_matches(entry.request_headers.get(name, ""), value) for name, value in rule.get("header", {}).items()):
        yield "its headers are others"
    if rule.get("times") is not None and rule["hits"] >= rule["times"]:
        yield f"it has acted {rule['hits']} times, as often as it may"
    if rule.get("connection") not in (None, "fresh" if entry.turn == 1 else "reused"):
        yield f"its connection is not {rule['connection']}"
