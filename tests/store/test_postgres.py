"""The store in PostgreSQL: the suite that every store passes, and what only a database can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from mockenv.errors import CannotStart, DatabaseError
from mockenv.kernel.time.clock import Wall
from mockenv.settings import shown_place
from mockenv.store.base import Kind, Store
from mockenv.store.postgres import schema
from mockenv.store.postgres.connection import Connection
from mockenv.store.postgres.schema import migrate
from mockenv.store.postgres.shares import share_of
from mockenv.store.postgres.store import PostgresStore
from mockenv.store.testing import KINDS, PLAIN, THING, StoreSuite, contents, reading, writing
from tests.edge.test_parking import until
from tests.postgres import Cluster
from tests.store.test_stores import Model


def opened(url: str, kinds: Iterable[Kind] = KINDS) -> PostgresStore:
    return PostgresStore(kinds, url, Wall().stopwatch)


@pytest.fixture
def url(postgres: Cluster) -> str:
    return postgres.database()


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    store = opened(url)
    store.create("a")
    yield store
    store.close()


class TestPostgresStore(StoreSuite):
    @pytest.fixture(autouse=True)
    def database(self, postgres: Cluster) -> None:
        self.url = postgres.database()

    def make_store(self, kinds: Iterable[Kind]) -> Store:
        return opened(self.url, kinds)


def rows(postgres: Cluster, url: str, columns: str = "sandbox, kind, id") -> list[tuple[Any, ...]]:
    return postgres.run(url, f"SELECT {columns} FROM mockenv.record ORDER BY sandbox, kind, seq")


def put(store: Store, id: str, kind: str = PLAIN, **document: Any) -> None:
    with writing(store) as transaction:
        transaction.put(kind, id, document)


def test_random_transactions_are_found_again_after_restarts(postgres: Cluster) -> None:
    class Restarted(Model):
        def make_store(self) -> Store:
            self.url = postgres.database()
            return opened(self.url)

        @precondition(lambda self: self.kept or self.draft)
        @rule()
        def restart(self) -> None:
            self._end(keep=True)
            self.store.close()
            self.store = opened(self.url)
            if not self.kept:
                self.store.create("a")  # a sandbox without a document leaves no row
            self.transaction = self.store.begin("a")

        def teardown(self) -> None:
            super().teardown()
            with closing(opened(self.url)) as store:
                if self.kept:
                    with reading(store) as transaction:
                        assert {id: transaction.get(THING, id) for id in transaction.ids(THING)} == self.kept

    run_state_machine_as_test(Restarted, settings=settings(max_examples=12, stateful_step_count=20))


# What is kept


def test_a_person_finds_one_row_for_each_document(postgres: Cluster, url: str, store: PostgresStore) -> None:
    put(store, "1", THING, colour="red", tags=["x"])
    put(store, "2", THING, colour="blue", tags=[])
    store.copy("a", "a/snapshot")
    store.sync()
    found = rows(postgres, url, "sandbox, provider, kind, id, document->>'colour'")
    kept = [("test", THING, "1", "red"), ("test", THING, "2", "blue")]
    assert found == [(sandbox, *row) for sandbox in ("a", "a/snapshot") for row in kept]
    with writing(store) as transaction:
        transaction.delete(THING, "1")
    store.drop("a/snapshot")
    store.sync()
    assert rows(postgres, url) == [("a", THING, "2")]


@pytest.mark.parametrize(
    "id",
    ["", "a/b", "nul \0", "\\0", "\\\\0\0\\", "x" * 9_000, "ü\u2028\U0001f600", "'; DROP SCHEMA mockenv --", "%s {} \n"],
    ids=["empty", "slash", "NUL", "backslash", "both", "long", "unicode", "SQL", "marks"],
)
def test_any_id_and_any_text_is_found_again_changed_and_deleted(url: str, id: str) -> None:
    with closing(opened(url)) as store:
        store.create("a")
        put(store, id, text=id, z=1, a=1.0)
    with closing(opened(url)) as store:
        with reading(store) as transaction:
            found = transaction.get(PLAIN, id)
            assert found is not None
            assert (list(found), str(found)) == (["text", "z", "a"], str({"text": id, "z": 1, "a": 1.0}))
        put(store, id, changed=True)
        store.sync()
        put(store, "other")
        with writing(store) as transaction:
            transaction.delete(PLAIN, id)
    with closing(opened(url)) as store:
        assert contents(store) == {PLAIN: {"other": {}}}


def test_more_documents_than_one_statement_takes_are_all_kept_in_their_order(url: str) -> None:
    ids = [str(number) for number in range(4_500)]
    with closing(opened(url)) as store:
        store.create("a")
        with writing(store) as transaction:
            for id in ids:
                transaction.put(PLAIN, id, {})
    with closing(opened(url)) as store, writing(store) as transaction:
        assert list(transaction.ids(PLAIN)) == ids
        for id in ids[1:]:
            transaction.delete(PLAIN, id)
    with closing(opened(url)) as store:
        assert contents(store) == {PLAIN: {"0": {}}}


def test_a_unit_of_work_that_cannot_be_written_whole_is_not_written_at_all_and_is_once_it_can(
    postgres: Cluster, url: str, store: PostgresStore
) -> None:
    put(store, "before")
    store.sync()
    postgres.run(url, "ALTER TABLE mockenv.record ADD CONSTRAINT no_evil CHECK (id <> 'evil')")
    with writing(store) as transaction:
        for id in ("good", "evil"):
            transaction.put(PLAIN, id, {})
    with pytest.raises(DatabaseError, match="no_evil"):
        store.sync()
    assert not store.is_synced()
    assert rows(postgres, url, "id") == [("before",)]
    postgres.run(url, "ALTER TABLE mockenv.record DROP CONSTRAINT no_evil")
    store.sync()
    assert rows(postgres, url, "id") == [("before",), ("good",), ("evil",)]


def test_what_nobody_waits_for_is_written_all_the_same(postgres: Cluster, url: str, store: PostgresStore) -> None:
    put(store, "1")
    until(lambda: rows(postgres, url) == [("a", PLAIN, "1")])


def test_the_clock_of_the_last_write_is_found_again(url: str) -> None:
    for now, before in ((253_402_300_799_999_999, 0), (1, 253_402_300_799_999_999)):
        with closing(PostgresStore(KINDS, url, Wall().stopwatch, lambda: now)) as store:  # noqa: B023  # asked within the round
            assert store.written_at == before
            store.create("a" if before else "b")
            with writing(store, "a" if before else "b") as transaction:
                transaction.put(PLAIN, "1", {})


# Who may write


def test_whoever_has_been_succeeded_writes_nothing_and_vouches_for_nothing(
    postgres: Cluster, url: str, store: PostgresStore
) -> None:
    put(store, "mine")
    store.sync()
    another = "INSERT INTO mockenv.replica (owner, address, expires) VALUES ('another', '', 'infinity') RETURNING id"
    postgres.run(url, f"DELETE FROM mockenv.replica; WITH another AS ({another}) UPDATE mockenv.share SET holder = id FROM another")
    put(store, "late")
    with pytest.raises(DatabaseError, match="is worked on by another mockenv since"):
        store.sync()
    assert not store.is_synced()
    until(lambda: store.trouble)
    assert rows(postgres, url, "id") == [("mine",)]
    assert postgres.run(url, "SELECT owner FROM mockenv.replica") == [("another",)]


def test_reads_are_vouched_for_no_longer_than_the_lease_lasts(url: str) -> None:
    moment = 0.0
    with closing(PostgresStore(KINDS, url, lambda: moment)) as store:
        store._lease._end_beats()
        store.sync()
        assert store.is_synced()
        moment = 1.0
        assert store.is_synced()
        moment = 1.3
        assert not store.is_synced()
        store.sync()
        assert store.is_synced()


def test_a_second_server_is_refused_and_may_begin_once_the_first_has_ended(url: str) -> None:
    with closing(opened(url)) as store:
        store.create("a")
        put(store, "1")
        with pytest.raises(
            DatabaseError, match=r"^database postgresql://mockenv@/test\d+: is in use by another mockenv \(.+:\d+\)$"
        ):
            opened(url)
        put(store, "2")
    with closing(opened(url)) as store:
        assert contents(store) == {PLAIN: {"1": {}, "2": {}}}


def test_a_share_that_is_given_back_is_gone_from_here_and_read_again_whole_when_it_comes_back_however_often(url: str) -> None:
    with closing(opened(url)) as store:
        for name in ("a", "a/snapshot", "other"):
            store.create(name)
            with writing(store, name) as transaction:
                for id in ("2", "1"):
                    transaction.put(THING, id, {"colour": "red"})
        given = {share_of("a", 64)}
        store.give_back(given, {"a": b"sent along"})
        assert (list(store.names()), store.takes("a")) == (["other"], False)
        with pytest.raises(DatabaseError, match="sandbox 'a' is another replica's"):
            store.create("a")
        assert list(store._lease.take()) == list(given)
        for times in (1, 2):
            assert sorted(store.take_up(given)) == ["a", "a/snapshot"]
            with reading(store) as transaction:
                assert list(transaction.ids(THING, colour="red")) == ["2", "1"]
            assert store.take_luggage("a") == (b"sent along" if times == 1 else None)
        put(store, "3")
        store.sync()


# When there is trouble


def test_a_database_that_is_restarted_misses_nothing_and_nothing_is_vouched_for_meanwhile(
    postgres: Cluster, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(opened(url)) as store:
        store.create("a")
        put(store, "before")
        store.sync()
        postgres.stop()
        put(store, "meanwhile")
        with pytest.raises(DatabaseError, match="database postgresql://mockenv@/test"):
            store.sync()
        assert store.trouble
        assert not store.is_synced()
        postgres.start()
        until(lambda: not store.trouble)
        store.sync()
        assert rows(postgres, url, "id") == [("before",), ("meanwhile",)]
    said = [record.getMessage() for record in caplog.records]
    assert [text.partition("answers again")[2] for text in said[-1:]] == ["; nothing is missing in it"]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("postgresql://u:secret@127.0.0.1:1/db", "Connection refused"),
        ("postgresql://u:secret@127.0.0.1:port/db", "port"),
        ("postgresql://u:secret@127.0.0.1:1/db?no_such_word=secret", "no_such_word"),
        ("postgresql://u:secret@[::1/db", "database postgresql://"),
        ("postgresql://u:secret@nobody.invalid/db", "nobody.invalid"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(url: str, text: str) -> None:
    with pytest.raises(CannotStart) as refused:
        opened(url)
    told = str(refused.value)
    assert text in told
    assert "secret" not in told
    assert "\n" not in told


def test_tables_of_a_newer_version_are_left_alone(postgres: Cluster, url: str) -> None:
    opened(url).close()
    postgres.run(url, "INSERT INTO mockenv.migration (version, mockenv) VALUES (99, '9.9')")
    with pytest.raises(DatabaseError, match="has tables of version 99, this mockenv knows 2"):
        opened(url)


def test_an_encoding_that_lacks_characters_is_refused(postgres: Cluster) -> None:
    postgres.run("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(DatabaseError, match="its encoding is not UTF8"):
        opened(postgres.url("latin"))


# Migrations


def test_each_migration_runs_once_in_its_order_and_only_what_is_missing(
    postgres: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Connection(url)) as connection:
        assert list(migrate(connection)) == [1, 2]
        assert list(migrate(connection)) == []
        added = ("ALTER TABLE mockenv.record ADD COLUMN two integer", "ALTER TABLE mockenv.record RENAME COLUMN two TO three")
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *added))
        assert list(migrate(connection)) == [3, 4]
        assert list(migrate(connection)) == []
    assert postgres.run(url, "SELECT version FROM mockenv.migration ORDER BY version") == [(1,), (2,), (3,), (4,)]
    assert postgres.run(url, "SELECT three FROM mockenv.record") == []


def test_a_migration_that_fails_leaves_the_version_before(postgres: Cluster, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Connection(url)) as connection:
        migrate(connection)
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE mockenv.half (); SELECT 1/0"))
        with pytest.raises(DatabaseError, match="division by zero"):
            migrate(connection)
    assert postgres.run(url, "SELECT max(version), to_regclass('mockenv.half')::text FROM mockenv.migration") == [(2, None)]


def test_what_the_first_version_kept_is_taken_along_into_shares_and_its_server_can_do_nothing_any_more(
    postgres: Cluster, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Connection(url)) as connection:
        monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        migrate(connection)
        names = [f"s{number}" for number in range(50)]
        kept = ", ".join(f"('{name}', '{PLAIN}', '1', 1, '{{}}'), ('{name}/x', '{PLAIN}', '1', 1, '{{}}')" for name in names)
        postgres.run(url, f"INSERT INTO mockenv.record (sandbox, kind, id, seq, document) VALUES {kept}")
        postgres.run(url, "UPDATE mockenv.head SET written = '2026-01-24T10:30:00Z'")
        monkeypatch.undo()
        assert list(migrate(connection)) == [2]
    with closing(opened(url)) as store:
        assert sorted(store.names()) == sorted([*names, *(f"{name}/x" for name in names)])
        assert store.written_at == 1_769_250_600_000_000
    assert postgres.run(url, "SELECT to_regclass('mockenv.head')::text") == [(None,)]


def test_a_share_is_the_same_for_the_table_and_for_us_and_a_sandbox_has_its_snapshots_with_it(postgres: Cluster, url: str) -> None:
    names = [f"{name}{more}" for name in ("default", "a", "A-_9", "x" * 64) for more in ("", "/snapshot", "/.reset")]
    with closing(opened(url)) as store:
        for name in names:
            store.create(name)
            with writing(store, name) as transaction:
                transaction.put(PLAIN, "1", {})
        store.sync()
        found = dict(postgres.run(url, "SELECT sandbox, share FROM mockenv.record"))
        assert found == {name: share_of(name, 64) for name in names}
        assert found["default"] == found["default/snapshot"]
        [(commits, count)] = postgres.run(url, "SELECT sum(commits), count(*) FROM mockenv.share")
        assert (commits, count) == (len(names), 64)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h:5/d?sslmode=require&password=p", "postgresql://u@h:5/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgres://h/d", "postgres://h/d"),
        ("postgresql:///d?host=/tmp", "postgresql:///d"),
        ("postgresql://u:a:b@h/d", "postgresql://u@h/d"),
        ("postgresql://u:a/b@c@h/d", "postgresql://u@h/d"),
        ("some/file.json", "some/file.json"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_place(url) == shown
