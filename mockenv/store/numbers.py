"""Many ascending numbers in little room: a set of bits, in blocks; and what lies behind each. Knows no document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress, islice
from typing import Any, Generic, TypeVar

BLOCK = 4_096
"""Numbers of one block: adding one makes its bits anew, which is half a kilobyte."""
SHELF_BITS = 7
LAST = (1 << SHELF_BITS) - 1
"""Things of one shelf: so many bits of a number say where on it."""

Thing = TypeVar("Thing")


class Numbers:
    """A set of whole numbers, ascending: a bit for each, so that a hundred thousand in a row take 13 kB."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._blocks: dict[int, int] = {}
        """Block → its bits; none is empty."""
        self._count = 0
        for number in numbers:
            self.add(number)

    def add(self, number: int) -> None:
        """One that is not there."""
        block = number // BLOCK
        self._blocks[block] = self._blocks.get(block, 0) | 1 << number % BLOCK
        self._count += 1

    def remove(self, number: int) -> None:
        """One that is there."""
        block = number // BLOCK
        left = self._blocks[block] ^ 1 << number % BLOCK
        self._count -= 1
        if left:
            self._blocks[block] = left
        else:
            del self._blocks[block]

    def copy(self) -> Numbers:
        twin = Numbers()
        twin._blocks, twin._count = dict(self._blocks), self._count
        return twin

    def after(self, number: int) -> list[int]:
        """Those that are higher."""
        first = number // BLOCK
        return [
            one for block in sorted(self._blocks) if block >= first for one in _listed(block, self._blocks[block]) if one > number
        ]

    def __contains__(self, number: int) -> bool:
        return bool(self._blocks.get(number // BLOCK, 0) >> number % BLOCK & 1)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        for block in sorted(self._blocks):
            yield from _listed(block, self._blocks[block])

    def __getitem__(self, places: slice) -> list[int]:
        """Those in a row of places. Blocks before it are counted, not looked through."""
        start, stop, _ = places.indices(self._count)
        found: list[int] = []
        before = 0
        for block in sorted(self._blocks):
            if before >= stop:
                break
            bits = self._blocks[block]
            count = bits.bit_count()
            if before + count > start:
                found += islice(_listed(block, bits), max(start - before, 0), stop - before)
            before += count
        return found


def _listed(block: int, bits: int) -> Iterator[int]:
    """The numbers of a block: one pass over its bits as a text, from the last."""
    digits = bin(bits)[:1:-1].encode().replace(b"0", b"\0")
    return compress(range(block * BLOCK, (block + 1) * BLOCK), digits)


class Numbered(Generic[Thing]):
    """Things by numbers that mostly follow one another: a list's place for each, where a dict would take five."""

    def __init__(self) -> None:
        self._shelves: dict[int, list[Any]] = {}
        """None where nothing is."""

    def at(self, numbers: Iterable[int]) -> list[Thing]:
        """What lies behind each of these, which are there."""
        shelves = self._shelves
        return [shelves[number >> SHELF_BITS][number & LAST] for number in numbers]

    def put(self, number: int, thing: Thing) -> None:
        shelf, place = self._shelves.setdefault(number >> SHELF_BITS, []), number & LAST
        if place == len(shelf):  # most: they come in their order
            shelf.append(thing)
            return
        shelf += [None] * (place + 1 - len(shelf))
        shelf[place] = thing

    def remove(self, number: int) -> None:
        """One that is there."""
        shelf = self._shelves[number >> SHELF_BITS]
        shelf[number & LAST] = None
        if not any(shelf):
            del self._shelves[number >> SHELF_BITS]

    def copy(self) -> Numbered[Thing]:
        twin = Numbered[Thing]()
        twin._shelves = {place: shelf.copy() for place, shelf in self._shelves.items()}
        return twin
