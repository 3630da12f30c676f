"""Who may write: one mockenv at a time, as long as it says so, by the database's own clock; knows no document.

The lease is a row. Whoever takes it raises its fence and no one else's number counts from then on: every transaction that writes ends
by showing its number to that row, which locks the row until its commit. So either the commit comes before the next owner's taking,
and what it wrote is found there, or it comes after, and then it writes nothing. No clock is trusted for that.

Reads are answered from memory, and for them a clock is: until the moment at which this owner's last word was sent, plus the lease, by
a clock that never runs backwards, no one else can have taken it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from mockenv.errors import DatabaseError
from mockenv.store.postgres.connection import Connection, rows_of

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

SECONDS = 1.25
"""So long it is held without another word; with looking for it and reading what is kept, others go on within 2 s."""
BEAT = 0.3
"""Between two words."""


class Head(NamedTuple):
    """How far those came who held it before."""

    commits: int
    written: int
    """Microseconds since 1970, by their clock."""


def head_of(session: Session) -> Head:
    """As it is now, whoever holds the lease."""
    return Head(*rows_of(session, "SELECT commits, (extract(epoch FROM written) * 1000000)::bigint FROM mockenv.head")[0])


class Succeeded(DatabaseError):
    """Another holds it: nothing of this one's will be written any more."""


class Lease:
    """Held once `take` has returned. `owner` is shown to people, `address` to others who want in."""

    def __init__(self, connection: Connection, owner: str, address: str, stopwatch: Callable[[], float]) -> None:
        self._connection, self._owner, self._address, self._stopwatch = connection, owner, address, stopwatch
        self._fence = 0
        self._until = 0.0
        self.is_lost = False

    def is_sure(self) -> bool:
        """Whether no one else can hold it at this moment."""
        return self._stopwatch() < self._until and not self.is_lost

    def take(self) -> Head | None:
        """If nobody holds it; whoever did wrote all that it ever will. Raises DatabaseError."""
        begun = self._stopwatch()
        with self._connection.transaction() as session:
            found = rows_of(
                session,
                "UPDATE mockenv.head SET fence = fence + 1, owner = %s, address = %s,"
                " expires = clock_timestamp() + make_interval(secs => %s)"
                " WHERE expires IS NULL OR expires < clock_timestamp()"
                " RETURNING fence",
                self._owner,
                self._address,
                SECONDS,
            )
            head = head_of(session)
        if not found:
            return None
        [(self._fence,)] = found
        self._until, self.is_lost = begun + SECONDS, False
        return head

    def holder(self) -> tuple[str, str] | None:
        """Owner and address of whoever holds it now. Raises DatabaseError."""
        with self._connection.transaction() as session:
            found = rows_of(session, "SELECT owner, address FROM mockenv.head WHERE expires >= clock_timestamp()")
        return (found[0][0], found[0][1]) if found else None

    def renew(self) -> None:
        """Raises DatabaseError."""
        begun = self._stopwatch()
        with self._connection.transaction() as session:
            self._show(session, "UPDATE mockenv.head SET expires = clock_timestamp() + make_interval(secs => %s) WHERE fence = %s")
        self.renewed(begun)

    def seal(self, session: Session, head: Head) -> None:
        """The last statement of every transaction that writes. Raises Succeeded, and then it must come to nothing."""
        self._show(
            session,
            "UPDATE mockenv.head SET expires = clock_timestamp() + make_interval(secs => %s), commits = %s,"
            " written = to_timestamp(%s) + %s * interval '1 microsecond' WHERE fence = %s",
            head.commits,
            *divmod(head.written, 1_000_000),  # a number times an interval is worked out in floating point
        )

    def renewed(self, begun: float) -> None:
        """Of a transaction that was sealed, once it is committed: when it began."""
        self._until = max(self._until, begun + SECONDS)

    def give_back(self) -> None:
        """Others need not wait for its end. Raises DatabaseError."""
        self._until = 0.0
        with self._connection.transaction() as session:
            session.execute("UPDATE mockenv.head SET expires = NULL WHERE fence = %s", (self._fence,))

    def _show(self, session: Session, statement: Any, *values: object) -> None:
        if session.execute(statement, (SECONDS, *values, self._fence)).rowcount != 1:
            self.is_lost = True
            raise Succeeded(self._connection.place, "is worked on by another mockenv since")
