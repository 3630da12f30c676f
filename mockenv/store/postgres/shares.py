"""Which sandboxes belong together, and who works on them: rows of two tables, read and written; knows neither clock nor document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import md5
from typing import TYPE_CHECKING, LiteralString, NamedTuple

from mockenv.store.postgres.connection import rows_of

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

CHANNEL: LiteralString = "mockenv"
"""Told of whenever a share or a replica comes or goes."""


class Head(NamedTuple):
    """How far those came who held a share before."""

    commits: int
    written: int
    """Microseconds since 1970, by their clock."""


class Member(NamedTuple):
    """A replica that is alive by the database's clock."""

    id: int
    owner: str
    """Who it is, for people."""
    address: str
    """Where it is reached; empty where it takes no requests."""
    secret: str
    shares: frozenset[int]


def share_of(sandbox: str, count: int) -> int:
    """Of so many; a snapshot is in its sandbox's. The same as the table's own column."""
    return md5(sandbox.partition("/")[0].encode(), usedforsecurity=False).digest()[0] % count


def count_of(session: Session) -> int:
    return int(rows_of(session, "SELECT count(*) FROM mockenv.share")[0][0])


def written_in(session: Session) -> int:
    """When the last was written of all that there is."""
    return int(rows_of(session, "SELECT (extract(epoch FROM max(written)) * 1000000)::bigint FROM mockenv.share")[0][0])


def members_in(session: Session) -> Sequence[Member]:
    """Those who are alive, the oldest first."""
    found = rows_of(
        session,
        "SELECT id, owner, address, secret, ARRAY(SELECT share FROM mockenv.share WHERE holder = replica.id) FROM mockenv.replica"
        " WHERE expires >= clock_timestamp() ORDER BY id",
    )
    return [Member(id, owner, address, secret, frozenset(shares)) for id, owner, address, secret, shares in found]


def bury(session: Session) -> bool:
    """Those who have not renewed in time: their shares become free. One who is just writing is alive. Whether there were any."""
    gone = session.execute(
        "DELETE FROM mockenv.replica WHERE id IN"
        " (SELECT id FROM mockenv.replica WHERE expires < clock_timestamp() FOR UPDATE SKIP LOCKED)"
    )
    return gone.rowcount > 0


def take_free(session: Session, holder: int, most: int) -> bool:
    """So many at most of those that are free; whether there were any."""
    taken = session.execute(
        "UPDATE mockenv.share SET holder = %s WHERE share IN"
        " (SELECT share FROM mockenv.share WHERE holder IS NULL ORDER BY share LIMIT %s FOR UPDATE SKIP LOCKED)",
        (holder, most),
    )
    return taken.rowcount > 0


def held_by(session: Session, holder: int) -> Mapping[int, Head]:
    found = rows_of(
        session,
        "SELECT share, commits, (extract(epoch FROM written) * 1000000)::bigint FROM mockenv.share WHERE holder = %s",
        holder,
    )
    return {share: Head(commits, written) for share, commits, written in found}


def free(session: Session, holder: int, shares: Iterable[int]) -> None:
    session.execute("UPDATE mockenv.share SET holder = NULL WHERE share = ANY(%s) AND holder = %s", (list(shares), holder))


def tell(session: Session) -> None:
    """Wake the other replicas, once this is committed."""
    session.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
