"""What a connection may cost: seconds, bytes and places. The numbers that docs/limits.md tells; knows no protocol."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import NamedTuple

log = logging.getLogger("mockenv.edge")

MAX_HEAD = 64 << 10
MAX_DISCARDED = 64 << 20
"""Of an oversized body this much is read and thrown away, so that the connection can go on."""
DESCRIPTORS = 1 << 16
"""As many as we ask the system for; a limit of millions would only cost memory."""
RESERVED = 64
"""Descriptors that connections leave to files and deliveries."""


class Patience(NamedTuple):
    """Real seconds that a client may let us wait."""

    idle: float = 75.0
    """For a request to begin."""
    request: float = 60.0
    """From the first byte of a request to its last."""
    unread: float = 60.0
    """For replies that it does not read."""
    linger: float = 2.0
    """For what it still sends after we have hung up."""


class Door:
    """Lets in as many connections as there are places, and says so once when it is full."""

    def __init__(self, places: int | None) -> None:
        self._places, self._was_full = places, False

    def admits(self, count: int) -> bool:
        """`count` includes the one at the door."""
        if self._places is None or count <= self._places:
            self._was_full = self._was_full and count > self._places * 0.9  # type: ignore[operator]  # full, so there is a number
            return True
        if not self._was_full:
            log.warning("%d connections are open: new ones are refused until some end (see `ulimit -n`)", self._places)
        self._was_full = True
        return False


def places() -> int | None:
    """How many connections the limit of open files leaves room for; None is any number."""
    if sys.platform == "win32":
        return None
    import resource

    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if allowed == resource.RLIM_INFINITY else max(allowed - RESERVED, allowed // 2)


def raise_descriptors() -> None:
    """Take what the system allows anyway: its first word is often 1,024 or 256."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
