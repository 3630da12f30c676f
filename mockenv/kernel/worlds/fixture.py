"""Records of a fixture, checked by a marshmallow schema: each thing that is wrong becomes one line.

What was found good once is good for ever: to import the schemas and to ask them takes longer than the rest of a start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from mockenv.compiled import hash_of, kept
from mockenv.errors import BadInput, Problems, UnknownName
from mockenv.kernel.worlds.inhabitant import Inhabitant

if TYPE_CHECKING:
    from marshmallow import Schema


def known_section(provider: Inhabitant, section: Any, where: str) -> Mapping[str, Any]:
    """A provider's section as it reads it, remembered from one run to the next. Raises BadInput that names the key, or Several."""
    sources = provider.world_sources()
    if not sources:
        return new_section(provider, section, where)
    raw = b"".join([orjson.dumps(section), *map(hash_of, sources)])
    found: Mapping[str, Any] = kept(raw, Path(__file__), lambda: orjson.dumps(new_section(provider, section, where)))
    return found


def new_section(provider: Inhabitant, section: Any, where: str) -> Mapping[str, Any]:
    """The same, read now."""
    world = provider.world()
    loaded: Mapping[str, Any] = load_section(world(), section, where) if world else section
    return loaded


def load_section(schema: Schema, section: Any, where: str) -> dict[str, Any]:
    """What `schema` reads. Raises BadInput that names the key, or Several."""
    from marshmallow import ValidationError

    if not isinstance(section, Mapping):
        raise BadInput(where, "", "is not a mapping")
    problems = Problems()
    try:
        loaded: dict[str, Any] = schema.load(section)
    except ValidationError as error:
        for one in _each(dict(error.messages_dict), schema, where, ""):
            problems.add(one)
        problems.tell()
    return loaded


def _each(messages: Any, schema: Any, where: str, key: str) -> Iterator[BadInput]:
    fields = getattr(schema, "fields", {})
    for name, inner in messages.items():
        path = f"{key}.{name}" if key else str(name)
        if inner == ["Unknown field."]:
            yield UnknownName(where, path, name, fields)
        elif isinstance(inner, Mapping):
            below = fields.get(name) if isinstance(name, str) else schema
            nested = getattr(below, "schema", None) or getattr(getattr(below, "inner", None), "schema", None) or below
            yield from _each(inner, nested, where, path)
        else:
            yield BadInput(where, path, str(inner[0]))
