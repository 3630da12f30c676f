"""A transaction that hands everything on to another one: what wrappers have in common; does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mockenv.store.base import Document, IndexValue, Stored, Transaction


class Passing(Transaction):
    """Another transaction, as it is. A subclass changes what it has to."""

    def __init__(self, plain: Transaction) -> None:
        self._plain = plain

    def get(self, kind: str, id: str) -> Document | None:
        return self._plain.get(kind, id)

    def put(self, kind: str, id: str, document: Document) -> None:
        self._plain.put(kind, id, document)

    def delete(self, kind: str, id: str) -> bool:
        return self._plain.delete(kind, id)

    def ids(self, kind: str, **where: IndexValue) -> Sequence[str]:
        return self._plain.ids(kind, **where)

    def count(self, kind: str, **where: IndexValue) -> int:
        return self._plain.count(kind, **where)

    def page(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Document], int]:
        return self._plain.page(kind, where, offset, limit, newest_first=newest_first)

    def page_as_stored(
        self, kind: str, where: Mapping[str, Sequence[IndexValue]], offset: int, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Stored], int]:
        return self._plain.page_as_stored(kind, where, offset, limit, newest_first=newest_first)

    def has(self, kind: str) -> bool:
        return self._plain.has(kind)

    def kinds(self) -> Sequence[str]:
        return self._plain.kinds()

    def number(self, kind: str) -> int:
        return self._plain.number(kind)

    def ids_after(self, kind: str, number: int) -> Sequence[str]:
        return self._plain.ids_after(kind, number)

    def reserve(self, kind: str, number: int) -> None:
        self._plain.reserve(kind, number)

    def fill(self, numbers: Mapping[str, int], put: Callable[[Transaction], None]) -> None:
        self._plain.fill(numbers, put)

    def has_changed(self) -> bool:
        return self._plain.has_changed()

    def commit(self) -> Sequence[tuple[str, str]]:
        return self._plain.commit()

    def keep(self) -> Sequence[tuple[str, str]]:
        return self._plain.keep()

    def undo(self) -> None:
        self._plain.undo()

    def rollback(self) -> None:
        self._plain.rollback()
