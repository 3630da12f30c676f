"""The test's own clock at a sandbox's time, by time-machine or freezegun, imported when asked for; knows the client by its methods."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from importlib import import_module
from importlib.util import find_spec
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import quote, urlsplit

from mockenv.kernel.values.instant import Instant, format_duration, iso_micros, later, parse_duration, parse_instant

Json = dict[str, Any]
LIBRARIES = {"time-machine": "time_machine", "freezegun": "freezegun"}
UNTOUCHED = ["testcontainers"]
"""freezegun reads whatever a loaded module names; testcontainers 4.15 asks the Docker engine when that is done to its settings."""
CLOCK = b"event: clock"
"""What the stream says when somebody has moved the clock."""


class Server(Protocol):
    """Whose sandbox it is."""

    url: str

    def headers(self) -> dict[str, str]: ...
    def connect(self) -> HTTPConnection: ...


class Followed(Protocol):
    """A sandbox, as its Python object has it."""

    frozen: Frozen | None

    @property
    def server(self) -> Server: ...
    @property
    def name(self) -> str: ...
    def clock(self) -> Json: ...
    def set_clock(self, *, dates: Any) -> Json: ...


class Standing(Protocol):
    """A clock that one of the libraries has stopped."""

    def move_to(self, moment: datetime) -> object: ...


class Frozen:
    """Within, `datetime.now()` and its sisters are the sandbox's, and stand still until its clock moves.

    What this process's `Sandbox` moves is followed before its method returns, and each attempt of a webhook on the way is made while
    both clocks agree. What others move (a client that polls on an `auto` clock) is followed a tenth of a second later.
    """

    def __init__(self, sandbox: Followed, library: str | None) -> None:
        self._sandbox, self._library = sandbox, _chosen(library)
        self._lock = Lock()
        self._stop: Callable[[], object] = lambda: None
        self._standing: Standing | None = None

    def __enter__(self) -> Self:
        before = self._sandbox.clock()
        if before["mode"] == "real":
            raise ValueError("a real clock runs by itself: freeze() is for manual and auto ones")
        self._dates = before["dates"]
        self._sandbox.set_clock(dates="sandbox")  # what leaves is read by the very clock that stands here
        self._standing, self._stop = _stand(self._library, datetime.fromisoformat(before["now"]))
        self._sandbox.frozen = self
        self._stream = _Stream(self._sandbox, self.follow)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()
        self._sandbox.frozen = None
        with self._lock:
            self._standing = None
            self._stop()
        with _unless_it_is_gone():
            self._sandbox.set_clock(dates=self._dates)

    def follow(self) -> None:
        """Be where the sandbox is now."""
        with self._lock, _unless_it_is_gone():  # asked and moved together: whoever comes second knows better
            self._move(parse_instant(self._sandbox.clock()["now"]))

    def walk(self, told: Json, advance: Callable[[Json], Json]) -> Json:
        """An advance from one due time to the next, each entered here first: a receiver in this process verifies by this clock."""
        answer = advance(_up_to(told, 0))
        due = now = parse_instant(answer["now"])
        end = later(now, parse_duration(told["by"] if "by" in told else told.get("max", "24h")))
        fired = answer["fired"]
        while due < end and not ("until" in told and answer["reached"]):
            now, following = due, self._sandbox.clock()["next"]
            due = end if following is None else min(end, parse_instant(following))
            with self._lock:
                self._move(due)
            answer = advance(_up_to(told, due - now))
            fired += answer["fired"]
        return {**answer, "fired": fired}

    def _move(self, moment: Instant) -> None:
        if self._standing is not None:
            self._standing.move_to(datetime.fromisoformat(iso_micros(moment)))


@contextmanager
def _unless_it_is_gone() -> Iterator[None]:
    """A test may have dropped its sandbox; time stands then where it stood."""
    try:
        yield
    except Exception as error:
        if getattr(error, "status", None) != 404:
            raise


def _up_to(told: Json, span: int) -> Json:
    return {**told, "by" if "by" in told else "max": format_duration(span)}


def _chosen(library: str | None) -> str:
    """The library that is wanted, or the first that is here. Raises ValueError and ImportError."""
    if library is not None and library not in LIBRARIES:
        raise ValueError(f"there is no {library!r} to freeze with; there are {', '.join(LIBRARIES)}")
    here = [name for name, module in LIBRARIES.items() if library in (None, name) and find_spec(module)]
    if not here:
        raise ImportError(f"freeze() wants {library or ' or '.join(LIBRARIES)}, which is not installed")
    return here[0]


def _stand(library: str, moment: datetime) -> tuple[Standing, Callable[[], object]]:
    """The clock, stopped at this moment, and what lets it go again."""
    module = import_module(LIBRARIES[library])
    name, told = ("travel", {"tick": False}) if library == "time-machine" else ("freeze_time", {"ignore": UNTOUCHED})
    stopping = getattr(module, name)(moment, **told)
    return stopping.start(), stopping.stop


class _Stream:
    """Listens, in a thread, to what happens in the sandbox, and says when its clock was moved."""

    def __init__(self, sandbox: Followed, moved: Callable[[], None]) -> None:
        connection, path = sandbox.server.connect(), urlsplit(sandbox.server.url).path
        self._socket: socket.socket = connection.sock
        connection.request("GET", f"{path}/_mockenv/sandboxes/{quote(sandbox.name)}/stream", headers=sandbox.server.headers())
        self._reply, self._moved, self._connection = connection.getresponse(), moved, connection
        self._thread = Thread(target=self._listen, name="mockenv-freeze", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        for line in self._reply:
            if line.startswith(CLOCK):
                self._moved()

    def close(self) -> None:
        """The thread has ended when this returns."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()
