"""The store on file: memory in front, TinyDB's file format behind, written by a thread; knows no provider."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import IO, Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage

from mockenv import __version__
from mockenv.errors import StateFileError
from mockenv.store.base import Kind
from mockenv.store.memory import Change, MemoryStore
from mockenv.store.table import Row, at_rest

FORMAT = 1
HEADER = "_mockenv"
FLUSH_SECONDS = 0.5

log = logging.getLogger("mockenv.state")


class AtomicStorage(Storage):
    """TinyDB's own JSON layout, but a file is only ever replaced whole: a reader sees the old one or the new one."""

    def __init__(self, path: str) -> None:
        self._path, self._draft = Path(path), Path(f"{path}.tmp")

    def read(self) -> dict[str, dict[str, Any]] | None:
        if not self._path.exists():
            return None
        content: dict[str, dict[str, Any]] = orjson.loads(self._path.read_bytes())
        return content

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        try:
            with self._draft.open("wb") as file:
                file.write(orjson.dumps(data))
                file.flush()
                os.fsync(file.fileno())
            self._draft.replace(self._path)
        except OSError:
            with suppress(OSError):
                self._draft.unlink()
            raise


class Mirror:
    """What the file holds, as TinyDB lays it out; each document stays the bytes it was committed as."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {HEADER: {"1": {"format": FORMAT, "mockenv": __version__}}}
        self._places: dict[str, dict[tuple[str, str], str]] = {}
        self._next = 1

    def apply(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        """One commit."""
        if emptied:
            for (kind, _), place in self._places.pop(sandbox, {}).items():
                del self.tables[kind][place]
        places = self._places.setdefault(sandbox, {})
        for kind, id, row in changes:
            if row is None:
                place = places.pop((kind, id), "")
                if place:
                    del self.tables[kind][place]
                continue
            place = places.get((kind, id)) or self._new_place(places, kind, id)
            self.tables.setdefault(kind, {})[place] = _as_written(sandbox, id, row)

    def _new_place(self, places: dict[tuple[str, str], str], kind: str, id: str) -> str:
        place = places[kind, id] = str(self._next)
        self._next += 1
        return place


class TinyDBStore(MemoryStore):
    """Memory, plus a file that follows it.

    A commit is in the file within about `FLUSH_SECONDS` (`kill -9` loses at most that), and the file is always the
    result of the first n commits: batches are cut between commits, and the file is replaced whole.
    """

    def __init__(self, kinds: Iterable[Kind], path: Path, flush_seconds: float = FLUSH_SECONDS) -> None:
        super().__init__(kinds)
        self.path = path
        self._flush_seconds = flush_seconds
        self._lockfile = _take(path)
        self._mirror = Mirror()
        self._db: TinyDB | None = None
        try:
            self._db = self._load()
        except BaseException:
            self._lockfile.close()
            raise
        self._pending: list[tuple[str, Sequence[Change], bool]] = []
        self._dirty = not path.exists()
        self._problem: OSError | None = None
        self._closing = False
        self._signal = Condition()
        self._writing = Lock()
        self._thread = Thread(target=self._write_behind, name="mockenv-state", daemon=True)
        self._thread.start()

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        with self._signal:
            self._pending.append((sandbox, changes, emptied))

    def flush(self) -> None:
        self._write()
        if self._problem:
            raise StateFileError(self.path, f"cannot be written ({self._problem.strerror})")

    def close(self) -> None:
        with self._signal:
            self._closing = True
            self._signal.notify_all()
        self._thread.join()
        try:
            self.flush()
        finally:
            self._lockfile.close()
            super().close()

    def _load(self) -> TinyDB:
        try:
            db = TinyDB(str(self.path), storage=AtomicStorage)
            content = db.storage.read() if self.path.exists() else None
        except (orjson.JSONDecodeError, UnicodeDecodeError):
            raise StateFileError(self.path, "is not whole JSON (truncated, or another program's)") from None
        except OSError as error:
            raise StateFileError(self.path, f"cannot be read ({error.strerror})") from None
        if self.path.exists():
            self._check(content)
            self._fill(content)
        return db

    def _check(self, content: Any) -> None:
        try:
            format = content[HEADER]["1"]["format"]
        except (KeyError, TypeError, IndexError):
            raise StateFileError(self.path, "is not a mockenv state file") from None
        if format != FORMAT:
            raise StateFileError(self.path, f"has format {format!r}, this mockenv reads {FORMAT}")

    def _fill(self, content: Any) -> None:
        try:
            rows = [(kind, row) for kind, table in content.items() if kind != HEADER for row in table.values()]
            for kind, row in sorted(rows, key=lambda pair: pair[1]["seq"]):
                sandbox, id, seq, document = _as_read(row)
                self.load(sandbox, kind, id, seq, document)
                self._mirror.apply(sandbox, [(kind, id, Row(seq, at_rest(document), ()))])
        except (KeyError, TypeError, AttributeError):
            raise StateFileError(self.path, "has rows that mockenv did not write") from None

    def _write_behind(self) -> None:
        while not self._closing:
            with self._signal:
                self._signal.wait_for(lambda: self._closing, timeout=self._flush_seconds)
            self._write()

    def _write(self) -> None:
        with self._writing:  # `flush` writes, too, and there is one draft
            self._write_pending()

    def _write_pending(self) -> None:
        with self._signal:
            batch, self._pending = self._pending, []
        for sandbox, changes, emptied in batch:
            self._mirror.apply(sandbox, changes, emptied=emptied)
        self._dirty = self._dirty or bool(batch)
        if not self._dirty or self._db is None:
            return
        try:
            self._db.storage.write(self._mirror.tables)
            self._dirty, self._problem = False, None
        except OSError as error:
            if not self._problem:
                log.error(
                    "state file %s cannot be written (%s); the last whole one stays, and it will be tried again",
                    self.path,
                    error.strerror,
                )
            self._problem = error


def _as_read(row: Any) -> tuple[str, str, int, dict[str, Any]]:
    sandbox, id, seq, document = row["sandbox"], row["id"], row["seq"], row["document"]
    if (type(sandbox), type(id), type(seq), type(document)) != (str, str, int, dict):
        raise TypeError
    return sandbox, id, seq, document


def _as_written(sandbox: str, id: str, row: Row) -> orjson.Fragment:
    return orjson.Fragment(at_rest({"sandbox": sandbox, "id": id, "seq": row.seq, "document": orjson.Fragment(row.raw)}))


def _take(path: Path) -> IO[bytes]:
    """Hold `path` for this process: a second server on one file is refused."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lockfile = path.with_name(f"{path.name}.lock").open("ab")
    except OSError as error:
        raise StateFileError(path, f"its folder cannot be written ({error.strerror})") from None
    try:
        import fcntl
    except ImportError:
        return lockfile  # Windows: nothing guards the file there
    try:
        fcntl.flock(lockfile, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lockfile.close()
        raise StateFileError(path, "is in use by another mockenv") from None
    return lockfile
