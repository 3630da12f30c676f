"""Looks after who is alive and who holds what: as soon as somebody tells of a change, and now and then unasked; knows no document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread

from mockenv.errors import DatabaseError
from mockenv.store.postgres.connection import Connection
from mockenv.store.postgres.lease import BEAT
from mockenv.store.postgres.shares import CHANNEL, Member, members_in

LOOK_SECONDS = 0.2
"""Between two looks where nobody tells of anything."""
MERCY = 3 * BEAT
"""After the database was away: so long all the others have to renew what ran out meanwhile, before anybody takes it from them."""


class Watch:
    """A thread with a session of its own, from its making until it is stopped."""

    def __init__(self, url: str, tell: Callable[[Sequence[Member]], object]) -> None:
        """`tell` is called with those who are alive after each look."""
        self._connection, self._tell, self._over = Connection(url, "mockenv watch"), tell, Event()
        self._thread = Thread(target=self._run, name="mockenv-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        was_away = False
        while not self._over.is_set():
            try:
                members = self._look()
                if was_away:
                    self._over.wait(MERCY)
                else:
                    self._tell(members)
                    self._connection.wait(LOOK_SECONDS)
                was_away = False
            except DatabaseError:  # the store tells of it
                was_away = True
                self._over.wait(LOOK_SECONDS)
        self._connection.close()

    def _look(self) -> Sequence[Member]:
        with self._connection.transaction() as session:
            session.execute(f"LISTEN {CHANNEL}")
            return members_in(session)
