"""The way of a request that is not a provider's: no sandbox, no journal, nothing that could fault or delay it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mockenv.edge.coding import refuse_unread
from mockenv.edge.exchange import TOO_LARGE, Exchange, Rendered, Request, Unread
from mockenv.edge.rendering import render
from mockenv.kernel.time.clock import Wall
from mockenv.provider import Call, Dialect, Parked, Reply

OVERSIZED = Unread(413, "A body has at most 1 MiB here.")


class Plane(Protocol):
    """Who answers there: the control plane, the page at `/`, our own 404. It is a Dialect, too."""

    def handle(self, call: Call, sandbox: str | None) -> Reply | Parked:
        """`sandbox` is the one that the path's prefix named."""

    def failed(self, call: Call, error: Exception) -> Reply: ...


class ControlPipeline:
    """Runs a call of the control plane; parks and renders like the pipeline."""

    def __init__(self, dialect: Dialect, plane: Plane, wall: Wall) -> None:
        self._dialect, self._plane, self._wall = dialect, plane, wall

    def begin(self, request: Request) -> Exchange:
        """Before anything is decided."""
        call = Call(
            self._dialect,
            request.method,
            request.path,
            request.query_string,
            request.headers,
            request.body,
            request.origin,
            request.prefix,
        )
        return Exchange(request, call, self._wall.stopwatch())

    def run(self, request: Request) -> Exchange:
        x = self.begin(request)
        outcome = (
            refuse_unread(self._dialect, x.call, OVERSIZED if request.unread is TOO_LARGE else request.unread)
            if request.unread
            else self._plane.handle(x.call, request.sandbox)
        )
        if isinstance(outcome, Parked):
            x.parked = outcome
            if outcome.sandbox:
                x.enter(outcome.sandbox)
        else:
            x.reply = outcome
        return x

    def go_on(self, x: Exchange) -> None:
        """There is nothing beyond the one answer."""

    def left(self, x: Exchange) -> None:
        """The control plane is in no journal."""

    def guarded(self, x: Exchange, stage: Callable[[Exchange], None]) -> None:
        try:
            stage(x)
        except Exception as error:  # noqa: BLE001  # `failed` logs what is a defect
            x.reply = self._plane.failed(x.call, error)

    def finish(self, x: Exchange) -> Rendered:
        assert x.reply is not None  # `run` ends with one, and so does parking
        return render(x.reply, self._wall.now())
