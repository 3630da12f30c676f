"""Rates as people write them."""

from __future__ import annotations

import pytest

from mockenv.errors import BadInput
from mockenv.kernel.unit.limiter import parse_rate
from mockenv.kernel.values.instant import SECOND


@pytest.mark.parametrize(
    ("text", "count", "seconds"),
    [
        ("100/minute", 100, 60),
        ("5/second", 5, 1),
        ("1/hour", 1, 3600),
        ("2/day", 2, 86400),
        ("100/10s", 100, 10),
        ("7/1h30m", 7, 5400),
    ],
)
def test_a_rate_is_a_count_and_a_window(text: str, count: int, seconds: int) -> None:
    assert parse_rate(text) == (count, seconds * SECOND)


@pytest.mark.parametrize(
    "text", ["", "5", "5/", "/minute", "-5/minute", "5/fortnight", "5 / minute", "5.5/minute", "9999999999/minute"]
)
def test_what_is_no_rate_is_refused_with_where_it_stands(text: str) -> None:
    with pytest.raises(BadInput, match=r"options: rate_limits"):
        parse_rate(text, "options", "rate_limits")
