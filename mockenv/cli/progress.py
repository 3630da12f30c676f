"""A line on stderr that shows that long work lives; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

SOON = 0.5
"""Seconds until the first line, and between two."""
CLEAR = "\r\x1b[K"


def part(what: str, number: int = 1, of: int = 1) -> Callable[[], str]:
    """What `alive` shows of one of several pieces of work: its name, its number, its seconds as they were shown."""
    shown = count(1)
    counted = f" ({number} of {of})" if of > 1 else ""
    return lambda: f"{what}{counted} … {next(shown) * SOON:.0f} s"


def say(line: str) -> None:
    """A line on stderr that stays, said while work is shown to live."""
    sys.stderr.write(f"{CLEAR if sys.stderr.isatty() else ''}{line}\n")
    sys.stderr.flush()


@contextmanager
def alive(tell: Callable[[], str]) -> Iterator[None]:
    """While the body runs, what `tell` says is shown, again and again. An error in `tell` ends the showing, not the work."""
    if not sys.stderr.isatty():
        yield
        return
    is_over = threading.Event()
    teller = threading.Thread(target=_keep_telling, args=(tell, is_over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        is_over.set()
        teller.join()


def _keep_telling(tell: Callable[[], str], is_over: threading.Event) -> None:
    told = False
    while not is_over.wait(SOON):
        try:
            line = tell()
        except Exception:  # noqa: BLE001  # whatever it is, it is the work's to tell
            break
        if not is_over.is_set():
            sys.stderr.write(f"{CLEAR}{line}")
            sys.stderr.flush()
            told = True
    if told:
        sys.stderr.write(CLEAR)
        sys.stderr.flush()
