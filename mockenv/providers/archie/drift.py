"""Whether the SDL and the fields behind it are the same, told at the start: without graphql-core, which takes 100 ms to import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from mockenv.errors import CannotStart

_ASIDE = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*')
_ARGUMENTS = re.compile(r"\([^()]*\)")
_TYPE = re.compile(r"\btype\s+(\w+)[^{}]*\{([^{}]*)\}")
_FIELD = re.compile(r"(\w+)\s*:")


def read_sdl(path: Path) -> str:
    """Raises CannotStart."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"schema {path}: cannot be read ({getattr(error, 'strerror', error)})") from None


def outline(sdl: str) -> dict[str, list[str]]:
    """Object type → its fields' names. Enough to compare names; graphql-core reads the same file in earnest."""
    bare = _ARGUMENTS.sub("", _ASIDE.sub("", sdl))
    return {name: _FIELD.findall(body) for name, body in _TYPE.findall(bare)}


def check_fields(path: Path, resolvers: Mapping[str, Iterable[str]]) -> None:
    """Query and Mutation cannot drift from the code. Raises CannotStart that names the field."""
    types = outline(read_sdl(path))
    for type, names in resolvers.items():
        served, described = set(names), types.get(type, [])
        for name in described:
            if name not in served:
                raise CannotStart(f"{path.name}: field '{type}.{name}' has no resolver")
        for name in served.difference(described):
            raise CannotStart(f"{path.name}: resolver '{type}.{name}' has no field")
