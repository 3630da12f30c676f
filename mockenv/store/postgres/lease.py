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
from mockenv.store.postgres.every import Every

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


class Holder(NamedTuple):
    """Who works, for people, and where it is reached, for others who want in."""

    owner: str
    address: str


class Succeeded(DatabaseError):
    """Another holds it: nothing of this one's will be written any more."""


class Lease:
    """Held, and renewed again and again, from when `take` was successful until it is given back or lost."""

    def __init__(self, connection: Connection, owner: str, address: str, stopwatch: Callable[[], float]) -> None:
        self._connection, self._owner, self._stopwatch = connection, owner, stopwatch
        self.address = address
        self.head = Head(0, 0)
        """Where those left off who held it before."""
        self.moment = 0
        """The database's clock when it was taken, in microseconds since 1970."""
        self.is_lost = False
        self.on_loss: Callable[[], object] = lambda: None
        """Called once, from a thread."""
        self.on_beat: Callable[[DatabaseError | None], object] = lambda problem: None
        """Told from a thread of every renewal that failed, and of those that did not."""
        self._fence, self._until = 0, 0.0
        self._beats: Every | None = None

    @property
    def place(self) -> str:
        return self._connection.place

    def is_sure(self) -> bool:
        """Whether no one else can hold it at this moment."""
        return self._stopwatch() < self._until and not self.is_lost

    def take(self) -> bool:
        """If nobody holds it; whoever did wrote all that it ever will. Raises DatabaseError."""
        begun = self._stopwatch()
        with self._connection.transaction() as session:
            found = rows_of(
                session,
                "UPDATE mockenv.head SET fence = fence + 1, owner = %s, address = %s,"
                " expires = clock_timestamp() + make_interval(secs => %s)"
                " WHERE expires IS NULL OR expires < clock_timestamp()"
                " RETURNING fence, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
                self._owner,
                self.address,
                SECONDS,
            )
            head = head_of(session)
        if not found:
            return False
        self._end_beats()
        [(self._fence, self.moment)] = found
        self.head, self._until, self.is_lost = head, begun + SECONDS, False
        self._beats = Every(BEAT, self._beat, "mockenv-lease")
        return True

    def holder(self) -> Holder | None:
        """Who holds it now. Raises DatabaseError."""
        with self._connection.transaction() as session:
            found = rows_of(session, "SELECT owner, address FROM mockenv.head WHERE expires >= clock_timestamp()")
        return Holder(*found[0]) if found else None

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
        self._end_beats()
        self._until = 0.0
        with self._connection.transaction() as session:
            session.execute("UPDATE mockenv.head SET expires = NULL WHERE fence = %s", (self._fence,))

    def let_go(self) -> None:
        """End the session, and leave the lease to its end if it is held."""
        self._end_beats()
        self._connection.close()

    def _show(self, session: Session, statement: Any, *values: object) -> None:
        if session.execute(statement, (SECONDS, *values, self._fence)).rowcount == 1:
            return
        if not self.is_lost:
            self.is_lost = True
            self.on_loss()
        raise Succeeded(self.place, "is worked on by another mockenv since")

    def _beat(self) -> None:
        if self.is_lost:
            return
        try:
            self.renew()
        except DatabaseError as problem:
            self.on_beat(problem)
        else:
            self.on_beat(None)

    def _end_beats(self) -> None:
        if self._beats:
            self._beats.stop()
            self._beats = None
