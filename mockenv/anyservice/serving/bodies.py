"""What a request says: JSON by the document's own schema, a form by its types, and the part of it that is the thing."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from mockenv.anyservice.dotted import get
from mockenv.anyservice.inference.bodies import is_json
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import Views
from mockenv.contract.jsonbody import BadJSON, parse_json
from mockenv.provider import Call, Refused

FORM = "application/x-www-form-urlencoded"


def said(call: Call, views: Views, node: Node | None) -> Any:
    """The whole body; an empty object where there is none, or where it is nothing that is read here. Raises Refused."""
    operation = call.match.operation
    assert operation is not None  # only called by an operation
    if not operation.body_types or (not call.raw and not operation.body_required):
        return {}
    if FORM in operation.body_types and call.media_type == FORM:
        return _form(call, views, node)
    if is_json(operation.body_types[0]):
        return call.body()
    return {}


def readable(call: Call) -> Any:
    """The body as far as it can be read; an empty object where it cannot."""
    try:
        return parse_json(call.raw) if call.raw else {}
    except BadJSON:
        return {}


def part(body: Any, dotted: str) -> dict[str, Any]:
    """What stands at a place in a body; an empty object where no object does."""
    inner = get(body, dotted)
    return inner if isinstance(inner, dict) else {}


def _form(call: Call, views: Views, node: Node | None) -> dict[str, Any]:
    """A form as the JSON that it stands for: `metadata[order]=6`, `items[0][price]=…`. Raises Refused."""
    try:
        pairs = parse_qsl(call.raw.decode(), keep_blank_values=True)
    except UnicodeDecodeError as error:
        raise Refused(call.dialect.unreadable(call, str(error))) from None
    body: dict[str, Any] = {}
    for name, text in pairs:
        _put(body, [one.rstrip("]") for one in name.split("[")], text)
    typed = _typed(body, views, node)
    operation = call.match.operation
    assert operation is not None  # as above
    findings = call.dialect.validators.body(operation, FORM, typed)
    if findings:
        raise Refused(call.dialect.invalid(call, findings))
    return typed if isinstance(typed, dict) else {}


def _put(body: dict[str, Any], path: list[str], text: str) -> None:
    *before, last = path if path[-1] else path[:-1]
    inner = body
    for name in before:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return
    if not path[-1]:
        inner[last] = [*(inner[last] if isinstance(inner.get(last), list) else []), text]
    else:
        inner[last] = text


def _typed(value: Any, views: Views, node: Node | None) -> Any:
    view = views.of(node)
    if isinstance(value, dict) and view.type == "array":
        return [_typed(one, views, view.items) for one in value.values()]
    if isinstance(value, dict):
        return {name: _typed(one, views, view.members.get(name, view.values)) for name, one in value.items()}
    if isinstance(value, list):
        return [_typed(one, views, view.items) for one in value]
    if view.type == "array":
        return [_typed(value, views, view.items)]
    return _plain(value, view.type)


def _plain(text: str, kind: str) -> Any:
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text
