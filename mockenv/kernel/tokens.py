"""Tokens that can be told from a stranger's: any of ours is recognised even when its sandbox is gone; keeps no list."""

from __future__ import annotations

from hashlib import blake2b

from mockenv.kernel.chance import Draw

MARK = 12


def issue_hex(draw: Draw, purpose: str, prefix: str, digits: int) -> str:
    """`prefix` and that many lower-case hex digits, the last twelve of which follow from all before them."""
    return _marked(prefix + draw.hex(purpose, digits - MARK))


def issue_uuid(draw: Draw, purpose: str, prefix: str) -> str:
    """`prefix` and a version 4 UUID, marked likewise."""
    return _marked(prefix + draw.uuid(purpose)[:-MARK])


def is_ours(token: str) -> bool:
    """Whether some mockenv issued this; wrong by chance once in 2**48."""
    return len(token) > MARK and _marked(token[:-MARK]) == token


def _marked(body: str) -> str:
    return body + blake2b(body.encode(), key=b"mockenv token", digest_size=MARK // 2).hexdigest()
