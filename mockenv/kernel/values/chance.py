"""All chance of a sandbox, derived from its seed: no state, so nothing that happens beside can disturb it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from faker import Faker

T = TypeVar("T")
Dice = Random
"""Python's generator. Only `Draw.drawn` hands one out, seeded."""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Draw:
    """The values of one thing: each is a function of (seed, kind, ordinal, purpose) and of nothing else."""

    def __init__(self, seed: int, kind: str, ordinal: int | str) -> None:
        self._key = f"{seed}\x1f{kind}\x1f{ordinal}\x1f"

    def bytes(self, purpose: str, count: int = 16) -> bytes:
        return blake2b((self._key + purpose).encode(), digest_size=count).digest()

    def number(self, purpose: str) -> int:
        """0 … 2**64 - 1."""
        return int.from_bytes(self.bytes(purpose, 8))

    def fraction(self, purpose: str) -> float:
        """0 <= x < 1."""
        return (self.number(purpose) >> 11) / (1 << 53)

    def pick(self, purpose: str, choices: Sequence[T]) -> T:
        return choices[self.number(purpose) % len(choices)]

    def hex(self, purpose: str, length: int) -> str:
        return self.bytes(purpose, (length + 1) // 2).hex()[:length]

    def uuid(self, purpose: str) -> str:
        """Version 4, spelled by hand: a new sandbox has thirty of them, and `uuid.UUID` takes four times as long."""
        digits = self.hex(purpose, 32)
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def ulid(self, purpose: str, milliseconds: int) -> str:
        """26 characters that sort by time, like the identifiers of Laravel's `HasUlids`."""
        number = milliseconds << 80 | int.from_bytes(self.bytes(purpose, 10))
        return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

    def normal(self, purpose: str) -> float:
        """Standard normal, by Box and Muller."""
        radius = math.sqrt(-2 * math.log(1 - self.fraction(purpose + "/radius")))
        return radius * math.cos(2 * math.pi * self.fraction(purpose + "/angle"))

    def drawn(self, purpose: str, make: Callable[[Dice], T]) -> T:
        """What `make` draws from Python's generator, seeded for this purpose."""
        with _LOCK:
            dice = _dice()
            dice.seed(self.number(purpose))
            return make(dice)

    def fake(self, purpose: str, make: Callable[[Faker], T]) -> T:
        """What `make` draws from Faker, seeded for this purpose."""
        with _LOCK:
            fake = make_faker()
            fake.seed_instance(self.number(purpose))
            return make(fake)


_LOCK = Lock()  # one of each, seeded anew each time: a new one takes longer (Faker: 0.7 ms). So one user at a time


@cache
def _dice() -> Dice:
    return Random()  # noqa: S311  # made-up credentials are to be the same for the same seed


@cache
def make_faker() -> Faker:
    """The one for English, unseeded."""
    # 155 ms to import, so only when a name is first wanted.
    from faker import Factory

    # What is behind the proxy for many locales, through which each value would pass twice; the proxy is what has the types.
    return cast("Faker", Factory.create("en_US"))
