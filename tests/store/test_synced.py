"""The store that loses nothing: what its log holds, what a kill leaves, what is refused, and what it does without room."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import copyfile
from threading import Event, Thread

import orjson
import pytest

from mockenv.errors import StateFileError
from mockenv.store.synced import SyncedStore
from mockenv.store.testing import KINDS, PATIENCE, PLAIN, THING, contents, reading, writing
from mockenv.store.tinydb import TinyDBStore

NEVER = 3600.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@contextmanager
def opened(path: Path, flush_seconds: float = NEVER, make: type[TinyDBStore] = SyncedStore) -> Iterator[TinyDBStore]:
    store = make(KINDS, path, flush_seconds)
    try:
        yield store
    finally:
        store.close()


def log_of(path: Path) -> Path:
    return path.with_name("state.json.log")


numbers = count(1)


def as_killed(path: Path) -> Path:
    """What a kill at this moment leaves, in a folder of its own. The log first: it is the file that runs ahead."""
    folder = path.parent / f"killed-{next(numbers)}"
    folder.mkdir()
    for left in (log_of(path), path):
        copyfile(left, folder / left.name)
    return folder / path.name


def put(store: TinyDBStore, id: str, **document: object) -> None:
    with writing(store) as transaction:
        transaction.put(THING, id, document)


def everything(path: Path, make: type[TinyDBStore] = SyncedStore) -> dict[str, object]:
    """All that a server finds that is started on this."""
    with opened(path, make=make) as store:
        return {name: contents(store, name) for name in store.names()}


def begin(path: Path) -> Path:
    """A file with one thing and, in the log only, three more; as a kill leaves it."""
    with opened(path) as store:
        store.create("a")
        put(store, "0")
        store.flush()
        for id in ("1", "2", "3"):
            put(store, id)
            store.sync()
        return as_killed(path)


def test_what_was_synced_is_there_after_a_kill_and_what_was_not_may_be_missing(path: Path) -> None:
    with opened(path) as store:
        store.create("a")
        put(store, "1", colour="red")
        store.sync()
        put(store, "2", colour="red")
        assert not store.is_synced()
        assert everything(as_killed(path)) == {"a": {THING: {"1": {"colour": "red"}}}}
        store.sync()
        assert list(everything(as_killed(path))["a"][THING]) == ["1", "2"]  # type: ignore[index]


@pytest.mark.parametrize("make", [SyncedStore, TinyDBStore])
def test_drops_copies_deletes_and_replacements_are_redone_as_they_were_done(path: Path, make: type[TinyDBStore]) -> None:
    with opened(path) as store:
        for name in ("a", "b", "gone"):
            store.create(name)
            with writing(store, name) as transaction:
                for id in ("z", "y", "x"):
                    transaction.put(THING, id, {"colour": "red", "tags": [name]})
        store.flush()
        with writing(store) as transaction:
            transaction.delete(THING, "y")
            transaction.delete(THING, "z")
            transaction.put(THING, "z", {"colour": "blue", "deep": [None, 1.5, "é\n"]})
            transaction.put(PLAIN, "brief", {})
            transaction.delete(PLAIN, "brief")
        store.drop("gone")
        store.copy("a", "b")
        store.copy("b", "new")
        store.create("gone")
        with writing(store, "gone") as transaction:
            transaction.put(PLAIN, "back", {})
        store.sync()
        before = {name: contents(store, name) for name in store.names()}
        killed = as_killed(path)
    for _ in range(2):  # the second time out of the file
        with opened(killed, make=make) as store:
            assert {name: contents(store, name) for name in store.names()} == before
            with reading(store) as transaction:
                assert list(transaction.ids(THING)) == ["x", "z"]
                assert list(transaction.ids(THING, colour="blue")) == ["z"]


@pytest.mark.parametrize("make", [SyncedStore, TinyDBStore])
def test_a_sandbox_whose_last_document_is_deleted_leaves_no_more_in_the_log_than_in_the_file(
    path: Path, make: type[TinyDBStore]
) -> None:
    with opened(path) as store:
        store.flush()
        store.create("a")
        put(store, "x")
        with writing(store) as transaction:
            transaction.delete(THING, "x")
        store.sync()
        with opened(as_killed(path), make=make) as again:
            assert list(again.names()) == []


def test_the_log_is_short_and_gone_after_a_clean_end(path: Path) -> None:
    with opened(path) as store:
        store.create("a")
        for number in range(50):
            put(store, str(number))
        store.sync()  # the first writes the file: there is no log yet
        for number in range(50):
            put(store, str(number))
        store.sync()
        assert log_of(path).read_bytes().count(b"\n") == 2  # one line for all fifty, and the header
        store.sync()
        assert log_of(path).read_bytes().count(b"\n") == 2
        store.flush()
        assert log_of(path).read_bytes().count(b"\n") == 1
    assert sorted(one.name for one in path.parent.iterdir()) == ["state.json", "state.json.lock"]


def test_a_log_that_was_left_is_redone_whatever_the_flag_and_then_gone(path: Path) -> None:
    killed = begin(path)
    with opened(killed, make=TinyDBStore) as store:
        assert list(contents(store)[THING]) == ["0", "1", "2", "3"]
        assert log_of(killed).exists()  # until the file holds it
        again = as_killed(killed)
        store.flush()
        assert not log_of(killed).exists()
    assert list(everything(killed)["a"][THING]) == ["0", "1", "2", "3"]  # type: ignore[index]
    assert list(everything(again)["a"][THING]) == ["0", "1", "2", "3"]  # type: ignore[index]


def test_a_file_that_is_ahead_of_its_log_is_not_taken_back(path: Path) -> None:
    killed = begin(path)
    old = log_of(killed).read_bytes()
    with opened(killed) as store:
        put(store, "1", colour="new")
        put(store, "4")
    log_of(killed).write_bytes(old)  # as a kill leaves it between the two replacements
    found = everything(killed)["a"]
    assert found == {THING: {"0": {}, "1": {"colour": "new"}, "2": {}, "3": {}, "4": {}}}


def test_a_last_line_that_is_torn_anywhere_is_the_end(path: Path) -> None:
    killed = begin(path)
    whole = log_of(killed).read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    holes = [whole[:last] + b"\0" * (len(whole) - last), whole[: last + 9] + b"\0" * (len(whole) - last - 10) + b"\n"]
    for torn in [*(whole[:end] for end in range(last, len(whole))), *holes]:
        log_of(killed).write_bytes(torn)
        with opened(as_killed(killed)) as store:
            assert list(contents(store)[THING]) == ["0", "1", "2"]
            put(store, "new")
            store.sync()
            assert list(everything(as_killed(store.path))["a"][THING]) == ["0", "1", "2", "new"]  # type: ignore[index]


def refused(path: Path) -> str:
    left = {one: one.read_bytes() for one in (path, log_of(path)) if one.exists()}
    with pytest.raises(StateFileError) as found:
        SyncedStore(KINDS, path)
    with pytest.raises(StateFileError):
        TinyDBStore(KINDS, path)
    assert {one: one.read_bytes() for one in left} == left
    assert "\n" not in str(found.value)
    return str(found.value)


Change = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda log: b"", "is not the log of a mockenv state file"),
        (lambda log: b"\n", "is not the log of a mockenv state file"),
        (lambda log: b"SQLite format 3\x00\n", "is not the log of a mockenv state file"),
        (lambda log: b"[]\n", "is not the log of a mockenv state file"),
        (lambda log: b"\xff" + log, "is not the log of a mockenv state file"),
        (lambda log: log.replace(b'"format":1', b'"format":2'), "has format 2, this mockenv reads 1"),
        (lambda log: log.replace(b'"state":"', b'"state":"0'), "belongs to another state file"),
        (lambda log: log.replace(b'"after":1', b'"after":2'), "begins after commit 2, but the state file ends at 1"),
        (lambda log: cut(log, 1), "lacks commits before line 2"),
        (lambda log: cut(log, 2), "lacks commits before line 3"),
        (lambda log: log.replace(b'"commits":[[2', b'"commits":[{2'), "is damaged in line 2"),
        (lambda log: log.replace(b'"commits":[[3', b'"commits":[["3"'), "is damaged in line 3"),
        (lambda log: log.replace(b'[[3,"a"', b"[[3,5"), "is damaged in line 3"),
        (lambda log: log.replace(b'"test/thing","2",3', b'"test/thing","2","3"'), "is damaged in line 3"),
        (lambda log: log.replace(b'"test/thing","2",3', b'"test/thing","2"'), "is damaged in line 3"),
        (lambda log: log.replace(b'"at":0', b'"at":[]'), "is damaged in line 2"),
    ],
)  # fmt: skip
def test_a_log_that_is_not_this_files_or_damaged_is_refused_in_one_line_and_left(path: Path, change: Change, problem: str) -> None:
    killed = begin(path)
    whole = log_of(killed).read_bytes()
    log_of(killed).write_bytes(change(whole))
    text = refused(killed)
    assert problem in text
    assert str(log_of(killed)) in text
    log_of(killed).write_bytes(whole)
    assert list(everything(killed)["a"][THING]) == ["0", "1", "2", "3"]  # type: ignore[index]  # nor is a lock left behind


def cut(log: bytes, line: int) -> bytes:
    lines = log.splitlines(keepends=True)
    return b"".join(lines[:line] + lines[line + 1 :])


def test_a_log_without_its_state_file_is_refused(path: Path) -> None:
    killed = begin(path)
    killed.unlink()
    assert "belongs to another state file; move it away, or bring its own back" in refused(killed)


def test_an_older_copy_of_the_file_is_not_mixed_with_a_newer_log(path: Path) -> None:
    old = as_killed_file(path)
    copyfile(old, path)
    killed = begin(path)
    copyfile(old, killed)
    assert "that is an older one" in refused(killed)


def as_killed_file(path: Path) -> Path:
    with opened(path) as store:
        store.create("a")
        store.flush()
    old = path.with_name("old.json")
    path.rename(old)
    return old


def test_a_kill_at_any_moment_leaves_all_that_was_synced_in_its_order(path: Path) -> None:
    """Writers of two sandboxes move and count; whatever file and log say together is one moment, and not before the last sync."""
    stop, synced = Event(), {"a": 0, "b": 0}

    def work(store: TinyDBStore, name: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with writing(store, name) as transaction:
                transaction.put(PLAIN, "left", {"n": -number})
                transaction.put(THING, "right", {"n": number})
            store.sync()
            synced[name] = number

    with opened(path, flush_seconds=0.001) as store:
        for name in synced:
            store.create(name)
        store.sync()
        workers = [Thread(target=work, args=(store, name), daemon=True) for name in synced]
        for worker in workers:
            worker.start()
        for _ in range(40):
            before = dict(synced)
            with opened(as_killed(path)) as killed:
                for name, number in before.items():
                    found = contents(killed, name) if number else {PLAIN: {"left": {"n": 0}}, THING: {"right": {"n": 0}}}
                    left, right = found[PLAIN]["left"], found[THING]["right"]
                    assert left is not None
                    assert right is not None
                    assert (left["n"] + right["n"], right["n"] >= number) == (0, True)
        stop.set()
        for worker in workers:
            worker.join(PATIENCE)
        assert min(synced.values()) > 0


def test_without_room_for_a_log_every_sync_writes_the_file_and_it_is_told_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    draft = path.with_name("state.json.log.tmp")
    with caplog.at_level(logging.ERROR), opened(path) as store:
        draft.mkdir()  # stands for a full disk
        store.create("a")
        for id in ("1", "2", "3"):
            put(store, id)
            store.sync()
            assert store.is_synced()
            assert list(orjson.loads(path.read_bytes())[THING]) == [str(number) for number in range(1, int(id) + 1)]
        assert [record.getMessage().count("\n") for record in caplog.records] == [0]
        assert str(log_of(path)) in caplog.text
        draft.rmdir()
        put(store, "4")
        store.sync()
        put(store, "5")
        store.sync()
        assert len(log_of(path).read_bytes().splitlines()) == 2


def test_without_room_for_anything_a_sync_fails_and_succeeds_again_once_there_is(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    drafts = [path.with_name("state.json.tmp"), path.with_name("state.json.log.tmp")]
    with caplog.at_level(logging.ERROR), opened(path) as store:
        for draft in drafts:
            draft.mkdir()
        store.create("a")
        for id in ("1", "2"):
            put(store, id)
            with pytest.raises(StateFileError, match="cannot be written"):
                store.sync()
            assert not store.is_synced()
        assert [record.getMessage().count("\n") for record in caplog.records] == [0]
        for draft in drafts:
            draft.rmdir()
        store.sync()
        assert store.is_synced()
        assert list(everything(as_killed(path))["a"][THING]) == ["1", "2"]  # type: ignore[index]


def test_a_close_that_cannot_write_keeps_the_log(path: Path) -> None:
    store = SyncedStore(KINDS, path, NEVER)
    store.create("a")
    store.flush()
    put(store, "1")
    store.sync()
    path.with_name("state.json.tmp").mkdir()
    with pytest.raises(StateFileError, match="cannot be written"):
        store.close()
    path.with_name("state.json.tmp").rmdir()
    assert everything(path) == {"a": {THING: {"1": {}}}}
