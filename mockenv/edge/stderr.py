"""Lines on stderr that nobody has to read: a pipe that is full must not stop the server; knows nothing of what they tell."""

from __future__ import annotations

import logging
import os
import sys
from select import select

AT_ONCE = 1_000
"""Characters: what a pipe that takes anything at all takes whole."""


class Stderr:
    """A stream for lines. What a pipe does not take is dropped, and told once it takes something again."""

    def __init__(self) -> None:
        self._stream, self._dropped = sys.stderr, 0
        try:
            self._number: int | None = self._stream.fileno() if os.name == "posix" else None  # select knows only sockets elsewhere
        except (AttributeError, OSError, ValueError):
            self._number = None

    def write(self, text: str) -> int:
        """All of it, or what there is room for."""
        for start in range(0, len(text), AT_ONCE):
            if not self._has_room():
                self._dropped += 1
                break
            self._tell_dropped()
            self._stream.write(text[start : start + AT_ONCE])
            self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def _has_room(self) -> bool:
        return self._number is None or bool(select([], [self._number], [], 0)[1])

    def _tell_dropped(self) -> None:
        dropped, self._dropped = self._dropped, 0  # first: telling writes here, too
        if dropped:
            logging.getLogger("mockenv").warning("%d lines of this log were dropped: nobody took them in time", dropped)
