"""The JSON Schemas of the files that lie beside a provider, for editors: drawn from the schemas that read them."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import Schema, fields, validate

from mockenv.bootstrap import make_services
from mockenv.conformance.suite import SuiteFile
from mockenv.recording.sorts import HarvestFile
from mockenv.settings import Settings

Json = dict[str, Any]
TYPES: dict[type[fields.Field[Any]], str] = {
    fields.Integer: "integer",
    fields.Float: "number",
    fields.Boolean: "boolean",
    fields.String: "string",
}


def draw_suite_schema() -> str:
    """`fixtures/suite.schema.json`."""
    return _drawn("suite", "What `mockenv conform` asks of a real service and of mockenv.", SuiteFile())


def draw_harvest_schema() -> str:
    """`fixtures/harvest.schema.json`."""
    return _drawn("harvest", "How what `mockenv record` saw becomes a fixture.", HarvestFile())


def _drawn(name: str, description: str, schema: Schema) -> str:
    services = make_services(Settings())
    editions = [edition for one in services for edition in (one, *one.editions)]
    whole = _of(schema)
    whole["properties"]["provider"] = {
        "description": "Whose it is, where it does not lie in that one's folder.",
        "enum": [one.name for one in services],
    }
    told = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mockenv:{name}",
        "$comment": "drawn by `make docs` from the code; edit that instead",
        "title": f"mockenv {name}",
        "description": description,
        **whole,
        "$defs": {"operation": {"enum": list(dict.fromkeys(id for one in editions for id in one.document.operations))}},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _of(schema: Schema) -> Json:
    named = {member.data_key or name: member for name, member in schema.fields.items()}
    required = [name for name, member in named.items() if member.required]
    properties = {name: {**_field(member), "description": member.metadata["description"]} for name, member in named.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": properties,
    }


def _field(member: Any) -> Json:
    """A field without what it says to people."""
    named: Json = {"$ref": f"#/$defs/{member.metadata['names']}"} if "names" in member.metadata else {}
    if isinstance(member, fields.Nested):
        return _of(member.schema)
    if isinstance(member, fields.List):
        return {"type": "array", "items": named or _field(member.inner), **_bounds(member, "Items")}
    if isinstance(member, fields.Dict):
        told: Json = {"type": "object", "additionalProperties": _field(member.value_field)}
        return {**told, "propertyNames": named} if named else told
    kind = next((word for sort, word in TYPES.items() if isinstance(member, sort)), None)
    return named or ({"type": kind, **_bounds(member, "Length")} if kind else {})


def _bounds(member: Any, of: str) -> Json:
    found: Json = {}
    for one in member.validators:
        if isinstance(one, validate.OneOf):
            found["enum"] = list(one.choices)
        elif isinstance(one, validate.Regexp):
            found["pattern"] = one.regex.pattern
        elif isinstance(one, validate.Length):
            found[f"min{of}"] = one.min
        elif isinstance(one, validate.Range):
            found["minimum"] = one.min
    return found
