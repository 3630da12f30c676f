"""Something done again and again in a thread of its own, until it is told to stop; knows not what."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread


class Every:
    """From its making on. What `does` raises ends it."""

    def __init__(self, seconds: float, does: Callable[[], object], name: str) -> None:
        self._seconds, self._does = seconds, does
        self._over = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when it is not being done any more."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            self._does()
