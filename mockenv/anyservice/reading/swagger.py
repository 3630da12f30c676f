"""Swagger 2.0 as OpenAPI 3 has it: bodies, replies, parameters, definitions; schemas are left as they are."""

from __future__ import annotations

from typing import Any

from mockenv.anyservice.reading.files import references
from mockenv.anyservice.reading.pointers import Node, Pointers
from mockenv.contract.document import JSON, METHODS

Json = dict[str, Any]

MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
OF_THE_PARAMETER = ("name", "in", "description", "required", "allowEmptyValue")


def modernise(content: Json) -> Json:
    """The same service, described as OpenAPI 3 would."""
    pointers = Pointers(content)
    paths = {path: _path(item, content, pointers) for path, item in content.get("paths", {}).items() if isinstance(item, dict)}
    components = {
        "schemas": content.get("definitions", {}),
        "parameters": {name: _parameter(one) for name, one in content.get("parameters", {}).items() if one.get("in") != "body"},
        "responses": {name: _response("", one, content.get("produces")) for name, one in content.get("responses", {}).items()},
        "securitySchemes": {name: _scheme(one) for name, one in content.get("securityDefinitions", {}).items()},
    }
    new: Json = {
        "openapi": "3.0.3",
        "info": content.get("info", {}),
        "servers": [{"url": content.get("basePath") or "/"}],
        "paths": paths,
        "components": components,
    }
    new |= {name: content[name] for name in ("security", "tags", "x-files") if name in content}
    for node in references(new):
        for old, moved in MOVED.items():
            if node["$ref"].startswith(old):
                node["$ref"] = moved + node["$ref"][len(old) :]
    return new


def _path(item: Json, content: Json, pointers: Pointers) -> Json:
    item = pointers.follow(Node(item, "")).value
    shared = [pointers.follow(Node(one, "")).value for one in item.get("parameters", [])]
    return {method: _operation(item[method], shared, content, pointers) for method in METHODS if isinstance(item.get(method), dict)}


def _operation(node: Json, shared: list[Json], content: Json, pointers: Pointers) -> Json:
    own = [pointers.follow(Node(one, "")).value for one in node.get("parameters", [])]
    told = {(one.get("name"), one.get("in")) for one in own}
    parameters = [*(one for one in shared if (one.get("name"), one.get("in")) not in told), *own]
    body = _body(parameters, node.get("consumes") or content.get("consumes") or [JSON])
    produces = node.get("produces") or content.get("produces")
    responses = {str(status): _response(str(status), one, produces) for status, one in node.get("responses", {}).items()}
    kept = {name: value for name, value in node.items() if name not in ("parameters", "consumes", "produces", "schemes")}
    placed = [_parameter(one) for one in parameters if one.get("in") in ("path", "query", "header")]
    return {**kept, "parameters": placed, "responses": responses, **({"requestBody": body} if body else {})}


def _body(parameters: list[Json], consumes: list[str]) -> Json | None:
    whole = next((one for one in parameters if one.get("in") == "body"), None)
    if whole is not None:
        medias = [media for media in consumes if media not in (FORM, MULTIPART)] or [JSON]
        content = {media: {"schema": whole.get("schema", {})} for media in medias}
        return {"required": bool(whole.get("required")), "content": content}
    fields = [one for one in parameters if one.get("in") == "formData"]
    if not fields:
        return None
    schema: Json = {"type": "object", "properties": {one["name"]: _schema_of(one) for one in fields}}
    required = [one["name"] for one in fields if one.get("required")]
    media = MULTIPART if MULTIPART in consumes or any(one.get("type") == "file" for one in fields) else FORM
    return {"required": bool(required), "content": {media: {"schema": {**schema, "required": required} if required else schema}}}


def _parameter(node: Json) -> Json:
    if "$ref" in node:
        return node
    kept = {name: node[name] for name in OF_THE_PARAMETER if name in node}
    explodes = {} if node.get("collectionFormat") == "multi" or node.get("type") != "array" else {"explode": False}
    return {**kept, "schema": _schema_of(node), **explodes}


def _schema_of(node: Json) -> Json:
    return {name: value for name, value in node.items() if name not in (*OF_THE_PARAMETER, "collectionFormat")}


def _response(status: str, node: Json, produces: list[str] | None) -> Json:
    if "$ref" in node or "schema" not in node:
        # A refusal without a schema has a body all the same, of what the service produces: hardly a vendor describes each.
        told: Json = (
            {"content": {media: {} for media in produces or [JSON]}} if status[:1] in ("4", "5") and "$ref" not in node else {}
        )
        return {**{name: value for name, value in node.items() if name != "examples"}, **told}
    examples = node.get("examples") or {}
    medias = produces or [JSON]
    content = {media: {"schema": node["schema"], **({"example": examples[media]} if media in examples else {})} for media in medias}
    headers = {name: {"schema": _schema_of(one)} for name, one in (node.get("headers") or {}).items()}
    return {"description": node.get("description", ""), "content": content, **({"headers": headers} if headers else {})}


def _scheme(node: Json) -> Json:
    return {"type": "http", "scheme": "basic"} if node.get("type") == "basic" else node
