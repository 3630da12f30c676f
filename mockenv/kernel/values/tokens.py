"""Tokens that can be told from a stranger's: any of ours is recognised even when its sandbox is gone; keeps no list."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from mockenv.kernel.values.chance import Draw

MARK = 12
LONGEST = 100
_PLAIN, _WITH_HOME = b"mockenv token", b"mockenv token with a home"


def issue_hex(draw: Draw, purpose: str, prefix: str, digits: int) -> str:
    """`prefix` and that many lower-case hex digits, the last twelve of which follow from all before them."""
    return _marked(prefix + draw.hex(purpose, digits - MARK))


def issue_uuid(draw: Draw, purpose: str, prefix: str) -> str:
    """`prefix` and a version 4 UUID, marked likewise."""
    return _marked(prefix + draw.uuid(purpose)[:-MARK])


def issue_at(home: str, draw: Draw, purpose: str, prefix: str, digits: int) -> str:
    """Like `issue_hex`, for a token that a sandbox issues while it lives: it carries which one, so it leads back there."""
    return _marked(prefix + draw.hex(purpose, digits - 2 * MARK) + home_tag(home), _WITH_HOME)


def is_ours(token: str) -> bool:
    """Whether some mockenv issued this; wrong by chance once in 2**48."""
    return _is_marked(token, _PLAIN) or _is_marked(token, _WITH_HOME)


def home_of(token: str) -> str | None:
    """The tag of the sandbox that issued it with `issue_at`; None for any other token."""
    return token[-2 * MARK : -MARK] if _is_marked(token, _WITH_HOME) else None


def home_tag(sandbox: str) -> str:
    """What a sandbox's own tokens carry of its name."""
    return blake2b(sandbox.encode(), key=b"mockenv sandbox", digest_size=MARK // 2).hexdigest()


def _is_marked(token: str, key: bytes) -> bool:
    return MARK < len(token) <= LONGEST and _has_mark(token, key)


@lru_cache(maxsize=1_024)
def _has_mark(token: str, key: bytes) -> bool:
    """Remembered: a client shows the same token with every request."""
    return _marked(token[:-MARK], key) == token


def _marked(body: str, key: bytes = _PLAIN) -> str:
    return body + blake2b(body.encode(), key=key, digest_size=MARK // 2).hexdigest()
