"""Who may write: one mockenv at a time to each share, as long as it says so, by the database's own clock; knows no document.

The lease is a replica's row, and shares belong to rows. Every transaction that writes ends by renewing that row, which locks it until
the commit; whoever takes shares over first removes the rows whose time is over. So either the commit comes before the removal, and
what it wrote is found by the next owner, or it comes after, and then it writes nothing. No clock is trusted for that.

Reads are answered from memory, and for them a clock is: until the moment at which this owner's last word was sent, plus the lease, by
a clock that never runs backwards, no one else can have taken anything from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, LiteralString

from mockenv.errors import DatabaseError
from mockenv.store.postgres import shares as rows
from mockenv.store.postgres.connection import Connection, rows_of
from mockenv.store.postgres.every import Every

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

SECONDS = 1.25
"""So long it is held without another word; with looking for it and reading what is kept, others go on within 2 s."""
BEAT = 0.3
"""Between two words."""
RENEW: LiteralString = "UPDATE mockenv.replica SET expires = clock_timestamp() + make_interval(secs => %s) WHERE id = %s"
NOTE: LiteralString = (
    "UPDATE mockenv.share SET commits = done.commits, written = to_timestamp(%s) + %s * interval '1 microsecond'"
    " FROM shown, unnest(%s::integer[], %s::bigint[]) AS done (share, commits)"
    " WHERE share.share = done.share AND share.holder = shown.id"
)
"""What is kept of each share, by who has just been `shown` to be alive."""


class Succeeded(DatabaseError):
    """Its row is gone, and others may hold what it held: nothing of this one's will be written any more."""


class Lease:
    """Held, and renewed again and again, from `join` until it is left or lost."""

    def __init__(self, connection: Connection, owner: str, address: str, stopwatch: Callable[[], float], count: int) -> None:
        self._connection, self._owner, self._stopwatch = connection, owner, stopwatch
        self.address, self.count = address, count
        self.id = 0
        """Another with each time it joins."""
        self.secret = ""
        """By which it knows what other replicas hand on to it."""
        self.held: dict[int, int] = {}
        """Share → units of work that are kept in it."""
        self.written = 0
        """When those last wrote whose shares were taken last, in microseconds since 1970 by their clock."""
        self.is_lost = False
        self.on_loss: Callable[[], object] = lambda: None
        """Called once, from a thread."""
        self.on_beat: Callable[[DatabaseError | None], object] = lambda problem: None
        """Told from a thread of every renewal that failed, and of those that did not."""
        self._until = 0.0
        self._joined = (0, 0.0)
        """By the database's clock, and by the stopwatch."""
        self._beats: Every | None = None
        self._turn = Lock()

    @property
    def place(self) -> str:
        return self._connection.place

    def is_sure(self) -> bool:
        """Whether no one else can hold anything of it at this moment."""
        return self._stopwatch() < self._until and not self.is_lost

    @property
    def moment(self) -> int:
        """The database's clock, in microseconds since 1970, by the stopwatch since it joined."""
        then, at = self._joined
        return then + round((self._stopwatch() - at) * 1_000_000)

    def share_of(self, sandbox: str) -> int:
        return rows.share_of(sandbox, self.count)

    def holds(self, sandbox: str) -> bool:
        return self.share_of(sandbox) in self.held

    # Coming

    def join(self) -> None:
        """Begin, with no share. Raises DatabaseError."""
        self._end_beats()
        begun = self._stopwatch()
        with self._transaction() as session:
            rows.bury(session)
            [(self.id, self.secret, now)] = rows_of(
                session,
                "INSERT INTO mockenv.replica (owner, address, expires)"
                " VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))"
                " RETURNING id, secret, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
                self._owner,
                self.address,
                SECONDS,
            )
            rows.tell(session)
        self.held, self._until, self.is_lost = {}, begun + SECONDS, False
        self._joined = (now, self._stopwatch())
        self._beats = Every(BEAT, self._beat, "mockenv-lease")

    def take(self, most: int | None = None) -> Sequence[int]:
        """So many free shares at most; whoever held them wrote all that it ever will. Raises DatabaseError, and then it may have
        taken them: the next time tells."""
        with self._transaction() as session:
            self.show(session)
            is_news = rows.bury(session)
            is_news |= rows.take_free(session, self.id, self.count if most is None else most)
            taken = {share: head for share, head in rows.held_by(session, self.id).items() if share not in self.held}
            if is_news:
                rows.tell(session)
        self.held |= {share: head.commits for share, head in taken.items()}
        self.written = max((head.written for head in taken.values()), default=0)
        return list(taken)

    def take_all(self) -> bool:
        """Begin with all shares, or not at all. Raises DatabaseError."""
        if any(one.shares for one in self.members()):
            return False
        self.join()
        self.take()
        if len(self.held) < self.count:
            self.leave()
        return bool(self.held)

    def members(self) -> Sequence[rows.Member]:
        """Who is alive, this one included. Raises DatabaseError."""
        with self._transaction() as session:
            return rows.members_in(session)

    # Staying

    def renew(self) -> None:
        """Raises DatabaseError."""
        begun = self._stopwatch()
        with self._transaction() as session:
            self.show(session)
        self.renewed(begun, {})

    def seal(self, session: Session, units: Mapping[int, int], written: int) -> None:
        """The last statement of every transaction that writes: so many units of work, by share. Raises Succeeded, and then it
        must come to nothing."""
        if not units:
            self.show(session)
            return
        done = session.execute(
            f"WITH shown AS ({RENEW} RETURNING id) {NOTE}",
            (
                SECONDS,
                self.id,
                *divmod(written, 1_000_000),  # a number times an interval is worked out in floating point
                list(units),
                [self.held.get(share, 0) + more for share, more in units.items()],
            ),
        )
        self._check(done.rowcount == len(units))

    def renewed(self, begun: float, units: Mapping[int, int]) -> None:
        """Of a transaction that was sealed, once it is committed: when it began."""
        self._until = max(self._until, begun + SECONDS)
        for share, more in units.items():
            self.held[share] += more

    def show(self, session: Session) -> None:
        """Renew the row, within a transaction. Raises Succeeded where it is gone."""
        self._check(session.execute(RENEW, (SECONDS, self.id)).rowcount == 1)

    # Going

    def give(self, session: Session, shares: Iterable[int]) -> None:
        """Within a transaction that is sealed, and in which all was written that waited."""
        rows.free(session, self.id, shares)
        rows.tell(session)

    def gave(self, shares: Iterable[int]) -> None:
        for share in shares:
            self.held.pop(share, None)

    def leave(self) -> None:
        """Others need not wait for its end. Raises DatabaseError."""
        self._end_beats()
        self._until, self.held = 0.0, {}
        with self._transaction() as session:
            session.execute("DELETE FROM mockenv.replica WHERE id = %s", (self.id,))
            rows.tell(session)

    def let_go(self) -> None:
        """End the session, and leave the lease to its end if it is held."""
        self._end_beats()
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Whoever renews and whoever takes are different threads."""
        with self._turn, self._connection.transaction() as session:
            yield session

    def _check(self, is_shown: bool) -> None:
        if is_shown:
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
