"""All that one store keeps, into another: between a state file and a database; knows nobody who asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from mockenv.errors import DatabaseError, StateFileError
from mockenv.settings import shown_place
from mockenv.store.memory import MemoryStore
from mockenv.store.tinydb import TinyDBStore


class Moved(NamedTuple):
    """What was moved."""

    sandboxes: Sequence[str]
    documents: int


def export(url: str, path: Path, *, force: bool) -> Moved:
    """What a database holds at one moment, as a state file; a server may be at work on it. Raises StateError, CannotStart."""
    from mockenv.store.postgres.store import glance

    if path.exists() and not force:
        raise StateFileError(path, "exists; --force replaces it")
    source = glance(url)
    path.unlink(missing_ok=True)
    with closing(TinyDBStore([], path, now=lambda: source.written_at)) as target:
        return _move(source, target)


def import_(path: Path, url: str, stopwatch: Callable[[], float], *, force: bool) -> Moved:
    """What a state file holds, into a database; neither may be in use. Raises StateError, CannotStart."""
    from mockenv.store.postgres.store import PostgresStore

    if not path.exists():
        raise StateFileError(path, "does not exist")
    with (
        closing(TinyDBStore([], path)) as source,
        closing(PostgresStore([], url, stopwatch, lambda: source.written_at)) as target,
    ):
        if (held := _sandboxes(target)) and not force:
            raise DatabaseError(shown_place(url), f"holds {', '.join(held)}; --force throws that away")
        for name in target.names():
            target.drop(name)
        moved = _move(source, target)
        target.flush()
        return moved


def _move(source: MemoryStore, target: MemoryStore) -> Moved:
    return Moved(_sandboxes(source), sum(target.adopt(name, source) for name in source.names()))


def _sandboxes(store: MemoryStore) -> list[str]:
    """What has a slash is a snapshot."""
    return [name for name in store.names() if "/" not in name]
