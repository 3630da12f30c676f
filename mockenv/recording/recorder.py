"""What a proxy has seen becomes a recording: numbered, named, without secrets, in a file as it comes; opens no sockets."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

from mockenv.kernel.time.clock import Wall
from mockenv.kernel.values.instant import iso_micros
from mockenv.recording.exchange import Answered, Asked, Exchange
from mockenv.recording.file import RecordingFile
from mockenv.recording.redacting import Redactor
from mockenv.recording.services import Services


class Begun:
    """A request that has come and is not answered yet."""

    def __init__(self, number: int, wall: Wall) -> None:
        self.number, self._wall = number, wall
        self.at, self._started = iso_micros(wall.now()), wall.stopwatch()

    def seconds(self) -> float:
        return self._wall.stopwatch() - self._started


class Recorder:
    """Keeps exchanges, in memory without their secrets, and in the file."""

    def __init__(self, services: Services, file: RecordingFile, wall: Wall, tell: Callable[[str], object]) -> None:
        """`tell` takes a line for people about each exchange, and about each request that had none."""
        self._services, self._file, self._wall, self._tell = services, file, wall, tell
        self._redactor = Redactor(services)
        self._numbers = itertools.count(1)
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()
        self.missed = 0
        """Exchanges that were passed on and not kept: the file was full."""

    def begin(self) -> Begun:
        return Begun(next(self._numbers), self._wall)

    def keep(self, begun: Begun, asked: Asked, answered: Answered) -> None:
        """Raises CannotStart where the file cannot be written any more."""
        operation = self._services.names(asked)
        with self._lock:
            exchange = self._redactor.redact(Exchange(begun.number, asked, answered, operation, begun.at, begun.seconds()))
            if self._file.add(exchange):
                self._exchanges.append(exchange)
            else:
                self.missed += 1
        self._tell(
            f"{begun.number} {exchange.asked.method} {exchange.asked.path} {answered.status}{f' {operation}' if operation else ''}"
        )

    def failed(self, begun: Begun, asked: Asked, why: str) -> None:
        """There was no answer, so there is nothing to keep."""
        self._tell(f"{begun.number} {asked.method} {asked.path}: not answered: {why}")

    def finish(self) -> Sequence[Exchange]:
        """All exchanges in order: what turned out to be a secret later is out of the earlier ones, too."""
        with self._lock:
            ordered = sorted(self._exchanges, key=lambda one: one.number)
            whole = [self._redactor.redact(one) for one in ordered]
            self._file.finish(whole)
            return whole
