"""All that a service keeps: which sort belongs to which, what goes when something goes, what is there from the beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from mockenv.anyservice import model
from mockenv.anyservice.making.texts import Making
from mockenv.anyservice.model import Model
from mockenv.anyservice.reading.pointers import Node
from mockenv.anyservice.reading.views import View
from mockenv.anyservice.serving.composing import Composer, Wire
from mockenv.anyservice.serving.stock import LIKE, Stock
from mockenv.anyservice.words import flat
from mockenv.kernel.unit import agenda
from mockenv.kernel.unit.work import Work
from mockenv.store.base import Document, Kind


class Stocks:
    """Every sort of thing of one service."""

    def __init__(self, told: Model, composer: Composer, asked: Callable[[str], View]) -> None:
        """`asked`: resource → what a client says when it makes one."""
        self.service, self._composer = told.service, composer
        filters: dict[str, list[str]] = {}
        for one in told.operations.values():
            filters.setdefault(one.resource, []).extend(one.filters.values())
        self.by_name = {
            name: Stock(told.service, name, resource, composer, partial(asked, name), filters.get(name, ()))
            for name, resource in told.resources.items()
        }
        self.made = {one.resource for one in told.operations.values() if one.does in (model.CREATE, model.PUT)}
        self.made |= {name for one in told.operations.values() for name in one.brings.values()}
        for one in told.operations.values():
            if one.item and one.resource in self.by_name:
                self.by_name[one.resource].parameters.add(flat(one.item))
        if told.webhooks and told.webhooks.resource in self.by_name:
            self.by_name[told.webhooks.resource].hooks = told.webhooks
        self.listed = {one.resource for one in told.operations.values() if one.does == model.LIST}
        self.seeding = f"{told.service}/seeded"

    def kinds(self) -> list[Kind]:
        return [*(one.declared() for one in self.by_name.values()), Kind(self.seeding, internal=True)]

    def seed(self, work: Work, stock: Stock, within: Sequence[str], known: Mapping[str, Any]) -> None:
        """What no operation makes is there when somebody first looks, and then it stays."""
        count, place = stock.resource.seeds, f"{stock.name}:{'|'.join(within)}"
        if not count or work.get(self.seeding, place) is not None:
            return
        work.put(self.seeding, place, {})
        make = stock.resource.key.make
        for at in range(count):  # the first is the document's own example, where it has one
            key = make.removeprefix(LIKE) if make.startswith(LIKE) and not at else None
            id, document = stock.make(work, {}, within, known, key)
            lifecycle = stock.resource.lifecycles.get("create")
            if lifecycle:
                document["status"] = lifecycle.done or document["status"]
            if work.get(stock.kind, id) is None:
                work.put(stock.kind, id, document)

    def is_open(self, name: str) -> bool:
        """Whether any key that somebody asks for is there: of what nothing makes, and no list shows, or others belong to."""
        return name not in self.made and (
            name not in self.listed or any(name in one.resource.within for one in self.by_name.values())
        )

    def gone(self, work: Work, stock: Stock, key: str, within: Sequence[str]) -> bool:
        """Whether what would be there whenever it is asked for was taken away."""
        return work.get(self.seeding, _place(stock, key, within)) is not None

    def remove(self, work: Work, stock: Stock, id: str) -> None:
        """A thing goes, and all that belongs to it."""
        agenda.cancel(work, f"{stock.kind}/{id}")
        document = work.get(stock.kind, id)
        if document is not None:
            work.put(self.seeding, _place(stock, document["key"], document["within"]), {})
        work.delete(stock.kind, id)
        for other in self.by_name.values():
            if stock.name in other.resource.within or stock.name in other.resource.refers.values():
                for inner in work.ids(other.kind, within=f"{stock.name}/{id}"):
                    agenda.cancel(work, f"{other.kind}/{inner}")
                    work.delete(other.kind, inner)

    def allowed(self, work: Work, stock: Stock, document: Document) -> Wire:
        return self._composer.allowed(stock.view, document["wire"], stock.making(work, document), "")

    def shown_as(self, work: Work, node: Node, stock: Stock, document: Document) -> Any:
        """A thing as the result of an operation: as that member has it."""
        return self._composer.show(node, dict(stock.shown(document)), stock.view, stock.making(work, document), "result")

    def error(self, node: Node, making: Making, name: str, reason: str) -> Any:
        """Why an operation failed, as its member has it: a text, or an object that says it in one."""
        view = self._composer.views.of(node)
        if not view.is_object:
            return reason if view.type in ("", "string") else self._composer.maker.make(node, making, name, name)
        made = self._composer.maker.make(node, making, name, name)
        said = next((one for one in view.members if flat(one) in ("message", "detail", "reason", "description")), "message")
        return {**made, said: reason}

    def moment(self, node: Node, making: Making, name: str) -> Any:
        """Now, as a member has its dates."""
        view = self._composer.views.of(node)
        if view.is_nullable:  # it was null until now
            node = Node(
                {**{key: value for key, value in view.facts.items() if key in ("format", "example")}, "type": view.type},
                f"{node.pointer}#now",
            )
        return self._composer.maker.make(node, making, name, name)


def _place(stock: Stock, key: str, within: Sequence[str]) -> str:
    return f"{stock.name}:{'|'.join(within)}:{key}"
