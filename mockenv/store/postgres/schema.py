"""The tables and how they came to be: numbered migrations, each run once; knows no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, LiteralString

from mockenv.errors import DatabaseError
from mockenv.store.postgres.connection import Connection, rows_of
from mockenv.version import __version__

if TYPE_CHECKING:
    from mockenv.store.postgres.connection import Session

GATE = 0x6D6F636B656E76
"""The advisory lock (`mockenv` in ASCII) that makes two who migrate queue."""

TABLES: LiteralString = """
CREATE TABLE mockenv.head (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    fence bigint NOT NULL DEFAULT 0,
    owner text,
    address text,
    expires timestamptz,
    commits bigint NOT NULL DEFAULT 0,
    written timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON TABLE mockenv.head IS 'One row: which mockenv works here and until when, unless it renews; how many units of work are kept.';
COMMENT ON COLUMN mockenv.head.fence IS 'Another with each owner: whoever writes shows it, so that one who has been succeeded cannot.';
INSERT INTO mockenv.head DEFAULT VALUES;

CREATE TABLE mockenv.record (
    sandbox text NOT NULL,
    provider text NOT NULL GENERATED ALWAYS AS (split_part(kind, '/', 1)) STORED,
    kind text NOT NULL,
    id text NOT NULL,
    seq bigint NOT NULL,
    document json NOT NULL
);
COMMENT ON TABLE mockenv.record IS 'All that there is: one row for each resource, agenda entry, event, delivery and counter of each sandbox.';
COMMENT ON COLUMN mockenv.record.sandbox IS 'Its name; a snapshot''s is SANDBOX/NAME.';
COMMENT ON COLUMN mockenv.record.seq IS 'The order within a kind.';
COMMENT ON COLUMN mockenv.record.document IS 'json, not jsonb: the order of members is part of what is answered.';
CREATE UNIQUE INDEX record_is_one ON mockenv.record (sandbox, kind, md5(id));
"""
# An id may be longer than an index entry can be, hence its md5.

SHARES: LiteralString = """
UPDATE mockenv.head SET fence = fence + 1;
SELECT pg_sleep(1.3) FROM mockenv.head WHERE expires > clock_timestamp();

CREATE TABLE mockenv.replica (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    owner text NOT NULL,
    address text NOT NULL,
    secret text NOT NULL DEFAULT gen_random_uuid(),
    expires timestamptz NOT NULL
);
COMMENT ON TABLE mockenv.replica IS 'Each mockenv that is at work here, until it ends or has not renewed its row in time: then the row goes.';
COMMENT ON COLUMN mockenv.replica.id IS 'Never one that was there before: whoever writes shows it, so that one whose row is gone cannot.';
COMMENT ON COLUMN mockenv.replica.secret IS 'By which it knows the requests that other replicas hand on to it.';

CREATE TABLE mockenv.share (
    share integer PRIMARY KEY,
    holder bigint REFERENCES mockenv.replica ON DELETE SET NULL,
    commits bigint NOT NULL DEFAULT 0,
    written timestamptz NOT NULL DEFAULT 'epoch'
);
COMMENT ON TABLE mockenv.share IS 'The parts of all that there is, each worked on by one replica; how many units of work are kept, and when the last came.';
CREATE UNLOGGED TABLE mockenv.luggage (
    sandbox text PRIMARY KEY,
    share integer NOT NULL,
    packed bytea NOT NULL
);
COMMENT ON TABLE mockenv.luggage IS 'What a replica has in memory alone (journals), on its way to the one that goes on with a share.';
INSERT INTO mockenv.share (share, written) SELECT share, written FROM generate_series(0, 63) AS share, mockenv.head;
DROP TABLE mockenv.head;

ALTER TABLE mockenv.record ADD COLUMN share integer NOT NULL
    GENERATED ALWAYS AS (get_byte(decode(left(md5(split_part(sandbox, '/', 1)), 2), 'hex'), 0) % 64) STORED;
COMMENT ON COLUMN mockenv.record.share IS 'Follows from the sandbox''s name; its snapshots are in the same.';
CREATE INDEX record_of_share ON mockenv.record (share);
CREATE INDEX record_is_world ON mockenv.record (sandbox) WHERE kind = 'kernel/sandbox';
"""
# A server of the version before this must not go on answering from memory: it can renew no more, and when the sleep is over it knows.

MIGRATIONS: tuple[LiteralString, ...] = (TABLES, SHARES)
"""The first makes version 1. What has been released is never changed, only added to."""


def migrate(connection: Connection) -> Sequence[int]:
    """Bring the tables up to date; the versions that were made. Raises DatabaseError, of a newer mockenv's tables, too."""
    with connection.transaction() as session:
        if session.info.parameter_status("server_encoding") != "UTF8":
            raise DatabaseError(connection.place, "its encoding is not UTF8, and documents may hold any character")
        if (version := _version(session)) == len(MIGRATIONS):
            return ()
        if version > len(MIGRATIONS):
            raise DatabaseError(connection.place, f"has tables of version {version}, this mockenv knows {len(MIGRATIONS)}")
        session.execute("SELECT pg_advisory_xact_lock(%s)", (GATE,))
        return [_advance(session, number) for number in range(_version(session) + 1, len(MIGRATIONS) + 1)]


def _version(session: Session) -> int:
    if rows_of(session, "SELECT to_regclass('mockenv.migration')") == [(None,)]:
        return 0
    return int(rows_of(session, "SELECT coalesce(max(version), 0) FROM mockenv.migration")[0][0])


def _advance(session: Session, number: int) -> int:
    if number == 1:
        session.execute("CREATE SCHEMA IF NOT EXISTS mockenv")
        session.execute(
            "CREATE TABLE mockenv.migration"
            " (version integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT now(), mockenv text NOT NULL)"
        )
    session.execute(MIGRATIONS[number - 1])
    session.execute("INSERT INTO mockenv.migration (version, mockenv) VALUES (%s, %s)", (number, __version__))
    return number
