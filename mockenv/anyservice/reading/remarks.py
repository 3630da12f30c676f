"""What of a document cannot be served as it stands: said once, in one line each."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """Where (an operation, or a place in the document) and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Remarks(list[Remark]):
    """All of one document, each once."""

    def tell(self, where: str, what: str) -> None:
        remark = Remark(where, what)
        if remark not in self:
            self.append(remark)
