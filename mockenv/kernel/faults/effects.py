"""What each effect's value may be, and the form it is kept in; knows no rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockenv.errors import BadInput, check_name
from mockenv.kernel.values.delay import parse_delay
from mockenv.kernel.values.instant import SECOND, parse_duration

ROLLBACKS = ("ok", "fails", "keeps_record")
REQUEST_EFFECTS = ("status", "message", "headers", "delay", "reset", "empty", "truncate", "garbage", "hang", "drip", "rate_limit")
STEP_EFFECTS = ("fail", "stall", "slow", "rollback")
DELIVERY_EFFECTS = ("drop", "duplicate", "reorder", "delay", "bad_signature", "stale_timestamp")
MOST_COPIES = 100

Parser = Callable[[Any, str, str], Any]


def _truth(value: Any, where: str, key: str) -> bool:
    if value is not True:
        raise BadInput(where, key, "is true")
    return True


def _text(value: Any, where: str, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadInput(where, key, "is a text")
    return value


def _reason(value: Any, where: str, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadInput(where, key, "is the reason, a text")
    return value


def _status(value: Any, where: str, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        raise BadInput(where, key, "is an HTTP status from 200 to 599")
    return value


def _headers(value: Any, where: str, key: str) -> dict[str, str]:
    bad = not isinstance(value, Mapping) or any(
        not str(name).strip() or set(f"{name}{text}") & set("\r\n\0") for name, text in value.items()
    )
    if bad:
        raise BadInput(where, key, "is a mapping of header names to values")
    return {str(name): str(text) for name, text in value.items()}


def _delay(value: Any, where: str, key: str) -> Any:
    parse_delay(value, where, key)
    return value


def _drip(value: Any, where: str, key: str) -> float:
    """Seconds over which the reply trickles; true is five."""
    return 5.0 if value is True else parse_duration(value, where, key) / SECOND


def _rate_limit(value: Any, where: str, key: str) -> int:
    """Whole seconds for Retry-After; true is one."""
    if value is True:
        return 1
    if isinstance(value, Mapping):
        for name in value:
            check_name(name, ("retry_after",), where, f"{key}.{name}")
        value = value.get("retry_after", 1)
    return -(-parse_duration(value, where, key) // SECOND)


def _rollback(value: Any, where: str, key: str) -> str:
    check_name(value, ROLLBACKS, where, key)
    return str(value)


def _copies(value: Any, where: str, key: str) -> int:
    """How often it is sent in all; true is twice."""
    if value is True:
        return 2
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= MOST_COPIES:
        raise BadInput(where, key, f"is how often it is sent in all, from 2 to {MOST_COPIES}")
    return value


def _age(value: Any, where: str, key: str) -> int:
    """How old the timestamp is made; true is an hour."""
    return 3_600 * SECOND if value is True else parse_duration(value, where, key)


PARSERS: Mapping[str, Parser] = {
    "status": _status,
    "message": _text,
    "headers": _headers,
    "delay": _delay,
    **dict.fromkeys(("reset", "empty", "truncate", "garbage", "hang", "stall", "drop", "reorder", "bad_signature"), _truth),
    "drip": _drip,
    "rate_limit": _rate_limit,
    "fail": _reason,
    "slow": parse_duration,
    "rollback": _rollback,
    "duplicate": _copies,
    "stale_timestamp": _age,
}
