"""From a request to its answer, now or later, whoever owns the path; knows neither WSGI nor sockets."""

from __future__ import annotations

from typing import Protocol

from mockenv.call import PROBES
from mockenv.edge import coding
from mockenv.edge.connections import Connections
from mockenv.edge.control_pipeline import ControlPipeline
from mockenv.edge.durability import Keeper, keep_now, own_up
from mockenv.edge.exchange import Exchange, Rendered, Request, leave_prefix
from mockenv.edge.fault_stages import EDGE_ONLY
from mockenv.edge.forwarding import Outside
from mockenv.edge.onward import Elsewhere
from mockenv.edge.parking import Later, Line, answer_at_once
from mockenv.edge.pipeline import Pipeline
from mockenv.edge.rendering import render
from mockenv.edge.streaming import cut_short
from mockenv.errors import StateError
from mockenv.kernel.worlds.unmatched import Stranger
from mockenv.provider import Provider


class Answers(Protocol):
    """What the server asks for the answer to a request."""

    connections: Connections
    outside: Outside

    def answer(self, request: Request) -> Rendered | Later | Elsewhere:
        """The answer, or how it will come. Never raises, never blocks."""

    def turned_away(self, stranger: Stranger) -> None:
        """Take note of somebody of whose bytes no request could be made."""


class Dispatcher:
    """What both ways of serving call: the event loop's protocol, and the WSGI app."""

    def __init__(
        self,
        pipeline: Pipeline,
        own: ControlPipeline,
        keeper: Keeper | None,
        connections: Connections,
        outside: Outside | None = None,
    ) -> None:
        """`own` serves what no provider owns: the edge does not know the control plane. No answer leaves before `keeper` has done."""
        self._pipeline, self._own, self._keeper, self.connections = pipeline, own, keeper, connections
        self.outside = outside or Outside()

    def answer(self, request: Request) -> Rendered | Later:
        """The answer, or how it will come: it waits for something, its bytes are to be spoilt, or it goes on."""
        x, line = self._run(request)
        keeper = self._keeper if request.path not in PROBES else None
        if x.is_parked or (keeper and keeper.is_due()):
            return Later(x, line, keeper)
        return line.finish(x)

    def turned_away(self, stranger: Stranger) -> None:
        self._pipeline.turned_away(stranger)

    def answer_now(self, request: Request) -> Rendered:
        """For a server that can neither wait nor spoil."""
        x, line = self._run(request)
        answer_at_once(x, line)
        if x.wire:
            x.reply = x.provider.error(x.call, 500, EDGE_ONLY)
        if self._keeper and request.path not in PROBES and self._keeper.is_due():
            keep_now(x, self._keeper)
        return cut_short(line.finish(x))

    def refuse(self, request: Request, error: StateError) -> Rendered:
        """Say in the words of the service that nothing is done; the request comes to no world."""
        provider = self.owner(request)
        x = self._pipeline.begin(provider, request) if provider else self._own.begin(request)
        own_up(x, error)
        assert x.reply is not None  # that is what owning up is
        return render(x.reply, self._pipeline.wall.now())

    def owner(self, request: Request) -> Provider | None:
        """Whose path it is, once what a proxy has put before it is off; None is the control plane."""
        provider = self._pipeline.owner(request.path)
        while provider is None and leave_prefix(request):
            provider = self._pipeline.owner(request.path)
        return provider

    def _run(self, request: Request) -> tuple[Exchange, Line]:
        if coding.HEADER in request.headers:
            coding.decode(request)
        provider = self.owner(request)
        if provider is None:
            return self._own.run(request), self._own
        return self._pipeline.run(provider, request), self._pipeline
