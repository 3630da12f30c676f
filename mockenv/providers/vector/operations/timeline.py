"""What has a time and lies in order of it: slices of it, newest first, without a walk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import EPOCH, Instant
from mockenv.provider import Refused
from mockenv.providers.vector.errors import validation_failure
from mockenv.store.base import Document, IndexValue

Where = Mapping[str, Sequence[IndexValue]]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def newest(
    work: Work, kind: str, where: Where, since: Instant | None, until: Instant | None, offset: int, limit: int
) -> tuple[list[Document], int]:
    """A slice of what matches and has its member `at` from `since` to `until`, newest first, and how many there are in all."""
    total = work.page(kind, where, 0, 0)[1]
    low = 0 if since is None else _position(work, kind, where, since, total)
    high = total if until is None else _position(work, kind, where, until + 1, total)
    stop = max(high - offset, low)
    start = max(stop - limit, low)
    found, _ = work.page(kind, where, start, stop - start)
    return found[::-1], max(high - low, 0)


def oldest(work: Work, kind: str, where: Where, since: Instant) -> Document | None:
    """The first of what matches and lies after `since`."""
    total = work.page(kind, where, 0, 0)[1]
    found, _ = work.page(kind, where, _position(work, kind, where, since, total), 1)
    return next(iter(found), None)


def moment(field: str, text: str | None, *, end: bool = False) -> Instant | None:
    """ISO 8601, UTC where no zone is named. Guess: as an end, a mere date means all of that day."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(validation_failure({field: [f"The {field.replace('_', ' ')} is not a valid date."]})) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    day = timedelta(days=1) - timedelta(microseconds=1) if end and _DATE.fullmatch(text) else timedelta()
    return (found - EPOCH + day) // timedelta(microseconds=1)


def _position(work: Work, kind: str, where: Where, instant: Instant, total: int) -> int:
    """How many of the matching ones lie before `instant`, by halving."""
    low, high = 0, total
    while low < high:
        middle = (low + high) // 2
        [found], _ = work.page(kind, where, middle, 1)
        low, high = (middle + 1, high) if found["at"] < instant else (low, middle)
    return low
