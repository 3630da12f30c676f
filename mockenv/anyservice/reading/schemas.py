"""Schemas of OpenAPI 3.0 and Swagger 2.0, and what vendors make of them, as JSON Schema 2020-12 has it; in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from mockenv.anyservice.reading.files import LITERAL, MAPS, references
from mockenv.anyservice.reading.pointers import Node, Pointers
from mockenv.anyservice.reading.remarks import Remarks

Json = dict[str, Any]

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
MEANT = {
    **dict.fromkeys(("int", "int32", "int64", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("bool",), "boolean"),
    **dict.fromkeys(("str", "text", "date", "datetime", "date-time", "uuid", "file", "binary", "timestamp", "enum"), "string"),
    **dict.fromkeys(("map", "hash", "dict", "json"), "object"),
    **dict.fromkeys(("list",), "array"),
}
"""What vendors write for a type where there is none of that name."""
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
ANNOTATIONS = ("description", "title", "readOnly", "writeOnly", "deprecated", "default", "example", "nullable", "x-nullable")
"""What may stand beside a reference before 3.1; anything else there means nothing."""
SHOWN = "x-mockenv-shown"
"""Members that a reply always has, and that nobody is asked for."""
DEEPEST = 8
"""So many `allOf`s within each other are looked through for what only a reply has."""
SKIPPED = LITERAL | {"examples", "securitySchemes", "securityDefinitions", "discriminator", "mapping", "security"}


def clean(content: Json, remarks: Remarks, *, is_old: bool) -> None:
    """Bring every schema of a document into the form that validates. `is_old`: before OpenAPI 3.1."""
    pointers = Pointers(content)
    elsewhere: dict[int, set[str]] = {}
    """Schemas that are part of others → what those others have."""
    for one in references(content):
        if pointers.leads_nowhere(one["$ref"]):
            remarks.tell(one.pop("$ref"), "is referred to and is not there, so anything is taken")
    for node in _objects(content):
        schema = node.value
        _mend(node, is_old, remarks)
        if isinstance(schema.get("required"), list) or "allOf" in schema:
            _require_what_a_request_can_have(schema, pointers, elsewhere)
    for node in _objects(content):
        _require_what_there_is(node.value, elsewhere)


def _objects(content: Json) -> Iterable[Node]:
    """Everything in the document that may be a schema: what a name in a map of schemas leads to, never that map."""
    waiting: list[tuple[Node, bool]] = [(Node(content, ""), False)]
    while waiting:
        node, is_map = waiting.pop()
        if isinstance(node.value, list):
            waiting.extend((node.at(at), False) for at in range(len(node.value)))
        elif isinstance(node.value, dict):
            if not is_map:
                yield node
            waiting.extend(
                (node.at(name), not is_map and name in MAPS)
                for name, value in node.value.items()
                if isinstance(value, dict | list) and (is_map or not _is_skipped(name))
            )


def _is_skipped(name: str) -> bool:
    return name in SKIPPED or (name.startswith("x-") and name != "x-files")


def _mend(node: Node, is_old: bool, remarks: Remarks) -> None:
    schema = node.value
    if is_old and "$ref" in schema and len(schema) > 1:
        _drop(schema, [name for name in schema if name != "$ref" and name not in ANNOTATIONS])
    _drop(schema, ("$id", "$schema", "$anchor") if "type" in schema or "properties" in schema else ())
    if "type" in schema and not {"in", "flows", "scheme"} & schema.keys():
        _mend_type(schema)
    if isinstance(schema.get("required"), bool) and not {"in", "content", "schema"} & schema.keys():
        del schema["required"]
    for name, is_good in _GOOD:
        if name in schema and not is_good(schema[name]):
            del schema[name]
    if isinstance(schema.get("items"), list):
        schema["items"] = schema["items"][0] if schema["items"] else {}
    if "pattern" in schema and not _is_pattern(schema["pattern"]):
        remarks.tell(node.pointer, f"the pattern {schema['pattern']!r} is none that can be checked, so anything is taken")
        del schema["pattern"]
    _mend_numbers(schema)
    if schema.pop("nullable", None) is True or schema.pop("x-nullable", None) is True:
        _allow_null(schema)
    if isinstance(schema.get("properties"), dict):
        schema["properties"] = {name: one if isinstance(one, dict | bool) else {} for name, one in schema["properties"].items()}


def _mend_type(schema: Json) -> None:
    told = schema["type"]
    types = [MEANT.get(str(one).lower(), str(one).lower()) for one in (told if isinstance(told, list) else [told])]
    known = list(dict.fromkeys(one for one in types if one in TYPES))
    if not known or len(known) < len(set(types)):
        del schema["type"]
    else:
        schema["type"] = known[0] if len(known) == 1 else known
    if schema.get("type") == "string" and isinstance(schema.get("enum"), list):  # YAML reads `on` and 1.2 as no texts
        schema["enum"] = [one if one is None or isinstance(one, str) else _as_text(one) for one in schema["enum"]]


def _as_text(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _mend_numbers(schema: Json) -> None:
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)
    for name in (*NUMBERS, *COUNTS):
        if name in schema:
            number = _number(schema[name])
            if number is None or (name in COUNTS and number < 0) or (name == "multipleOf" and number <= 0):
                del schema[name]
            else:
                schema[name] = int(number) if name in COUNTS else number


def _number(value: Any) -> float | int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _allow_null(schema: Json) -> None:
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = list(dict.fromkeys((*types, "null")))
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    told = {name: schema.pop(name) for name in [*schema] if name not in ANNOTATIONS}
    if told:
        schema["anyOf"] = [told, {"type": "null"}]


def _require_what_there_is(schema: Json, elsewhere: Mapping[int, set[str]]) -> None:
    """What is required and described nowhere is a slip: nobody can send it."""
    told, own = schema.get("required"), schema.get("properties")
    if isinstance(told, list) and isinstance(own, dict) and own and not {"allOf", "anyOf", "oneOf", "$ref"} & schema.keys():
        _ask_only(schema, [name for name in told if name in own or name in elsewhere.get(id(schema), ())])


def _require_what_a_request_can_have(schema: Json, pointers: Pointers, elsewhere: dict[int, set[str]]) -> None:
    """Required members that only a reply has are not required of a body: one schema serves both.

    Which they are may be said in one part of an `allOf`, and that they are required in another.
    """
    parts = [*_parts(schema, pointers, 0)]
    own = {name for part in parts for name, one in _properties(part).items() if _is_read_only(one, pointers)}
    names = {name for part in parts for name in _properties(part)}
    for part in parts:
        if len(parts) > 1:
            elsewhere.setdefault(id(part), set()).update(names)
        if isinstance(part.get("required"), list):
            _ask_only(part, [name for name in dict.fromkeys(part["required"]) if name not in own])


def _ask_only(schema: Json, names: list[str]) -> None:
    """Require no more than these, and keep what else is always shown."""
    shown = [name for name in schema["required"] if name not in names]
    if shown:
        schema[SHOWN] = list(dict.fromkeys((*schema.get(SHOWN, ()), *shown)))
    schema["required"] = names


def _parts(schema: Any, pointers: Pointers, depth: int) -> Iterable[Json]:
    """A schema, and all that it is made of."""
    meant = pointers.follow(Node(schema, "")).value
    if isinstance(meant, dict) and depth < DEEPEST:
        yield meant
        for one in meant.get("allOf") or ():
            yield from _parts(one, pointers, depth + 1)


def _properties(schema: Json) -> Json:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _is_read_only(schema: Any, pointers: Pointers) -> bool:
    if not isinstance(schema, dict):
        return False
    meant = pointers.follow(Node(schema, "")).value
    return schema.get("readOnly") is True or (isinstance(meant, dict) and meant.get("readOnly") is True)


@cache
def _is_pattern(pattern: Any) -> bool:
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


def _drop(schema: Json, names: Iterable[str]) -> None:
    for name in names:
        schema.pop(name, None)


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict | bool) for one in value)


_GOOD: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("required", lambda value: isinstance(value, bool) or (isinstance(value, list) and all(isinstance(one, str) for one in value))),
    ("enum", lambda value: isinstance(value, list) and bool(value)),
    ("items", lambda value: isinstance(value, dict | bool | list)),
    ("additionalProperties", _is_schema),
    ("properties", lambda value: isinstance(value, dict)),
    ("allOf", _is_schemas),
    ("anyOf", _is_schemas),
    ("oneOf", _is_schemas),
    ("not", _is_schema),
    ("format", lambda value: isinstance(value, str)),
)
