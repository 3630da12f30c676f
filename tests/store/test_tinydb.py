"""The store on file: what is in the file, what is refused, and what a restart finds."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest
from tinydb import TinyDB, where

from mockenv.errors import StateFileError
from mockenv.store.storage import ROWS_AT_ONCE, AtomicStorage
from mockenv.store.testing import KINDS, PATIENCE, PLAIN, THING, contents, writing
from mockenv.store.tinydb import TinyDBStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@contextmanager
def opened(path: Path, flush_seconds: float = 0.01) -> Iterator[TinyDBStore]:
    store = TinyDBStore(KINDS, path, flush_seconds)
    try:
        yield store
    finally:
        store.close()


def until(what: Callable[[], Any]) -> Any:
    """Ask again and again until it is so: the writer is a thread of its own."""
    pause = Event()
    for _ in range(int(PATIENCE * 200)):
        if found := what():
            return found
        pause.wait(0.005)
    raise AssertionError(f"it never came to {what}")


def test_tinydb_itself_opens_the_file_and_finds_every_document(path: Path) -> None:
    with opened(path) as store:
        store.create("a")
        with writing(store) as transaction:
            transaction.put(THING, "1", {"colour": "red", "deep": [{"x": None}]})
            transaction.put(PLAIN, "1", {"n": 1})
    with TinyDB(path) as db:
        assert db.tables() == {"_mockenv", THING, PLAIN}
        rows = db.table(THING).search(where("document").colour == "red")
        assert rows == [{"sandbox": "a", "id": "1", "seq": 1, "document": {"colour": "red", "deep": [{"x": None}]}}]
        assert db.table("_mockenv").all()[0]["format"] == 1


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 3 * ROWS_AT_ONCE])
def test_a_file_that_is_written_in_pieces_is_the_same_file(path: Path, count: int) -> None:
    with opened(path) as store:
        for sandbox in ("a", 'b"\n'):
            store.create(sandbox)
            with writing(store, sandbox) as transaction:
                for number in range(count):
                    transaction.put(PLAIN, str(number), {"n": number})
                transaction.put(THING, "é", {})
                transaction.put("test/gone", "1", {})
            with writing(store, sandbox) as transaction:
                transaction.delete("test/gone", "1")
    with TinyDB(path) as db:
        assert db.tables() == {"_mockenv", THING, "test/gone", *([PLAIN] if count else [])}
        assert [row.doc_id for row in db.table(PLAIN)] == list(range(1, 2 * count + 1))
        assert [row["document"]["n"] for row in db.table(PLAIN)] == 2 * list(range(count))
        assert [(row["sandbox"], row["id"]) for row in db.table(THING)] == [("a", "é"), ('b"\n', "é")]


def test_tinydb_itself_writes_through_the_storage(path: Path) -> None:
    with TinyDB(str(path), storage=AtomicStorage) as db:
        assert db.all() == []
        db.insert_multiple({"n": number} for number in range(2 * ROWS_AT_ONCE))
        db.table("empty").truncate()
    with TinyDB(path) as db:
        assert [one["n"] for one in db] == list(range(2 * ROWS_AT_ONCE))


def test_a_restart_goes_on_where_it_was(path: Path) -> None:
    with opened(path) as store:
        for sandbox in ("a", "b", "gone"):
            store.create(sandbox)
            with writing(store, sandbox) as transaction:
                for id in ("z", "y", "x"):
                    transaction.put(THING, id, {"colour": "red", "of": sandbox})
        with writing(store) as transaction:
            transaction.delete(THING, "y")
            transaction.put(THING, "z", {"colour": "blue", "of": "a"})
        store.drop("gone")
        store.copy("b", "copy")
        before = {name: contents(store, name) for name in store.names()}
    with opened(path) as store:
        assert {name: contents(store, name) for name in store.names()} == before
        with writing(store) as transaction:
            transaction.put(THING, "w", {"colour": "red"})
            assert list(transaction.ids(THING)) == ["z", "x", "w"]
            assert list(transaction.ids(THING, colour="red")) == ["x", "w"]


WHOLE = b'{"_mockenv":{"1":{"format":1}},"test/plain":{"1":{"sandbox":"a","id":"1","seq":1,"document":{}}}}'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not whole JSON"),
        (WHOLE[:-20], "is not whole JSON"),
        (b"\xff\xfe\x00", "is not whole JSON"),
        (b"SQLite format 3\x00", "is not whole JSON"),
        (b"null", "is not a mockenv state file"),
        (b"[]", "is not a mockenv state file"),
        (b"{}", "is not a mockenv state file"),
        (b'{"_default":{"1":{"x":1}}}', "is not a mockenv state file"),
        (b'{"_mockenv":null}', "is not a mockenv state file"),
        (b'{"_mockenv":[1]}', "is not a mockenv state file"),
        (b'{"_mockenv":{"1":7}}', "is not a mockenv state file"),
        (b'{"_mockenv":{"1":{"format":2}}}', "has format 2, this mockenv reads 1"),
        (WHOLE.replace(b'"format":1', b'"format":1,"commits":"7"'), "has a header that mockenv did not write"),
        (WHOLE.replace(b'"format":1', b'"format":1,"state":7'), "has a header that mockenv did not write"),
        (WHOLE.replace(b'"seq":1', b'"seq":"1"'), "has rows that mockenv did not write"),
        (WHOLE.replace(b'"sandbox":"a"', b'"sandbox":5'), "has rows that mockenv did not write"),
        (WHOLE.replace(b'"document":{}', b'"document":null'), "has rows that mockenv did not write"),
        (WHOLE.replace(b'"id":"1",', b""), "has rows that mockenv did not write"),
        (WHOLE.replace(b'{"1":{"sandbox"', b'{"1":7,"2":{"sandbox"'), "has rows that mockenv did not write"),
        (WHOLE.replace(b"}}}}", b"}}},\"x\":[]}"), "has rows that mockenv did not write"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_ours_is_refused_in_one_line_and_left_byte_for_byte(path: Path, content: bytes, problem: str) -> None:
    path.write_bytes(content)
    with pytest.raises(StateFileError) as refused:
        TinyDBStore(KINDS, path)
    assert problem in str(refused.value)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content
    path.unlink()
    with opened(path):
        pass  # nor does a refusal leave the lock behind


def test_a_path_that_cannot_be_read_or_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StateFileError, match="cannot be read"):
        TinyDBStore(KINDS, tmp_path / "folder")
    (tmp_path / "file").touch()
    with pytest.raises(StateFileError, match="its folder cannot be written"):
        TinyDBStore(KINDS, tmp_path / "file" / "state.json")


def test_a_link_leads_to_the_same_file_with_the_same_guard(path: Path) -> None:
    link = path.with_name("link.json")
    link.symlink_to(path)
    with opened(path), pytest.raises(StateFileError, match="in use by another mockenv"):
        TinyDBStore(KINDS, link)
    with opened(link) as store:
        store.create("a")
        transaction = store.begin("a")
        transaction.put("test/thing", "1", {"colour": "red", "tags": []})
        transaction.commit()
    assert link.is_symlink()
    with opened(path) as store:
        assert store.names() == ["a"]


def test_a_second_store_on_one_file_is_refused_here_and_in_another_process(path: Path) -> None:
    code = f"from pathlib import Path; from mockenv.store.tinydb import TinyDBStore; TinyDBStore([], Path({str(path)!r}))"
    with opened(path):
        with pytest.raises(StateFileError, match="in use by another mockenv"):
            TinyDBStore(KINDS, path)
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "in use by another mockenv" in other.stderr
    with opened(path):
        pass


def test_a_commit_reaches_the_file_by_itself(path: Path) -> None:
    with opened(path) as store:
        store.create("a")
        with writing(store) as transaction:
            transaction.put(PLAIN, "1", {"n": 1})
        until(lambda: path.exists() and PLAIN in orjson.loads(path.read_bytes()))


def test_the_file_is_always_the_result_of_the_first_n_commits(path: Path) -> None:
    """Each commit moves one unit from one account to another and counts itself; a reset doubles as a hard case."""
    stop = Event()
    seen: set[int] = {0}

    def write(store: TinyDBStore) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(store) as transaction:
                transaction.put(PLAIN, "left", {"n": -number})
                transaction.put(THING, "right", {"n": number, "colour": str(number)})
            store.copy("a", "b")

    with opened(path, flush_seconds=0.001) as store:
        store.create("a")
        with writing(store) as transaction:
            transaction.put(PLAIN, "left", {"n": 0})
            transaction.put(THING, "right", {"n": 0})
        store.copy("a", "b")
        store.flush()
        writer = Thread(target=write, args=(store,), daemon=True)
        writer.start()
        while len(seen) < 20:
            tables = orjson.loads(path.read_bytes())
            rows: dict[str, list[int]] = {row["sandbox"]: [] for row in tables[PLAIN].values()}
            for table in (PLAIN, THING):
                for row in tables[table].values():
                    rows[row["sandbox"]].append(row["document"]["n"])
            (left, right), (twin_left, twin_right) = rows["a"], rows["b"]
            assert (left + right, twin_left + twin_right) == (0, 0)
            assert right - twin_right in (0, 1)
            assert right >= max(seen)
            seen.add(right)
        stop.set()
        writer.join(PATIENCE)


def test_flushes_beside_the_writer_do_not_spoil_the_file(path: Path) -> None:
    with opened(path, flush_seconds=0) as store:
        store.create("a")

        def flush() -> None:
            for _ in range(50):
                store.flush()

        threads = [Thread(target=flush, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(200):
            with writing(store) as transaction:
                transaction.put(PLAIN, str(number), {})
        for thread in threads:
            thread.join(PATIENCE)
        store.flush()
        assert len(orjson.loads(path.read_bytes())[PLAIN]) == 200


def test_a_file_that_cannot_be_written_is_told_once_and_serving_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    draft = Path(f"{path}.tmp")
    with opened(path) as store, caplog.at_level(logging.ERROR):
        store.create("a")
        store.flush()
        whole = path.read_bytes()
        draft.mkdir()  # stands for a full disk: the draft cannot be written
        for number in range(5):
            with writing(store) as transaction:
                transaction.put(PLAIN, str(number), {})
            with pytest.raises(StateFileError, match="cannot be written"):
                store.flush()
        assert path.read_bytes() == whole
        assert len(contents(store)[PLAIN]) == 5
        assert [record.getMessage().count("\n") for record in caplog.records] == [0]
        assert str(path) in caplog.text
        draft.rmdir()
        until(lambda: path.read_bytes() != whole)
        assert len(orjson.loads(path.read_bytes())[PLAIN]) == 5


def test_what_cannot_become_a_file_is_told_and_the_writer_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(path) as store, caplog.at_level(logging.ERROR):
        store.create("a")
        with writing(store) as transaction:
            transaction.put(PLAIN, "\ud800", {})
        until(lambda: caplog.records)
        with pytest.raises(StateFileError, match="cannot be written"):
            store.flush()
        with writing(store) as transaction:
            transaction.delete(PLAIN, "\ud800")
            transaction.put(PLAIN, "1", {})
        until(lambda: path.exists() and PLAIN in orjson.loads(path.read_bytes()))
        assert [record.getMessage().count("\n") for record in caplog.records] == [0]


def test_a_close_that_cannot_write_says_so_and_lets_go_of_the_file(path: Path) -> None:
    store = TinyDBStore(KINDS, path)
    Path(f"{path}.tmp").mkdir()
    with pytest.raises(StateFileError, match="cannot be written"):
        store.close()
    Path(f"{path}.tmp").rmdir()
    with opened(path):
        pass
