"""Both stores against the suite that every store passes, and against a model that cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfile
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockenv.store.base import Kind, Store
from mockenv.store.memory import MemoryStore
from mockenv.store.synced import SyncedStore
from mockenv.store.testing import KINDS, THING, StoreSuite, reading
from mockenv.store.tinydb import TinyDBStore


class TestMemoryStore(StoreSuite):
    def make_store(self, kinds: Iterable[Kind]) -> Store:
        return MemoryStore(kinds)


class TestTinyDBStore(StoreSuite):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "state.json"

    def make_store(self, kinds: Iterable[Kind]) -> Store:
        return TinyDBStore(kinds, self.path)


class TestSyncedStore(TestTinyDBStore):
    def make_store(self, kinds: Iterable[Kind]) -> Store:
        return SyncedStore(kinds, self.path)


ids = st.sampled_from("abcdef")
colours = st.sampled_from(["red", "blue", None, 1, True])
tags = st.lists(st.sampled_from(["x", "y", "z"]), max_size=3)


class Model(RuleBasedStateMachine):
    """Random transactions beside a dict; the indexes must always agree with a walk."""

    def __init__(self) -> None:
        super().__init__()
        self.store = self.make_store()
        self.store.create("a")
        self.kept: dict[str, dict[str, Any]] = {}
        self.draft = dict(self.kept)
        self.transaction = self.store.begin("a")

    def make_store(self) -> Store:
        return MemoryStore(KINDS)

    @rule(id=ids, colour=colours, tags=tags)
    def put(self, id: str, colour: Any, tags: list[str]) -> None:
        self.draft[id] = {"colour": colour, "tags": tags}
        self.transaction.put(THING, id, self.draft[id])

    @rule(id=ids)
    def delete(self, id: str) -> None:
        assert self.transaction.delete(THING, id) == (id in self.draft)
        self.draft.pop(id, None)

    @rule()
    def undo(self) -> None:
        self.transaction.undo()
        self.draft = dict(self.kept)

    @rule(keep=st.booleans())
    def end(self, keep: bool) -> None:
        self._end(keep)
        self.transaction = self.store.begin("a")

    @rule()
    def copy(self) -> None:
        """A copy replaces the sandbox by its twin, between transactions."""
        self._end(keep=True)
        self.store.copy("a", "b")
        self.store.drop("a")
        self.store.copy("b", "a")
        self.transaction = self.store.begin("a")

    def _end(self, keep: bool) -> None:
        if keep:
            self.transaction.commit()
            self.kept = dict(self.draft)
        else:
            self.transaction.rollback()
            self.draft = dict(self.kept)

    @invariant()
    def is_the_model(self) -> None:
        assert {id: self.transaction.get(THING, id) for id in self.transaction.ids(THING)} == self.draft
        assert list(self.transaction.ids(THING)) == list(self.draft)

    @invariant()
    def indexes_agree_with_a_walk(self) -> None:
        for colour in ("red", "blue", None, 1, "none"):
            walked = [id for id, one in self.draft.items() if one["colour"] == colour]
            assert list(self.transaction.ids(THING, colour=colour)) == walked
            assert self.transaction.count(THING, colour=colour) == len(walked)
        for several in (["x"], ["x", "y"], ["z", "z"], []):
            found = [one for one in self.draft.values() if set(several) <= set(one["tags"])]
            assert self.transaction.page(THING, {"tags": several}, 0, 99) == (found, len(found))
            assert self.transaction.page(THING, {"tags": several}, 1, 2, newest_first=True) == (found[::-1][1:3], len(found))

    def teardown(self) -> None:
        self.transaction.rollback()
        self.store.close()


class FileModel(Model):
    """The same on file; what is read back after a restart is what was kept."""

    def make_store(self) -> Store:
        self.path = Path(mkdtemp()) / "state.json"
        return TinyDBStore(KINDS, self.path)

    @precondition(lambda self: self.kept or self.draft)
    @rule()
    def restart(self) -> None:
        self._end(keep=True)
        self.store.close()
        self.store = TinyDBStore(KINDS, self.path)
        if not self.kept:
            self.store.create("a")  # a sandbox without a document leaves nothing on file
        self.transaction = self.store.begin("a")

    def teardown(self) -> None:
        super().teardown()
        store = TinyDBStore(KINDS, self.path)
        if self.kept:
            with reading(store) as transaction:
                assert {id: transaction.get(THING, id) for id in transaction.ids(THING)} == self.kept
        store.close()


class KilledModel(FileModel):
    """Killed after a sync instead of closed: what the log holds is read back as well as what the file holds."""

    def make_store(self) -> Store:
        self.path = Path(mkdtemp()) / "state.json"
        return self._opened(SyncedStore)

    def _opened(self, make: type[TinyDBStore]) -> Store:
        """With a log that holds all that comes until the next flush."""
        store = make(KINDS, self.path, flush_seconds=3600)
        store.flush()
        return store

    @rule()
    def flush(self) -> None:
        self.store.flush()

    @precondition(lambda self: self.kept or self.draft)
    @rule(synced=st.booleans())
    def kill(self, synced: bool) -> None:
        self._end(keep=True)
        if isinstance(self.store, SyncedStore):
            self.store.sync()
        else:
            self.store.flush()
        left, self.path = self.path, Path(mkdtemp()) / "state.json"
        for file in left.parent.glob("*.json*"):
            copyfile(file, self.path.parent / file.name)
        self.store.close()
        self.store = self._opened(SyncedStore if synced else TinyDBStore)
        if not self.kept:
            self.store.create("a")
        self.transaction = self.store.begin("a")


TestMemoryModel = Model.TestCase
TestMemoryModel.settings = settings(max_examples=60, stateful_step_count=30)
TestFileModel = FileModel.TestCase
TestFileModel.settings = settings(max_examples=15, stateful_step_count=20)
TestKilledModel = KilledModel.TestCase
TestKilledModel.settings = settings(max_examples=15, stateful_step_count=20)
