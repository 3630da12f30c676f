"""Passwords and nouns, the same as Faker makes of the same seed, but without it; knows no provider.

Faker weighs eleven megabytes and takes a seventh of a second to import, and a password passes through a dozen of its calls. What comes
out is what comes out of Faker: a test holds both side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import orjson

from mockenv.compiled import kept
from mockenv.kernel.values.chance import Dice, make_faker

SORTS = (digits, ascii_uppercase, ascii_lowercase)
CHARACTERS = "".join(SORTS)


def password(dice: Dice, length: int = 24) -> str:
    """Digits and letters, of each sort at least one."""
    musts = [dice.choice(sort) for sort in SORTS]
    drawn = dice.choices(CHARACTERS, k=length)
    places: set[int] = set()
    while len(places) < len(musts):
        places.add(dice.randint(0, length - 1))
    for place, must in zip(places, musts, strict=True):  # in the order of a set of small numbers, as Faker has it
        drawn[place] = must
    return "".join(drawn)


def two_nouns(dice: Dice) -> Sequence[str]:
    """Two different ones."""
    return dice.sample(nouns(), 2)


@cache
def nouns() -> Sequence[str]:
    """Faker's English ones, in its order: from what was kept of them, or from Faker."""
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
