"""What is answered by this replica itself, and how much of that is on its way; knows nobody else."""

from __future__ import annotations

from collections import defaultdict
from weakref import WeakSet

from mockenv.edge.dispatcher import Dispatcher
from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.parking import Later
from mockenv.fleet.addressing import Place
from mockenv.fleet.chart import Chart
from mockenv.kernel.worlds.sandboxes import DEFAULT


class Home:
    """The shares that are open here."""

    def __init__(self, dispatcher: Dispatcher, chart: Chart) -> None:
        self.dispatcher, self.chart = dispatcher, chart
        self.under_way: defaultdict[int, WeakSet[Later]] = defaultdict(WeakSet)
        """By share: answers that are not ready."""

    def share_of(self, place: Place) -> int:
        """Where a name is yet to be drawn, whose sandbox always exists."""
        return self.chart.lease.share_of(place.whose if isinstance(place.whose, str) else DEFAULT)

    def answer(self, request: Request, place: Place) -> Rendered | Later:
        answer = self.dispatcher.answer(request)
        if isinstance(answer, Later):
            self.under_way[self.share_of(place)].add(answer)
        return answer
