"""The control plane, from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from docs.reference.markdown import code, page, table
from mockenv.bootstrap import openapi_folder

Json = Mapping[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")
INTRODUCTION = "The document itself is at `/_mockenv/documents/control` of every server: programs that are made from OpenAPI documents can be made from it."


def draw_control_plane() -> str:
    document = yaml.safe_load((openapi_folder() / "control.yaml").read_text())
    told = " ".join(str(document["info"]["description"]).split())
    parts = [part for tag in document["tags"] for part in _room(document, tag)]
    return page("Control plane", "openapi/control.yaml", f"{told}\n\n{INTRODUCTION}", *parts)


def _room(document: Json, tag: Json) -> Iterator[str]:
    yield f"## {str(tag['name']).capitalize()}"
    yield str(tag["description"])
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and tag["name"] in item[method]["tags"]:
                yield from _operation(document, path, method, item)


def _operation(document: Json, path: str, method: str, item: Json) -> Iterator[str]:
    operation = item[method]
    yield f"### `{method.upper()} {path}`"
    yield f"{operation['summary']}. {' '.join(str(operation.get('description', '')).split())}".strip()
    members = [_resolved(document, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    rows = [(code(one["name"]), one["in"], _shape(document, one["schema"]), _text(one)) for one in members]
    if rows:
        yield table(("parameter", "in", "type", "what"), rows)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body:
        yield from _body(document, body)


def _body(document: Json, body: Json) -> Iterator[str]:
    rows = list(_members(document, body["schema"], ""))
    if rows:
        yield table(("member", "type", "what"), rows)
    example = body.get("example", next((one["value"] for one in body.get("examples", {}).values()), None))
    if example is not None:
        yield f"```json\n{json.dumps(example, ensure_ascii=False)}\n```"


def _members(document: Json, schema: Json, prefix: str) -> Iterator[tuple[str, str, str]]:
    """A row each; of a member that is an object itself, its members below it."""
    schema = _resolved(document, schema)
    for name, one in schema.get("properties", {}).items():
        member = _resolved(document, one)
        is_needed = " (required)" if name in schema.get("required", ()) else ""
        yield code(f"{prefix}{name}") + is_needed, _shape(document, member), _text(member)
        if not prefix:
            yield from _members(document, member, f"{name}.")


def _resolved(document: Json, thing: Json) -> Json:
    """A reference followed, what stands beside it kept."""
    while "$ref" in thing:
        found: Any = document
        for name in str(thing["$ref"]).removeprefix("#/").split("/"):
            found = found[name]
        thing = {**found, **{name: value for name, value in thing.items() if name != "$ref"}}
    return thing


def _shape(document: Json, schema: Any) -> str:
    schema = _resolved(document, schema)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(_shape(document, one) for one in schema[word]))
    if "const" in schema or "enum" in schema:
        return ", ".join(code(json.dumps(one).strip('"')) for one in schema.get("enum", [schema.get("const")]))
    kinds = schema.get("type", "object" if "properties" in schema else "")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    if kind == "array" and schema.get("items"):
        return f"array of {_shape(document, schema['items']) or 'anything'}"
    return kind or "anything"


def _text(thing: Json) -> str:
    return " ".join(str(thing.get("description") or thing.get("schema", {}).get("description", "")).split())
