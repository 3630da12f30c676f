"""The store on file: memory in front, TinyDB's file format behind, written by a thread; knows no provider."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Condition, Lock, Thread
from typing import Any

import orjson
from tinydb import TinyDB

from mockenv.errors import StateFileError
from mockenv.store.base import Kind
from mockenv.store.commitlog import log_of, read_log
from mockenv.store.memory import Change, MemoryStore
from mockenv.store.mirror import Commit, Mirror
from mockenv.store.storage import AtomicStorage
from mockenv.store.table import Row, seq_of, text_of
from mockenv.store.whole import hold
from mockenv.version import __version__

FORMAT = 1
HEADER = "_mockenv"
FLUSH_SECONDS = 0.5

log = logging.getLogger("mockenv.state")


class TinyDBStore(MemoryStore):
    """Memory, plus a file that follows it.

    A commit is in the file within about `FLUSH_SECONDS` (`kill -9` loses at most that), and the file is always the
    result of the first n commits: batches are cut between commits, and the file is replaced whole.
    """

    def __init__(
        self, kinds: Iterable[Kind], path: Path, flush_seconds: float = FLUSH_SECONDS, now: Callable[[], int] = lambda: 0
    ) -> None:
        """`now` tells what is noted as the time of each write."""
        super().__init__(kinds)
        self.path = path.resolve() if path.is_symlink() else path  # a link would have a lock and a log of its own
        self._flush_seconds, self._now = flush_seconds, now
        self._state, self._number = token_hex(8), 0
        self._mirror = Mirror()
        self._lockfile = hold(self.path)
        self._db: TinyDB | None = None
        try:
            self._db = self._load()
        except BaseException:
            self._lockfile.close()
            raise
        self._pending: list[Commit] = []
        self._mirrored = self._number
        self._has_log = log_of(self.path).exists()
        """A server that synced was killed: what its log held is in memory now, and is to be in the file."""
        self._dirty = self._has_log or not self.path.exists()
        self._problem: str | None = None
        self._closing = False
        self._signal = Condition()
        self._writing = Lock()
        self._thread = Thread(target=self._write_behind, name="mockenv-state", daemon=True)
        self._thread.start()

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        with self._signal:
            self._number += 1
            self._pending.append(Commit(self._number, sandbox, changes, emptied))

    def flush(self) -> None:
        self._write()
        if self._problem:
            raise StateFileError(self.path, f"cannot be written ({self._problem})")

    def close(self) -> None:
        with self._signal:
            self._closing = True
            self._signal.notify_all()
        self._thread.join()
        try:
            self.flush()
            self._end_log()
        finally:
            self._lockfile.close()
            super().close()

    # What is on file already

    def _load(self) -> TinyDB:
        try:
            db = TinyDB(str(self.path), storage=AtomicStorage)
            content = db.storage.read() if self.path.exists() else None
        except (orjson.JSONDecodeError, UnicodeDecodeError):
            raise StateFileError(self.path, "is not whole JSON (truncated, empty, or another program's)") from None
        except OSError as error:
            raise StateFileError(self.path, f"cannot be read ({error.strerror})") from None
        if self.path.exists():
            self._read_header(content)
            self._fill(content)
        if log_of(self.path).exists():
            self._replay()
        return db

    def _read_header(self, content: Any) -> None:
        try:
            header = content[HEADER]["1"]
            format = header["format"]
        except (KeyError, TypeError, IndexError):
            raise StateFileError(self.path, "is not a mockenv state file") from None
        if format != FORMAT:
            raise StateFileError(self.path, f"has format {format!r}, this mockenv reads {FORMAT}")
        self._state, self._number = header.get("state", self._state), header.get("commits", 0)
        self.written_at = header.get("at", 0)
        if (type(self._state), type(self._number), type(self.written_at)) != (str, int, int):
            raise StateFileError(self.path, "has a header that mockenv did not write")

    def _fill(self, content: Any) -> None:
        try:
            rows = [(kind, row) for kind, table in content.items() if kind != HEADER for row in table.values()]
            for kind, row in sorted(rows, key=lambda pair: pair[1]["seq"]):
                sandbox, id, seq, document = _as_read(row)
                self.load(sandbox, kind, id, seq, document)
                self._mirror.apply(Commit(0, sandbox, [(kind, id, self._row(sandbox, kind, id))]))
        except (KeyError, TypeError, AttributeError):
            raise StateFileError(self.path, "has rows that mockenv did not write") from None

    def _replay(self) -> None:
        """What was made safe in the log before the file held it."""
        for batch in read_log(log_of(self.path), self._state, self._number):
            self.written_at = batch.at
            for commit in batch.commits:
                self._redo(commit)
                self._number = commit.number
        for name in [name for name, shelf in self._shelves.items() if not any(table.rows for table in shelf.tables.values())]:
            del self._shelves[name]  # as in the file, where a sandbox without a document leaves nothing

    def _redo(self, commit: Commit) -> None:
        if commit.emptied:
            self._shelves.pop(commit.sandbox, None)
        for kind, id, row in commit.changes:
            before = self._row(commit.sandbox, kind, id)
            if before and (row is None or seq_of(row) != seq_of(before)):  # deleted, and perhaps put again, in one commit
                self._shelves[commit.sandbox].tables[kind].restore(id, None)
            if row:
                self.load(commit.sandbox, kind, id, seq_of(row), orjson.loads(text_of(row)))
        rows = [(kind, id, self._row(commit.sandbox, kind, id)) for kind, id, _ in commit.changes]
        self._mirror.apply(commit._replace(changes=rows))

    def _row(self, sandbox: str, kind: str, id: str) -> Row | None:
        shelf = self._shelves.get(sandbox)
        table = shelf.tables.get(kind) if shelf else None
        return table.rows.get(id) if table else None

    # Writing behind

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
        for commit in batch:
            self._mirror.apply(commit)
            self._mirrored = commit.number
        self._dirty = self._dirty or bool(batch)
        if not self._dirty or self._db is None:
            return
        try:
            self._db.storage.write({HEADER: {"1": self._header()}, **self._mirror.tables()})
        except Exception as error:  # noqa: BLE001  # a defect of ours is told likewise, and must not end the thread
            self._note(getattr(error, "strerror", None) or f"{type(error).__name__}: {error}")
        else:
            self._note(None)
            self._begin_log(self._mirrored)

    def _begin_log(self, after: int) -> None:
        """The file holds all up to commit `after`. Here it needs no log, and what is left of one is done with."""
        if self._has_log:
            with suppress(OSError):  # should it stay: the file is ahead of it, and it is passed over
                log_of(self.path).unlink(missing_ok=True)
            self._has_log = False

    def _end_log(self) -> None:
        """The file holds everything, and nothing will be committed any more."""

    def _header(self) -> dict[str, Any]:
        return {"format": FORMAT, "mockenv": __version__, "state": self._state, "commits": self._mirrored, "at": self._now()}

    def _note(self, problem: str | None) -> None:
        """Tell of trouble when it begins and when it ends, not each time."""
        if problem and not self._problem:
            text = "state file %s cannot be written (%s); the last whole one stays, and it will be tried again"
            log.error(text, self.path, problem)
        elif self._problem and not problem:
            log.warning("state file %s is written again; nothing is missing in it", self.path)
        self._dirty, self._problem = problem is not None, problem


def _as_read(row: Any) -> tuple[str, str, int, dict[str, Any]]:
    sandbox, id, seq, document = row["sandbox"], row["id"], row["seq"], row["document"]
    if (type(sandbox), type(id), type(seq), type(document)) != (str, str, int, dict):
        raise TypeError
    return sandbox, id, seq, document
