"""In front of a replica: what is for its own sandboxes is answered here, all else by whoever works on it; knows no database."""

from __future__ import annotations

from mockenv.edge.exchange import Rendered, Request
from mockenv.edge.forwarding import Outside
from mockenv.edge.onward import Elsewhere
from mockenv.edge.parking import Later
from mockenv.fleet.addressing import UNMATCHED, Addressing, Place, Whose
from mockenv.fleet.errand import Errand
from mockenv.fleet.gathering import Gathering
from mockenv.fleet.handing import Handing
from mockenv.fleet.home import Home
from mockenv.fleet.inquiry import Inquiry
from mockenv.fleet.loans import Loans
from mockenv.fleet.marks import Mark, Marks, take_mark
from mockenv.fleet.strangers import Collecting, Strangers
from mockenv.kernel.worlds.unmatched import Stranger, Unmatched


class Switch:
    """What the server asks for answers (`Answers`)."""

    def __init__(self, home: Home, addressing: Addressing, handing: Handing, loans: Loans, unmatched: Unmatched) -> None:
        self._home, self._chart, self._addressing, self._handing, self._loans = home, home.chart, addressing, handing, loans
        self._inquiry = Inquiry(home.chart, handing)
        self._strangers = Strangers(unmatched, self._inquiry)
        self.connections = home.dispatcher.connections
        self.outside: Outside = Marks(home.dispatcher.outside, home.chart.lease)

    def answer(self, request: Request) -> Rendered | Later | Elsewhere:
        mark = take_mark(request, self._chart.lease)
        if mark and mark.is_for_own:
            return self._strangers.own() if request.path == UNMATCHED else self._home.dispatcher.answer(request)
        place = _told(mark) if mark else self._addressing.of(request)
        if place.whose is Whose.ALL:
            return Gathering(self._home.dispatcher, self._inquiry, request)
        if place.whose is Whose.ANYBODYS or (place.whose is Whose.NEW and self._chart.open):
            return self._home.dispatcher.answer(request)
        if isinstance(place.whose, str) and place.shelf is None and self._home.share_of(place) in self._chart.open:
            if request.path == UNMATCHED:
                return Collecting(self._home, self._strangers, request, place)
            return self._home.answer(request, place)
        return Errand(self._home, self._addressing, self._handing, self._loans, request, place, is_handed_on=mark is not None)

    def turned_away(self, stranger: Stranger) -> None:
        self._home.dispatcher.turned_away(stranger)


def _told(mark: Mark) -> Place:
    """What another replica has found out: this one may not know it yet."""
    return Place(mark.sandbox, mark.shelf or None) if mark.sandbox else Place(Whose.NEW)
