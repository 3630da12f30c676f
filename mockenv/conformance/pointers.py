"""JSON pointers: a value at one, and whether one is meant by a pattern."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MISSING: Any = object()


def at_pointer(value: Any, pointer: str) -> Any:
    """The value there, or MISSING. `/` alone is the whole, `-1` the last of a list."""
    for part in _parts(pointer):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.lstrip("-").isdigit() and -len(value) <= int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def is_meant(pointer: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern is it, or the place of something that it is in; `*` is any one part."""
    parts = _parts(pointer)
    return any(_begins(parts, _parts(pattern)) for pattern in patterns)


def joined(pointer: str, part: str | int) -> str:
    return f"{pointer}/{str(part).replace('~', '~0').replace('/', '~1')}"


def _begins(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) >= len(pattern) and all(one in ("*", part) for one, part in zip(pattern, parts, strict=False))


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] if pointer not in ("", "/") else []
