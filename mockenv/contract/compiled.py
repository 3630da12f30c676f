"""Documents that were parsed before: YAML takes a hundred times as long as JSON, and every start pays. Knows no OpenAPI."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]  # the same interface, slower


class _Loader(SafeLoader):
    """YAML 1.1 as people mean it: an equals sign alone is a text, which is all that PyYAML cannot make of it."""


_Loader.yaml_constructors = {**SafeLoader.yaml_constructors, "tag:yaml.org,2002:value": SafeLoader.construct_yaml_str}


def parse(raw: bytes) -> Any:
    """What this YAML says, as JSON would have it. From the user's cache where it was parsed before; else it is put there.

    The cache is named by the content's hash, so it cannot be stale; where it cannot be read or written, it is left out.
    Raises yaml.YAMLError, or TypeError for what JSON cannot say.
    """
    place = cache_folder() / f"{blake2b(raw, digest_size=16).hexdigest()}.json"
    with suppress(OSError, orjson.JSONDecodeError):
        return orjson.loads(place.read_bytes())
    compiled = _as_json(yaml.load(raw, _Loader))  # noqa: S506  # a SafeLoader
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_bytes(compiled)
        draft.replace(place)
    return orjson.loads(compiled)


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
