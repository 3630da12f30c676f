"""The suite that every store passes: inherit `StoreSuite`, override `make_store`, let pytest collect it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any

import orjson
import pytest

from mockenv.store.base import Document, Kind, Store, Transaction, by, by_each

THING, PLAIN = "test/thing", "test/plain"
KINDS = (Kind(THING, {"colour": by("colour"), "tags": by_each("tags")}), Kind(PLAIN))
PATIENCE = 10.0
"""Seconds until a thread that does not come back counts as stuck."""


@contextmanager
def writing(store: Store, sandbox: str = "a") -> Iterator[Transaction]:
    """One transaction, kept at the end, forgotten when an exception passes."""
    transaction = store.begin(sandbox)
    try:
        yield transaction
    except BaseException:
        transaction.rollback()
        raise
    transaction.commit()


@contextmanager
def reading(store: Store, sandbox: str = "a") -> Iterator[Transaction]:
    """One transaction that changes nothing."""
    transaction = store.begin(sandbox)
    try:
        yield transaction
    finally:
        transaction.rollback()


def contents(store: Store, sandbox: str = "a") -> dict[str, dict[str, Document | None]]:
    """Everything in a sandbox: kind → id → document, each kind in its order."""
    with reading(store, sandbox) as transaction:
        return {kind: {id: transaction.get(kind, id) for id in transaction.ids(kind)} for kind in transaction.kinds()}


def run_threads(*targets: Callable[[], object]) -> None:
    """Run all at once, taking turns as often as can be; fails when one fails or is stuck."""
    errors: list[BaseException] = []
    start = Barrier(len(targets))

    def guarded(target: Callable[[], object]) -> None:
        try:
            start.wait(PATIENCE)
            target()
        except BaseException as error:  # noqa: BLE001  # told below, in the test's own thread
            errors.append(error)

    threads = [Thread(target=guarded, args=(target,), daemon=True) for target in targets]
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        sys.setswitchinterval(pause)
    assert not errors, errors
    assert not any(thread.is_alive() for thread in threads), "a thread is stuck"


class StoreSuite:
    """The duties of `mockenv.store.base`, as tests."""

    def make_store(self, kinds: Iterable[Kind]) -> Store:
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = self.make_store(KINDS)
        store.create("a")
        yield store
        store.close()

    # What is mine and what is the store's

    def test_what_was_handed_in_may_be_changed_without_changing_what_is_kept(self, store: Store) -> None:
        document: Document = {"colour": "red", "tags": ["x"], "deep": {"list": [1]}}
        with writing(store) as transaction:
            transaction.put(THING, "1", document)
            document["colour"] = "blue"
            document["deep"]["list"].append(2)
        assert contents(store) == {THING: {"1": {"colour": "red", "tags": ["x"], "deep": {"list": [1]}}}}

    def test_what_was_handed_out_is_the_callers_own(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(THING, "1", {"colour": "red", "deep": []})
            for document in (transaction.get(THING, "1"), transaction.page(THING, {}, 0, 1)[0][0]):
                assert document is not None
                document["deep"].append(1)
                document["colour"] = "blue"
            assert transaction.get(THING, "1") == {"colour": "red", "deep": []}
            assert transaction.ids(THING, colour="red") == ["1"]

    def test_the_ids_handed_out_are_the_callers_own(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(PLAIN, "1", {})
            before = transaction.ids(PLAIN)
            transaction.put(PLAIN, "2", {})
            assert list(before) == ["1"]

    @pytest.mark.parametrize(
        "document",
        [{"x": object()}, {"x": {1}}, {1: "x"}, {"x": 1 << 70}, {"x": "\ud800"}, {"x": b""}, {"colour": ["not hashable"]}],
        ids=["object", "set", "number as key", "huge number", "lone surrogate", "bytes", "list under an index"],
    )
    def test_what_cannot_be_kept_is_refused_and_leaves_nothing(self, store: Store, document: Any) -> None:
        with writing(store) as transaction:
            transaction.put(THING, "old", {"colour": "red"})
            for id in ("new", "old"):
                with pytest.raises(TypeError):
                    transaction.put(THING, id, document)
        assert contents(store) == {THING: {"old": {"colour": "red"}}}
        with reading(store) as transaction:
            assert (transaction.count(THING), list(transaction.ids(THING, colour="red"))) == (1, ["old"])

    # All or nothing

    def test_a_rollback_leaves_no_trace(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(THING, "1", {"colour": "red", "tags": ["x", "y"]})
            transaction.put(THING, "2", {"colour": "red", "tags": ["y"]})
        before = contents(store)
        transaction = store.begin("a")
        transaction.put(THING, "1", {"colour": "blue", "tags": []})
        transaction.delete(THING, "2")
        transaction.put(THING, "2", {"colour": "green", "tags": ["z"]})
        transaction.put(THING, "3", {"colour": "red"})
        transaction.delete(THING, "3")
        transaction.put(PLAIN, "4", {})
        transaction.rollback()
        assert contents(store) == before
        with reading(store) as transaction:
            assert list(transaction.ids(THING, colour="red")) == ["1", "2"]
            assert list(transaction.ids(THING, tags="y")) == ["1", "2"]
            assert [transaction.count(THING, colour=colour) for colour in ("blue", "green")] == [0, 0]
            assert list(transaction.kinds()) == [THING]

    def test_undo_forgets_and_goes_on(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(PLAIN, "1", {})
            transaction.undo()
            assert transaction.get(PLAIN, "1") is None
            transaction.put(PLAIN, "2", {})
        assert contents(store) == {PLAIN: {"2": {}}}

    def test_a_transaction_finds_what_it_has_put_itself(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(THING, "1", {"colour": "red"})
            assert list(transaction.ids(THING, colour="red")) == ["1"]
            transaction.put(THING, "1", {"colour": "blue"})
            assert (transaction.count(THING, colour="red"), transaction.count(THING, colour="blue")) == (0, 1)
            transaction.delete(THING, "1")
            assert (transaction.count(THING), transaction.page(THING, {"colour": ["blue"]}, 0, 9)) == (0, ([], 0))

    def test_a_commit_names_what_was_touched_once_each(self, store: Store) -> None:
        transaction = store.begin("a")
        transaction.put(PLAIN, "1", {})
        transaction.put(THING, "1", {})
        transaction.put(PLAIN, "1", {"x": 1})
        transaction.delete(THING, "none")
        assert sorted(transaction.commit()) == [(PLAIN, "1"), (THING, "1")]

    def test_a_transaction_that_has_ended_takes_no_more(self, store: Store) -> None:
        for end in ("commit", "rollback"):
            transaction = store.begin("a")
            getattr(transaction, end)()
            with pytest.raises(Exception):  # noqa: B017, PT011  # which one is the store's affair
                transaction.put(PLAIN, "late", {})
        assert contents(store) == {}

    def test_delete_says_whether_something_was_there(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.put(PLAIN, "1", {})
            assert [transaction.delete(PLAIN, "1"), transaction.delete(PLAIN, "1")] == [True, False]
            assert transaction.get(PLAIN, "1") is None

    # Order

    def test_documents_are_numbered_and_no_number_comes_back(self, store: Store) -> None:
        with writing(store) as transaction:
            for id in ("b", "a", "c"):
                transaction.put(THING, id, {})
            transaction.put(THING, "b", {"colour": "red"})
            assert (transaction.number(THING), list(transaction.ids_after(THING, 1))) == (3, ["a", "c"])
            transaction.delete(THING, "c")
            transaction.put(THING, "c", {})
            assert (transaction.number(THING), list(transaction.ids_after(THING, 3))) == (4, ["c"])
            transaction.reserve(PLAIN, 5)
            transaction.put(PLAIN, "x", {})
            assert (transaction.number(PLAIN), list(transaction.ids_after(PLAIN, 5))) == (6, ["x"])
            assert (transaction.number("test/none"), list(transaction.ids_after("test/none", 0))) == (0, [])

    def test_what_may_be_put_late_is_found_like_all_else(self, store: Store) -> None:
        def put(transaction: Transaction) -> None:
            for id in ("1", "2"):
                transaction.put(THING, id, {"colour": "red"})
            transaction.put(PLAIN, "p", {})

        with writing(store) as transaction:
            transaction.fill({THING: 2, PLAIN: 1}, put)
            assert list(transaction.ids_after(THING, 2)) == []
        with writing(store) as transaction:
            transaction.put(THING, "3", {"colour": "red"})
            assert list(transaction.ids(THING, colour="red")) == ["1", "2", "3"]
            assert (list(transaction.ids_after(THING, 2)), transaction.get(PLAIN, "p")) == (["3"], {})
        store.copy("a", "b")
        assert contents(store, "b") == contents(store)

    def test_what_may_be_put_late_goes_with_its_transaction(self, store: Store) -> None:
        for looks in (False, True):
            transaction = store.begin("a")
            transaction.fill({PLAIN: 1}, lambda late: late.put(PLAIN, "p", {}))
            assert not looks or transaction.get(PLAIN, "p") == {}
            transaction.rollback()
            assert contents(store) == {}

    def test_a_copy_of_what_nobody_has_looked_for_has_it_too(self, store: Store) -> None:
        with writing(store) as transaction:
            transaction.fill({PLAIN: 1}, lambda late: late.put(PLAIN, "p", {}))
        store.copy("a", "b")
        with writing(store) as transaction:
            transaction.delete(PLAIN, "p")
        assert (contents(store), contents(store, "b")) == ({}, {PLAIN: {"p": {}}})

    def test_order_is_that_of_the_first_put_whatever_is_replaced(self, store: Store) -> None:
        with writing(store) as transaction:
            for id in ("b", "c", "a"):
                transaction.put(THING, id, {"colour": "red"})
        with writing(store) as transaction:
            transaction.put(THING, "b", {"colour": "blue"})
            transaction.put(THING, "b", {"colour": "red"})
            assert list(transaction.ids(THING)) == list(transaction.ids(THING, colour="red")) == ["b", "c", "a"]
            transaction.delete(THING, "b")
            transaction.put(THING, "b", {"colour": "red"})
        with reading(store) as transaction:
            assert list(transaction.ids(THING)) == list(transaction.ids(THING, colour="red")) == ["c", "a", "b"]

    # Finding

    def test_several_values_of_an_index_must_all_match(self, store: Store) -> None:
        with writing(store) as transaction:
            for id, tags in (("1", ["x", "y"]), ("2", ["y"]), ("3", ["y", "x", "x"]), ("4", []), ("5", None)):
                transaction.put(THING, id, {"colour": "red" if id == "3" else None, "tags": tags})
            assert [one["tags"] for one in transaction.page(THING, {"tags": ["x", "y"]}, 0, 9)[0]] == [["x", "y"], ["y", "x", "x"]]
            assert transaction.page(THING, {"tags": ["x"], "colour": ["red"]}, 0, 9)[1] == 1
            assert transaction.page(THING, {"tags": []}, 0, 9)[1] == 5
            assert list(transaction.ids(THING, colour=None)) == ["1", "2", "4", "5"]
            assert transaction.count(THING, tags="nowhere") == 0

    def test_pages_in_both_directions_meet_without_gap_or_overlap(self, store: Store) -> None:
        with writing(store) as transaction:
            for number in range(7):
                transaction.put(PLAIN, str(number), {"number": number})

            def numbers(offset: int, limit: int, newest_first: bool) -> list[int]:
                found, total = transaction.page(PLAIN, {}, offset, limit, newest_first=newest_first)
                stored, count = transaction.page_as_stored(PLAIN, {}, offset, limit, newest_first=newest_first)
                assert (total, count, orjson.loads(orjson.dumps(stored))) == (7, 7, found)
                return [one["number"] for one in found]

            for newest_first in (False, True):
                walk = [number for offset in range(0, 12, 3) for number in numbers(offset, 3, newest_first)]
                assert walk == sorted(range(7), reverse=newest_first)
            assert (numbers(7, 3, True), numbers(99, 3, False), numbers(99, 3, True), numbers(0, 0, True)) == ([], [], [], [])

    def test_an_index_keeps_its_order_however_long_it_gets_and_whatever_leaves_it(self, store: Store) -> None:
        count = 5_000
        with writing(store) as transaction:
            for number in range(count):
                transaction.put(THING, str(number), {"colour": "red", "tags": [], "number": number})
        with writing(store) as transaction:
            for number in range(0, count, 3):
                transaction.put(THING, str(number), {"colour": "blue", "tags": [], "number": number})
            for number in range(1, count, 3):
                transaction.delete(THING, str(number))
            transaction.put(THING, "3", {"colour": "red", "tags": [], "number": 3})
        store.copy("a", "b")
        for sandbox in ("a", "b"):
            with reading(store, sandbox) as transaction:
                red, blue = transaction.ids(THING, colour="red"), transaction.ids(THING, colour="blue")
                assert list(red) == ["2", "3", *map(str, range(5, count, 3))]
                assert list(blue) == [str(number) for number in range(0, count, 3) if number != 3]
                assert sorted([*red, *blue], key=int) == list(transaction.ids(THING))
                last, total = transaction.page(THING, {"colour": ["red"]}, 0, 2, newest_first=True)
                assert ([one["number"] for one in last], total) == ([4_998 - 1, 4_998 - 4], len(red))
        transaction = store.begin("a")
        for number in range(2, count, 3):
            transaction.put(THING, str(number), {"colour": "blue", "tags": [], "number": number})
        transaction.rollback()
        with reading(store) as transaction:
            assert (list(transaction.ids(THING, colour="red")), transaction.count(THING, colour="green")) == (list(red), 0)

    # Sandboxes

    def test_a_name_is_taken_once_and_free_again_after_the_drop(self, store: Store) -> None:
        with pytest.raises(KeyError):
            store.create("a")
        with writing(store) as transaction:
            transaction.put(PLAIN, "1", {})
        store.drop("a")
        for call in (store.drop, store.begin):
            with pytest.raises(KeyError):
                call("a")
        store.create("a")
        assert (list(store.names()), contents(store)) == (["a"], {})

    def test_sandboxes_share_nothing(self, store: Store) -> None:
        store.create("b")
        with writing(store, "a") as transaction:
            transaction.put(THING, "1", {"colour": "red"})
        with writing(store, "b") as transaction:
            assert transaction.get(THING, "1") is None
            transaction.put(THING, "1", {"colour": "blue"})
        store.drop("b")
        assert contents(store) == {THING: {"1": {"colour": "red"}}}

    def test_a_copy_is_equal_and_independent(self, store: Store) -> None:
        store.create("full")
        with writing(store, "a") as transaction:
            for id in ("2", "1"):
                transaction.put(THING, id, {"colour": "red", "tags": ["x"]})
        with writing(store, "full") as transaction:
            transaction.put(PLAIN, "old", {})
        for target in ("new", "full"):
            store.copy("a", target)
            assert contents(store, target) == contents(store, "a")
            with writing(store, target) as transaction:
                transaction.put(THING, "3", {"colour": "red"})
                transaction.delete(THING, "1")
                assert list(transaction.ids(THING, colour="red")) == ["2", "3"]
        assert list(contents(store, "a")[THING]) == ["2", "1"]
        store.copy("a", "a")
        assert list(contents(store, "a")[THING]) == ["2", "1"]
        with pytest.raises(KeyError):
            store.copy("nobody", "new")

    # Safety

    def test_after_a_sync_there_is_nothing_to_sync(self, store: Store) -> None:
        for number in range(3):
            with writing(store) as transaction:
                transaction.put(PLAIN, str(number), {})
            store.sync()
            assert store.is_synced()
        store.copy("a", "b")
        store.sync()
        store.drop("b")
        store.sync()
        assert store.is_synced()

    # Threads

    def test_threads_that_sync_what_they_wrote_do_not_hinder_each_other(self, store: Store) -> None:
        def work(name: str) -> None:
            store.create(name)
            for number in range(20):
                with writing(store, name) as transaction:
                    transaction.put(PLAIN, str(number), {})
                store.sync()

        run_threads(*[lambda name=name: work(name) for name in ("t1", "t2", "t3", "t4")], store.flush)
        assert store.is_synced()
        assert all(len(contents(store, name)[PLAIN]) == 20 for name in ("t1", "t2", "t3", "t4"))

    def test_a_second_transaction_in_one_thread_is_refused_not_deadlocked(self, store: Store) -> None:
        with writing(store) as transaction:
            with pytest.raises(RuntimeError):
                store.begin("a")
            transaction.put(PLAIN, "1", {})
        assert contents(store) == {PLAIN: {"1": {}}}

    def test_eight_threads_lose_no_increment(self, store: Store) -> None:
        def increment() -> None:
            for _ in range(100):
                with writing(store) as transaction:
                    count = (transaction.get(PLAIN, "count") or {"n": 0})["n"]
                    transaction.put(PLAIN, "count", {"n": count + 1})

        run_threads(*[increment] * 8)
        assert contents(store) == {PLAIN: {"count": {"n": 800}}}

    def test_a_writer_waits_for_its_own_sandbox_only(self, store: Store) -> None:
        store.create("b")
        done = Event()

        def write() -> None:
            with writing(store, "a") as transaction:
                transaction.put(PLAIN, "2", {})
            done.set()

        with writing(store, "a") as transaction:
            thread = Thread(target=write, daemon=True)
            thread.start()
            with writing(store, "b") as other:
                other.put(PLAIN, "1", {})
            assert not done.is_set()
            transaction.put(PLAIN, "1", {})
        assert done.wait(PATIENCE)
        thread.join(PATIENCE)
        assert list(contents(store)[PLAIN]) == ["1", "2"]

    def test_copies_in_both_directions_do_not_wait_for_each_other(self, store: Store) -> None:
        store.create("b")
        run_threads(*[lambda: [store.copy("a", "b") for _ in range(200)], lambda: [store.copy("b", "a") for _ in range(200)]] * 2)
