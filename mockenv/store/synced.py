"""The store on file that loses nothing: beside the file a log of what is not in it yet; knows nobody who waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from mockenv.store.base import Kind
from mockenv.store.commitlog import Batch, CommitLog, log_of
from mockenv.store.memory import Change
from mockenv.store.mirror import Commit
from mockenv.store.tinydb import FLUSH_SECONDS, TinyDBStore
from mockenv.store.whole import sync_folder

log = logging.getLogger("mockenv.state")


class SyncedStore(TinyDBStore):
    """The file follows as ever; `sync` need not wait for it, because the log is shorter.

    Whenever the file was replaced, the log begins anew with what came since. A log that could not be written is not gone on with:
    until the next one has begun, `sync` writes the file.
    """

    def __init__(
        self, kinds: Iterable[Kind], path: Path, flush_seconds: float = FLUSH_SECONDS, now: Callable[[], int] = lambda: 0
    ) -> None:
        self._logging = Lock()
        self._log: CommitLog | None = None
        self._log_problem: OSError | None = None
        self._unlogged: list[Commit] = []
        self._safe = -1
        """The last commit that is in file or log."""
        super().__init__(kinds, path, flush_seconds, now)
        self._dirty = True  # the first flush begins the log

    def committed(self, sandbox: str, changes: Sequence[Change], *, emptied: bool = False) -> None:
        with self._signal:
            super().committed(sandbox, changes, emptied=emptied)
            self._unlogged.append(self._pending[-1])

    def is_synced(self) -> bool:
        return self._safe >= self._number

    def sync(self) -> None:
        if not self._is_logged(self._number):
            self.flush()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._let_go()

    def _is_logged(self, wanted: int) -> bool:
        """Whether all up to commit `wanted` is safe, once all that is not has been written into the log."""
        with self._logging:  # who had to wait here mostly finds that it has been done
            if self._safe < wanted:
                self._append()
            return self._safe >= wanted

    def _append(self) -> None:
        with self._signal:
            commits, self._unlogged = self._unlogged, []
        if self._log is None:
            return  # they are for the file
        try:
            self._log.append(Batch(self._now(), commits))
            self._safe = commits[-1].number
        except OSError:
            self._let_go()

    def _begin_log(self, after: int) -> None:
        sync_folder(self.path.parent)  # not before that is the file's new content safe, and the old log no longer needed
        with self._logging:
            with self._signal:
                since, self._unlogged = list(self._pending), []
            self._let_go()
            self._safe = max(self._safe, after)
            try:
                self._log = CommitLog(log_of(self.path), self._state, after, Batch(self._now(), since))
                self._safe = since[-1].number if since else after
                self._log_problem = None
            except OSError as error:
                self._tell(error)

    def _end_log(self) -> None:
        with self._logging, suppress(OSError):  # should it stay: the file is ahead of it, and it is passed over
            self._let_go()
            log_of(self.path).unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._log:
            with suppress(OSError):  # what it could not write before
                self._log.close()
            self._log = None

    def _tell(self, problem: OSError) -> None:
        if not self._log_problem:
            text = "state log %s cannot be written (%s); until it can, every answer waits for the whole state file"
            log.error(text, log_of(self.path), problem.strerror)
        self._log_problem = problem
