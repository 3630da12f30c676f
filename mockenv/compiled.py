"""What was worked out from a file before: YAML takes a hundred times as long as JSON, and every start pays. Knows no OpenAPI.

Where it comes from is told by the content's hash, so it cannot be stale: first the folder that the wheel brings, then the user's cache.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

SHIPPED = Path(__file__).parent / "compiled"


class NotYAML(ValueError):
    """The text is no YAML; the reason in its own words."""


def kept(raw: bytes, made_by: Path, make: Callable[[], bytes]) -> Any:
    """The JSON that `make` makes of these bytes. `made_by` is its source: another one makes other things.

    Where the cache cannot be read or written, it is left out.
    """
    name = name_of(raw, made_by)
    for folder in (SHIPPED, cache_folder()):
        with suppress(OSError, orjson.JSONDecodeError):
            return orjson.loads((folder / name).read_bytes())
    made = make()
    with suppress(OSError):
        keep(cache_folder() / name, made)
    return orjson.loads(made)


def keep(place: Path, made: bytes) -> None:
    """Whole or not at all: several may start at once. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{os.getpid()}")
    draft.touch(0o600)  # a fixture may hold what is nobody else's affair
    draft.write_bytes(made)
    draft.replace(place)


def name_of(raw: bytes, made_by: Path) -> str:
    return f"{blake2b(raw + hash_of(made_by), digest_size=16).hexdigest()}.json"


@cache
def hash_of(source: Path) -> bytes:
    """A file's text in a few bytes."""
    return blake2b(source.read_bytes(), digest_size=16).digest()


def parse(raw: bytes) -> Any:
    """What this YAML says, as JSON would have it. Raises NotYAML, or TypeError for what JSON cannot say."""
    return kept(raw, Path(__file__), lambda: compile_yaml(raw))


def compile_yaml(raw: bytes) -> bytes:
    """The same as JSON's text."""
    from mockenv import yaml11  # slow to import, too

    try:
        return _as_json(yaml11.load(raw))
    except yaml11.FAILURES as error:
        raise NotYAML(str(error)) from error


def _as_json(content: Any) -> bytes:
    try:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)  # status codes become strings
    except TypeError as error:
        if "64-bit" not in str(error):
            raise
        return json.dumps(content, default=str).encode()  # a limit such as 2**64 is read as the number with a point that it is near


def cache_folder() -> Path:
    """Where the user's programs keep what they can make again."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  # Path.home() raises without a home
    return Path(home) / "mockenv"
