"""Points in time as whole microseconds since 1970 (exact, so that jump = walk), and their spellings; reads no clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from mockenv.errors import BadInput

Instant = int
Microseconds = int

MILLISECOND: Microseconds = 1_000
SECOND: Microseconds = 1_000_000
DAY: Microseconds = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Instant = 253_402_300_799 * SECOND
"""The last second of the year 9999: beyond it a date has no spelling."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # whatever the language of the machine
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = {"us": 1, "ms": 1_000, "s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND, "d": 86_400 * SECOND}
_NUMBER = r"\d{1,18}(?:\.\d{1,18})?"
_PARTS = re.compile(rf"({_NUMBER})(us|ms|s|m|h|d)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PARTS.pattern}){{1,16}}", re.ASCII)
_SECONDS = re.compile(_NUMBER, re.ASCII)


def to_datetime(instant: Instant) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def iso_seconds(instant: Instant) -> str:
    """`2026-01-24T10:30:00Z`."""
    return _iso(instant // SECOND)


def iso_micros(instant: Instant) -> str:
    """`2026-01-24T10:30:00.000000Z`."""
    return f"{_iso(instant // SECOND)[:-1]}.{instant % SECOND:06d}Z"


def iso_short(instant: Instant) -> str:
    """Whole seconds where they are whole, microseconds where not: how our own pages write a time."""
    return iso_micros(instant) if instant % SECOND else iso_seconds(instant)


@lru_cache(maxsize=64)
def http_date(seconds: int) -> str:
    """`Sat, 24 Jan 2026 10:30:00 GMT`, for the Date header."""
    moment = to_datetime(seconds * SECOND)
    return f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} {moment:%H:%M:%S} GMT"


def later(instant: Instant, span: Microseconds) -> Instant:
    """`instant + span`, never beyond the last date that can be written."""
    return min(instant + span, LATEST)


def parse_instant(text: object, where: str = "", key: str = "now") -> Instant:
    """From RFC 3339. Raises BadInput."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadInput(where, key, f"{text!r} is not a date and time such as 2026-01-24T10:30:00Z") from None
    if moment.tzinfo is None:
        raise BadInput(where, key, f"{text!r} has no time zone; write a Z behind it for UTC")
    instant = (moment - EPOCH) // timedelta(microseconds=1)
    if not 0 <= instant <= LATEST:
        raise BadInput(where, key, f"{text!r} lies outside the years 1970 to 9999")
    return instant


def parse_duration(value: object, where: str = "", key: str = "duration") -> Microseconds:
    """From a number of seconds or `1h30m`, `90s`, `250ms`. Raises BadInput; never negative."""
    total = None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LATEST // SECOND:
        total = round(value * SECOND)
    elif isinstance(value, str) and _DURATION.fullmatch(value):
        total = round(sum(Decimal(number) * _UNITS[unit] for number, unit in _PARTS.findall(value)))
    elif isinstance(value, str) and _SECONDS.fullmatch(value):
        total = round(Decimal(value) * SECOND)
    if total is None or total > LATEST:
        raise BadInput(where, key, f"{value!r} is not a duration such as 90s, 1h30m, 250ms or a number of seconds")
    return total


def format_duration(span: Microseconds) -> str:
    """`1h30m`, `250ms`: what `parse_duration` reads back."""
    parts = []
    for unit in ("d", "h", "m", "s", "ms", "us"):
        count, span = divmod(span, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


@lru_cache(maxsize=64)
def _iso(seconds: int) -> str:
    return to_datetime(seconds * SECOND).strftime("%Y-%m-%dT%H:%M:%SZ")
