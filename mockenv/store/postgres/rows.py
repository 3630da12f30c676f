"""Documents as rows: what some commits come to, written and read; knows neither owner nor thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, LiteralString, NamedTuple, TypeVar

import orjson

from mockenv.store.mirror import Commit
from mockenv.store.postgres.connection import rows_of
from mockenv.store.table import Row, seq_of, text_of

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

AT_ONCE = 2_000
"""Rows in one statement."""
ROWS: LiteralString = "SELECT sandbox, kind, id, seq, document::text FROM mockenv.record"
T = TypeVar("T")
Place = tuple[str, str, str]
"""Sandbox, kind, id."""


class Found(NamedTuple):
    """A row as it was read."""

    sandbox: str
    kind: str
    id: str
    seq: int
    document: dict[str, Any]


class Draft:
    """What several commits come to, in their order: for each place the row that is there in the end."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._emptied: dict[str, None] = {}
        self._rows: dict[Place, Row | None] = {}
        for commit in commits:
            if commit.emptied:
                self._empty(commit.sandbox)
            self._rows.update({(commit.sandbox, kind, id): row for kind, id, row in commit.changes})

    def _empty(self, sandbox: str) -> None:
        self._emptied[sandbox] = None
        self._rows = {place: row for place, row in self._rows.items() if place[0] != sandbox}

    def write(self, session: Session) -> None:
        """Within a transaction. The same again changes nothing."""
        if self._emptied:
            session.execute("DELETE FROM mockenv.record WHERE sandbox = ANY(%s)", (list(self._emptied),))
        for some in _pieces(place for place, row in self._rows.items() if row is None):
            session.execute(
                "DELETE FROM mockenv.record USING unnest(%s::text[], %s::text[], %s::text[]) AS gone (sandbox, kind, id)"
                " WHERE record.sandbox = gone.sandbox AND record.kind = gone.kind AND md5(record.id) = md5(gone.id)",
                _columns([(sandbox, _spelled(kind), _spelled(id)) for sandbox, kind, id in some]),
            )
        for rows in _pieces((*place, row) for place, row in self._rows.items() if row is not None):
            session.execute(
                "INSERT INTO mockenv.record (sandbox, kind, id, seq, document) SELECT sandbox, kind, id, seq, document::json"
                " FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[]) AS made (sandbox, kind, id, seq, document)"
                " ON CONFLICT (sandbox, kind, md5(id)) DO UPDATE SET seq = excluded.seq, document = excluded.document",
                _columns(
                    [(sandbox, _spelled(kind), _spelled(id), seq_of(row), text_of(row).decode()) for sandbox, kind, id, row in rows]
                ),
            )


def read(session: Session, shares: Iterable[int]) -> Iterator[Found]:
    """All that there is in some shares, within a transaction, in the order of creation."""
    with session.cursor(name="records") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(f"{ROWS} WHERE share = ANY(%s) ORDER BY seq, sandbox", (list(shares),))
        yield from _found(cursor)


def put_luggage(session: Session, packed: Mapping[str, bytes], share_of: Callable[[str], int]) -> None:
    """What goes along with sandboxes that another replica will take."""
    session.execute(
        "INSERT INTO mockenv.luggage (sandbox, share, packed)"
        " SELECT * FROM unnest(%s::text[], %s::integer[], %s::bytea[])"
        " ON CONFLICT (sandbox) DO UPDATE SET packed = excluded.packed",
        (list(packed), [share_of(name) for name in packed], list(packed.values())),
    )


def take_luggage(session: Session, shares: Iterable[int]) -> Mapping[str, bytes]:
    """Out of the database: it is of use once."""
    return dict(rows_of(session, "DELETE FROM mockenv.luggage WHERE share = ANY(%s) RETURNING sandbox, packed", list(shares)))


def read_one(session: Session, sandbox: str) -> Iterator[Found]:
    """All that there is in one sandbox or snapshot, likewise."""
    return _found(rows_of(session, f"{ROWS} WHERE sandbox = %s ORDER BY seq", sandbox))


def _found(rows: Iterable[tuple[Any, ...]]) -> Iterator[Found]:
    for sandbox, kind, id, seq, document in rows:
        yield Found(sandbox, _meant(kind), _meant(id), seq, orjson.loads(document))


def seeds(session: Session) -> Sequence[tuple[str, int]]:
    """Each sandbox and its seed, snapshots aside."""
    query: LiteralString = "SELECT sandbox, document->>'seed' FROM mockenv.record WHERE kind = 'kernel/sandbox'"
    return [(sandbox, int(seed)) for sandbox, seed in rows_of(session, query) if "/" not in sandbox]


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _spelled(name: str) -> str:
    """PostgreSQL's text has no NUL."""
    return name.replace("\\", "\\\\").replace("\0", "\\0") if "\\" in name or "\0" in name else name


def _meant(text: str) -> str:
    if "\\" not in text:
        return text
    return "\\".join(part.replace("\\0", "\0") for part in text.split("\\\\"))
