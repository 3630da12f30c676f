"""What an answer was made from: documents, searches, and until when it holds; noted while it is made, judged elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockenv.kernel.unit.passing import Passing
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Document, IndexValue, Stored, Transaction

Where = Mapping[str, Sequence[IndexValue]]
"""Index → the values that all have to match."""


@dataclass
class Seen:
    """The notes of one question."""

    documents: set[str] = field(default_factory=set)
    """`provider/kind/id`, whether they were there or not."""
    searches: list[tuple[str, Where]] = field(default_factory=list)
    has_written: bool = False
    until: Instant | None = None
    """The nearest moment that was asked about and has not come."""

    def holds_until(self, moment: Instant) -> None:
        self.until = moment if self.until is None else min(self.until, moment)


class Noting(Passing):
    """Another transaction, with notes of what is done in it."""

    def __init__(self, plain: Transaction, seen: Seen) -> None:
        super().__init__(plain)
        self._seen = seen

    def get(self, kind: str, id: str) -> Document | None:
        self._seen.documents.add(f"{kind}/{id}")
        return super().get(kind, id)

    def put(self, kind: str, id: str, document: Document) -> None:
        self._seen.has_written = True
        super().put(kind, id, document)

    def delete(self, kind: str, id: str) -> bool:
        self._seen.has_written = True
        return super().delete(kind, id)

    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        self._search(kind, where)
        return super().ids(kind, **where)

    def count(self, kind: str, **where: IndexValue) -> int:
        self._search(kind, where)
        return super().count(kind, **where)

    def has(self, kind: str) -> bool:
        self._search(kind, {})
        return super().has(kind)

    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        self._seen.searches.append((kind, where))
        return super().page(kind, where, offset, limit, newest_first=newest_first)

    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        self._seen.searches.append((kind, where))
        return super().page_as_stored(kind, where, offset, limit, newest_first=newest_first)

    def _search(self, kind: str, where: Mapping[str, IndexValue]) -> None:
        self._seen.searches.append((kind, {name: (value,) for name, value in where.items()}))
