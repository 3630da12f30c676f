"""Passwords and nouns, the same as Faker makes of the same dice, but in a tenth of its calls; knows no provider.

What is drawn, and in which order, is Faker's way and `random`'s: a test holds them side by side.
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits

from mockenv.kernel.values.chance import Dice
from mockenv.kernel.values.nouns import nouns

SORTS = (digits, ascii_uppercase, ascii_lowercase)
CHARACTERS = "".join(SORTS)
LENGTH = 24


def password(dice: Dice) -> str:
    """Digits and letters, of each sort at least one."""
    musts = [sort[_below(dice, len(sort))] for sort in SORTS]
    size = float(len(CHARACTERS))
    drawn = [CHARACTERS[int(dice.random() * size)] for _ in range(LENGTH)]
    places: set[int] = set()
    while len(places) < len(musts):
        places.add(_below(dice, LENGTH))
    for place, must in zip(places, musts, strict=True):  # in the order of a set of small numbers, as Faker has it
        drawn[place] = must
    return "".join(drawn)


def two_nouns(dice: Dice) -> tuple[str, str]:
    """Two different ones."""
    known = nouns()
    first = second = _below(dice, len(known))
    while second == first:
        second = _below(dice, len(known))
    return known[first], known[second]


def _below(dice: Dice, end: int) -> int:
    """0 … end - 1, each as likely: as many bits as the end has, again where they are too much."""
    bits = end.bit_length()
    found = dice.getrandbits(bits)
    while found >= end:
        found = dice.getrandbits(bits)
    return found
