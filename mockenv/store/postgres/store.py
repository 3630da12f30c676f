"""The store in PostgreSQL: what is committed here is acknowledged when it is committed there; knows no SQL."""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Event, Lock
from typing import TYPE_CHECKING

from mockenv.errors import DatabaseError
from mockenv.store.base import Kind
from mockenv.store.memory import Change, MemoryStore
from mockenv.store.mirror import Commit
from mockenv.store.postgres.connection import Connection, rows_of
from mockenv.store.postgres.every import Every
from mockenv.store.postgres.lease import SECONDS, Lease, Succeeded
from mockenv.store.postgres.rows import Draft, put_luggage, read, read_one, take_luggage
from mockenv.store.postgres.schema import migrate
from mockenv.store.postgres.shares import count_of, written_in

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

WRITE_BEHIND = 0.1
"""Seconds until a commit is written that no answer waits for."""
LOOK_AGAIN = 0.1
PATIENCE = SECONDS + 0.5
"""Seconds until a lease that a killed server left behind has surely ended; who holds it then is alive."""
NOTHING: Mapping[str, bytes] = {}

log = logging.getLogger("mockenv.state")


def stand(url: str, address: Callable[[str | None], str], stopwatch: Callable[[], float]) -> Lease:
    """For the lease of a database, whose tables are made where they are missing. `address` is told from where the database sees us.

    Raises DatabaseError, CannotStart.
    """
    connection = Connection(url, "mockenv lease")
    try:
        migrate(connection)
        with connection.transaction() as session:
            [(seen,)] = rows_of(session, "SELECT host(inet_client_addr())")
            count = count_of(session)
    except BaseException:
        connection.close()
        raise
    return Lease(connection, f"{socket.gethostname()}:{os.getpid()}", address(seen), stopwatch, count)


def glance(url: str) -> MemoryStore:
    """What a database holds at one moment, whoever works on it. Raises DatabaseError, CannotStart."""
    store, connection = MemoryStore([]), Connection(url)
    with closing(connection):
        migrate(connection)
        with connection.transaction() as session:
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            store.written_at = written_in(session)
            for row in read(session, range(count_of(session))):
                store.load(*row)
    return store


class PostgresStore(MemoryStore):
    """Memory, and a database that follows it.

    A unit of work is written whole in one transaction, which those share that wait together; what is there is always the result of
    the first n. `sync` is for every answer: without it, somebody could be told of what a kill takes back.
    """

    is_shared = True

    def __init__(
        self,
        kinds: Iterable[Kind],
        url: str,
        stopwatch: Callable[[], float],
        now: Callable[[], int] = lambda: 0,
        lease: Lease | None = None,
    ) -> None:
        """`stopwatch` tells seconds that never run backwards, `now` what is noted as the time of each write.

        What it holds are the shares of its `lease`. Without one it takes all there are, and waits for a killed server's to end.
        Raises DatabaseError, CannotStart.
        """
        super().__init__(kinds)
        self._stopwatch, self._now = stopwatch, now
        self._writer = Connection(url, "mockenv")
        self._lease = lease or stand(url, lambda _: "", stopwatch)
        self._url = url
        self._pending: list[Commit] = []
        self._luggage: dict[str, bytes] = {}
        self._signal, self._writing = Lock(), Lock()
        self.trouble: DatabaseError | None = None
        try:
            if lease is None:
                self._take_all()
            self.take_up(self._lease.held)
        except BaseException:
            self._let_go()
            raise
        self._number = self._safe = 0
        self._lease.on_beat = self._beaten
        self._writes = Every(WRITE_BEHIND, self._write, "mockenv-state")

    def takes(self, sandbox: str) -> bool:
        return self._lease.holds(sandbox)

    def create(self, sandbox: str) -> None:
        self._check_taken(sandbox)
        super().create(sandbox)

    def copy(self, source: str, target: str) -> None:
        self._check_taken(target)
        super().copy(source, target)

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        with self._signal:
            self._number += 1
            self._pending.append(Commit(self._number, sandbox, changes, emptied))

    def is_synced(self) -> bool:
        return self._safe >= self._number and self._lease.is_sure()

    def sync(self) -> None:
        self._write(through=self._number)
        if self.trouble:
            raise self.trouble.again()

    def flush(self) -> None:
        self.sync()

    def close(self) -> None:
        self._writes.stop()
        try:
            if not self._lease.is_lost:
                self.sync()
                self._lease.leave()
        finally:
            self._let_go()
            super().close()

    # Shares that come and go

    def take_up(self, shares: Collection[int]) -> list[str]:
        """Read what is in shares that the lease has taken; the sandboxes in them."""
        found: dict[str, None] = {}
        self._forget(shares)  # of a time before that came to nothing
        try:
            with self._reading() as session:
                for row in read(session, shares):
                    self.load(*row)
                    found[row.sandbox] = None
                self._luggage |= take_luggage(session, shares)
        except BaseException:
            self._forget(shares)
            raise
        self.written_at = self._lease.written
        return list(found)

    def take_luggage(self, sandbox: str) -> bytes | None:
        return self._luggage.pop(sandbox, None)

    def give_back(self, shares: Collection[int], luggage: Mapping[str, bytes]) -> None:
        """Write what waits, and let others have these, with what is sent along for sandboxes in them. Nothing may be done in them
        any more. Raises DatabaseError."""
        with self._writing:
            self._write_once(shares, luggage)
        self._lease.gave(shares)
        self._forget(shares)

    def _forget(self, shares: Collection[int]) -> None:
        for name in [name for name in self.names() if self._lease.share_of(name) in shares]:
            del self._shelves[name]

    def borrow(self, shelf: str) -> bool:
        """Read a snapshot that is in another's share, if there is one. Raises DatabaseError."""
        with self._reading() as session:
            for row in read_one(session, shelf):
                self.load(*row)
        return shelf in self._shelves

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """By a session of its own: writing goes on."""
        with closing(Connection(self._url, "mockenv reading")) as connection, connection.transaction() as session:
            yield session

    def put_away(self, shelf: str) -> None:
        self._shelves.pop(shelf, None)

    def _check_taken(self, sandbox: str) -> None:
        if not self.takes(sandbox):
            raise DatabaseError(self._writer.place, f"sandbox {sandbox!r} is another replica's")

    # Beginning and ending

    def _take_all(self) -> None:
        """Once a killed server's lease has ended."""
        begun, pause = self._stopwatch(), Event()
        while not self._lease.take_all():
            holders = [one.owner for one in self._lease.members() if one.shares]
            if holders and self._stopwatch() > begun + PATIENCE:
                raise DatabaseError(self._writer.place, f"is in use by another mockenv ({', '.join(holders)})")
            pause.wait(LOOK_AGAIN)

    def _let_go(self) -> None:
        with suppress(Exception):  # what it broke off with is known
            self._writer.close()
        with suppress(Exception):
            self._lease.let_go()

    # Writing

    def _write(self, through: int | None = None) -> None:
        """All that waits, unless somebody else has just written `through` that."""
        with self._writing:
            if self._pending or (through is not None and not self._is_safe(through)):
                try:
                    self._write_pending()
                except DatabaseError as problem:
                    self._note(problem)
                else:
                    self._note(None)

    def _is_safe(self, number: int) -> bool:
        return self._safe >= number and self._lease.is_sure()

    def _write_pending(self) -> None:
        was_open = self._writer.is_open
        try:
            self._write_once()
        except DatabaseError:
            if not was_open or self._writer.is_open:
                raise
            self._write_once()  # only the session had ended, with a database that is back

    def _write_once(self, given: Collection[int] = (), luggage: Mapping[str, bytes] = NOTHING) -> None:
        """As long as it is not known to be there it stays pending: to write it twice changes nothing."""
        with self._signal:
            batch = list(self._pending)
        begun = self._stopwatch()
        number = batch[-1].number if batch else self._safe
        units = Counter(self._lease.share_of(commit.sandbox) for commit in batch)
        with self._writer.transaction() as session:
            Draft(batch).write(session)
            self._lease.seal(session, units, self._now())
            if given:
                put_luggage(session, luggage, self._lease.share_of)
                self._lease.give(session, given)
        self._lease.renewed(begun, units)
        with self._signal:
            del self._pending[: len(batch)]
        self._safe = number

    def _beaten(self, problem: DatabaseError | None) -> None:
        if problem or (self.trouble and not self._pending):
            self._note(problem)

    def _note(self, problem: DatabaseError | None) -> None:
        """Tell of trouble when it begins and when it ends, not each time."""
        if isinstance(problem, Succeeded):
            if not isinstance(self.trouble, Succeeded):
                log.error("%s; this one acknowledges nothing any more", problem)
        elif problem and not self.trouble:
            log.error("%s; nothing is acknowledged until it answers, and it will be asked again", problem)
        elif self.trouble and not problem:
            log.warning("database %s answers again; nothing is missing in it", self._writer.place)
        self.trouble = problem
