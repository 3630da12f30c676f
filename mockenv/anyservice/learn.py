"""From files to a service: the document read, its model inferred, and what somebody wrote about it laid over that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mockenv.anyservice.inference.infer import infer
from mockenv.anyservice.model import Model
from mockenv.anyservice.reading.read import name_of, read
from mockenv.anyservice.reading.remarks import Remarks
from mockenv.anyservice.serving.service import AnyService, service_of
from mockenv.contract.document import Document
from mockenv.errors import BadInput


class Learned(NamedTuple):
    """What there is to know of a service."""

    document: Document
    model: Model
    remarks: Remarks

    def provider(self) -> type[AnyService]:
        """The class that serves it."""
        return service_of(self.model)


def learn(path: Path) -> Learned:
    """What a document says of its service. Raises CannotStart."""
    document, remarks = read(path)
    return Learned(document, infer(document), remarks)


def learn_all(documents: Sequence[str], taken: Sequence[str]) -> list[Learned]:
    """Several services, each of another name than those that are there already. Raises BadInput, CannotStart."""
    names = list(taken)
    found: list[Learned] = []
    for text in documents:
        path = Path(text)
        if name_of(path) in names:
            raise BadInput("", "document", f"{text}: there is a service {name_of(path)!r} already; give the file another name")
        names.append(name_of(path))
        found.append(learn(path))
    return found
