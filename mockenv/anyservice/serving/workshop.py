"""All that one service's operations work with, put together from its document and its model."""

from __future__ import annotations

from mockenv.anyservice import model
from mockenv.anyservice.dotted import one_at
from mockenv.anyservice.inference.bodies import body_of
from mockenv.anyservice.making.maker import Maker
from mockenv.anyservice.model import Model
from mockenv.anyservice.reading.views import View, Views
from mockenv.anyservice.serving.composing import Composer
from mockenv.anyservice.serving.refusals import Refusals
from mockenv.anyservice.serving.stocks import Stocks
from mockenv.anyservice.serving.ways import Ways
from mockenv.contract.document import Document
from mockenv.contract.document import Operation as Documented
from mockenv.contract.validation import Validators

MAKES = (model.CREATE, model.PUT)


class Workshop:
    """One for each service."""

    def __init__(self, document: Document, told: Model, validators: Validators) -> None:
        self.document, self.model = document, told
        self.composer = Composer(Maker(Views(document.content)), validators)
        self.stocks = Stocks(told, self.composer, self._asked)
        self.ways = Ways(self.stocks)
        self.refusals = Refusals(document, self.composer, told.refusals)
        self.owners = {name for one in told.resources.values() for name in one.within}
        """Resources that others belong to."""
        self.optional = self._optional()
        """What is there once, but only after it was made: where it can be deleted, too."""
        self.reads = self._reads()
        """Resource → the operation that reads one."""

    def _asked(self, resource: str) -> View:
        """What a client says when it makes one."""
        one = next((id for id, one in self.model.operations.items() if self._makes(id, one, resource)), None)
        if one is None:
            return View("")
        return one_at(self.composer.views, body_of(self.document, self.document.operations[one]), self.model.operations[one].body)

    def _makes(self, id: str, one: model.Operation, resource: str) -> bool:
        return one.does in MAKES and one.resource == resource and id in self.document.operations

    def _optional(self) -> set[str]:
        does: dict[str, set[str]] = {}
        for one in self.model.operations.values():
            does.setdefault(one.resource, set()).add(one.does)
        return {name for name, some in does.items() if model.DELETE in some and some & {*MAKES}}

    def _reads(self) -> dict[str, tuple[Documented, model.Operation]]:
        found: dict[str, tuple[Documented, model.Operation]] = {}
        for id, one in self.model.operations.items():
            if one.does == model.READ and id in self.document.operations:
                found.setdefault(one.resource, (self.document.operations[id], one))
        return found
