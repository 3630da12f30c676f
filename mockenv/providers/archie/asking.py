"""What a GraphQL request asks for, from a POST's body or a GET's query; executes nothing.

The refusals and their order are gqlgen's (v0.17.84).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mockenv.contract.document import JSON
from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused
from mockenv.providers.archie.errors import EMPTY_BODY, NOT_SUPPORTED, unreadable_body
from mockenv.providers.archie.options import option

Json = dict[str, Any]


class Asked(NamedTuple):
    """One request. An empty `query` is one that is not there."""

    query: str
    variables: Json
    operation_name: str | None
    extensions: Json
    by_get: bool


def read(call: Call, work: Work) -> Asked:
    """Raises Refused (400) for what is no request."""
    try:
        return _from_query(call) if call.method == "GET" else _from_body(call)
    except Refused as refused:
        if option(work, "request_error_status") == "200":
            refused.reply.status = 200
        raise


def _from_body(call: Call) -> Asked:
    if call.media_type != JSON:  # one that is not told, too: a form in a foreign page could send it else
        raise Refused(unreadable_body(NOT_SUPPORTED))
    if not call.raw:
        raise Refused(unreadable_body(EMPTY_BODY))
    body: Json = call.body()
    return Asked(
        body.get("query") or "", body.get("variables") or {}, body.get("operationName") or None, body.get("extensions") or {}, False
    )


def _from_query(call: Call) -> Asked:
    first = {name: values[0] for name, values in call.raw_query.items()}
    variables, extensions = (_decoded(name, first.get(name, "")) for name in ("variables", "extensions"))
    return Asked(first.get("query", ""), variables, first.get("operationName") or None, extensions, True)


def _decoded(name: str, text: str) -> Json:
    try:
        value = parse_json(text.encode()) if text else None
    except BadJSON:
        value = text
    if not isinstance(value, dict | None):
        raise Refused(unreadable_body(f"{name} could not be decoded"))
    return value or {}
