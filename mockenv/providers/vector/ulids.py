"""One number, two spellings: the later generation writes ULIDs where the earlier one counts. Neither is stored for the other."""

from __future__ import annotations

import re

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.chance import CROCKFORD

ULID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}", re.IGNORECASE)
_FIRST = 1_769_250_600_000
"""The moment in them is no creation's, since nothing is looked up for it; it grows with the number, so that they sort."""
_BITS = 48


def ulid_of(work: Work, kind: str, number: int) -> str:
    """Lower case, as it is shown. The number is in it, covered, and behind a proof that this sandbox wrote it."""
    random = _proof(work, kind, number) << _BITS | (number ^ _cover(work, kind))
    whole = (_FIRST + number % 1_000_000_000) << 80 | random
    return "".join(CROCKFORD[whole >> shift & 31] for shift in range(125, -1, -5)).lower()


def number_of(work: Work, kind: str, text: str) -> int | None:
    """The number behind a ULID, in any case; None where this sandbox never wrote it."""
    if not ULID.fullmatch(text):
        return None
    whole = 0
    for letter in text.upper():
        whole = whole << 5 | CROCKFORD.index(letter)
    number = (whole & ((1 << _BITS) - 1)) ^ _cover(work, kind)
    return number if ulid_of(work, kind, number) == text.lower() else None


def _cover(work: Work, kind: str) -> int:
    return int.from_bytes(work.draw(kind, "ulid").bytes("cover", _BITS // 8))


def _proof(work: Work, kind: str, number: int) -> int:
    return int.from_bytes(work.draw(kind, f"ulid/{number}").bytes("proof", 4))
