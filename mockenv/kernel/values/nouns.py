"""Faker's English nouns without Faker, which weighs eleven megabytes and takes a seventh of a second to import; draws none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import orjson

from mockenv.compiled import kept
from mockenv.kernel.values.chance import make_faker


@cache
def nouns() -> Sequence[str]:
    """All of them, in Faker's order: from what was kept, or from Faker."""
    found: list[str] = kept(source(), Path(__file__), compile_nouns)
    return found


def compile_nouns() -> bytes:
    """The same as JSON's text."""
    return orjson.dumps(make_faker().get_words_list(part_of_speech="noun"))


def source() -> bytes:
    """The file in which Faker has them, so that another Faker's are not taken for this one's."""
    found = find_spec("faker")
    assert found is not None  # a dependency
    assert found.origin is not None
    return (Path(found.origin).parent / "providers" / "lorem" / "en_US" / "__init__.py").read_bytes()
