"""Lifecycles from the model as the kernel walks them: a status for each step, those who follow, an event for each arrival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockenv.anyservice import model
from mockenv.anyservice.serving.stock import RESULTS
from mockenv.anyservice.words import flat, parts
from mockenv.kernel.catalogue.lifecycle import Failure, Lifecycle, Step
from mockenv.kernel.events.event import emit
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.delay import parse_delay
from mockenv.store.base import Document

if TYPE_CHECKING:
    from mockenv.anyservice.serving.stock import Stock
    from mockenv.anyservice.serving.stocks import Stocks

    Thing = tuple[Stock, Document]

CREATE, DELETE = "create", "delete"
ENDED = frozenset(
    {"finishedat", "finished", "completedat", "endedat", "ended", "completed", "finishtime", "endtime", "completiontime"}
)
FULL = 100


class Ways:
    """All lifecycles of one service."""

    def __init__(self, stocks: Stocks) -> None:
        self._stocks = stocks
        self._made = {
            (name, way): self._lifecycle(stock, way, told)
            for name, stock in stocks.by_name.items()
            for way, told in stock.resource.lifecycles.items()
        }

    def all(self) -> Sequence[Lifecycle]:
        return [one for one in self._made.values() if one.steps]

    def events(self) -> list[str]:
        """What happens in such a service."""
        words = {
            name: dict.fromkeys(("created", "updated", "deleted", *stock.resource.statuses))
            for name, stock in self._stocks.by_name.items()
        }
        return [f"{self._stocks.service}.{name}.{word}" for name, known in words.items() for word in known]

    def has(self, stock: Stock, way: str) -> bool:
        return (stock.name, way) in self._made

    def send(self, work: Work, stock: Stock, way: str, id: str, document: Document) -> None:
        """Send a thing on its way; at once at its end where the way has no steps. The caller puts it."""
        agenda.cancel(work, f"{stock.kind}/{id}")
        lifecycle = self._made[stock.name, way]
        if lifecycle.steps:
            provision(work, lifecycle, id, document)
        else:
            lifecycle.completed(work, document)

    def _lifecycle(self, stock: Stock, way: str, told: model.Lifecycle) -> Lifecycle:
        steps = tuple(Step(status, delay=parse_delay(delay)) for status, delay in told.steps.items())

        def entering(work: Work, document: Document, step: Step) -> None:
            document["status"] = step.name
            if step is not steps[0]:  # who begins a way tells of that
                self._tell(work, stock, document, step.name)
                self._follow(work, stock, document, last_step=True)

        def completed(work: Work, document: Document) -> Document | None:
            if not told.done and way == DELETE:
                self._stocks.remove(work, stock, self._id(stock, document))
                self._follow(work, stock, document)
                return None
            before = told.done or document.get("before") or document["status"]
            document["status"] = before
            document.pop("before", None)
            self._end(work, stock, document, thing=self._told_of(work, document))
            self._tell(work, stock, document, before)
            self._follow(work, stock, document)
            return document

        def failed(work: Work, document: Document, failure: Failure) -> Document:
            document["status"] = told.failed or document["status"]
            if told.reason:
                document["wire"][told.reason] = failure.reason
                document["wire"] = self._stocks.allowed(work, stock, document)
            self._end(work, stock, document, failure=failure.reason)
            self._tell(work, stock, document, document["status"])
            self._follow(work, stock, document, failure=failure.reason or "It failed.")
            return document

        return Lifecycle(way, stock.kind, steps, completed=completed, failed=failed, entering=entering)

    def _told_of(self, work: Work, document: Document) -> Thing | None:
        """What an operation that has a way of its own tells of, if that is still there."""
        name, id = document.get("tells") or ("", "")
        stock = self._stocks.by_name.get(name)
        thing = work.get(stock.kind, id) if stock else None
        return (stock, thing) if stock and thing else None

    def _end(self, work: Work, stock: Stock, document: Document, *, thing: Thing | None = None, failure: str = "") -> None:
        """What is known of a thing only once it is through; of an operation also what came of it."""
        wire, making = document["wire"], stock.making(work, document)
        for name, node in stock.view.members.items():
            if stock.resource.follows and flat(name) in ENDED:
                wire[name] = self._stocks.moment(node, making, name)
            elif stock.resource.follows and flat(name) in ("progress", "percentage"):
                wire[name] = FULL
            elif stock.resource.follows and flat(name) in RESULTS and thing:
                wire[name] = self._stocks.shown_as(work, node, *thing)
            elif stock.resource.follows and flat(name) == "error" and failure:
                wire[name] = self._stocks.error(node, making, name, failure)
        document["wire"] = self._stocks.allowed(work, stock, document)
        document["wire"] = stock.touched(making, document["wire"])

    def _follow(self, work: Work, told: Stock, document: Document, *, failure: str = "", last_step: bool = False) -> None:
        """The operations that tell of a thing's way go along with it."""
        for name, id in document["followers"]:
            stock = self._stocks.by_name[name]
            follower = work.get(stock.kind, id)
            way = stock.resource.lifecycles.get(CREATE)
            if follower is None or way is None or follower["status"] not in way.steps:
                continue
            if last_step:
                follower["status"] = [*way.steps][-1]
            else:
                follower["status"] = (way.failed or follower["status"]) if failure else way.done
                self._end(work, stock, follower, thing=None if failure else (told, document), failure=failure)
            work.put(stock.kind, id, follower)
        if not last_step:
            document["followers"] = []

    def _tell(self, work: Work, stock: Stock, document: Document, word: str) -> None:
        emit(
            work, f"{stock.kind.replace('/', '.')}.{word}", f"{stock.kind}/{self._id(stock, document)}", dict(stock.shown(document))
        )

    @staticmethod
    def _id(stock: Stock, document: Document) -> str:
        return stock.id_of(document["key"], document["within"])


def tell(work: Work, stock: Stock, id: str, document: Document, word: str) -> None:
    """Note what a request has done to a thing."""
    emit(work, f"{stock.kind.replace('/', '.')}.{word}", f"{stock.kind}/{id}", dict(stock.shown(document)))


def turned(verb: str) -> bool:
    """Whether an action gives out a new secret."""
    return bool(set(parts(verb)) & {"rotate", "regenerate", "reset", "renew", "roll"})
