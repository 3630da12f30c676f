"""The frame of a unit of work: begin, checkpoint, commit or roll back; the sandbox hears of commits."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from mockenv.errors import NoSuchSandbox
from mockenv.kernel.unit.lag import Change
from mockenv.kernel.unit.work import Work
from mockenv.kernel.unit.world import World
from mockenv.kernel.values.instant import Instant
from mockenv.store.base import Transaction


class Unit:
    """`with sandbox.unit() as work:` commits at the end, or rolls everything back when an exception passes."""

    def __init__(self, sandbox: World, now: Instant | None) -> None:
        self._sandbox, self._now = sandbox, now

    def __enter__(self) -> Work:
        sandbox = self._sandbox
        sandbox.lock.acquire()
        try:
            self._transaction = self._begin()
        except BaseException:
            sandbox.lock.release()
            raise
        self._touched: list[tuple[str, str]] = []
        self._changes: list[Change] = []
        now = sandbox.now() if self._now is None else self._now
        return Work(sandbox, self._transaction, now, self._checkpoint, self._changes)

    def _begin(self) -> Transaction:
        sandbox = self._sandbox
        try:
            return sandbox.store.begin("" if sandbox.is_gone else sandbox.name)
        except KeyError:  # dropped, perhaps while somebody waited for it
            raise NoSuchSandbox(sandbox.name) from None

    def _checkpoint(self) -> None:
        self._keep(self._transaction.keep())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is not None:
                self._transaction.rollback()
            else:
                self._keep(self._transaction.commit())
        finally:
            self._sandbox.lock.release()
        if self._touched:
            self._sandbox.after_commit(self._touched)

    def _keep(self, touched: Sequence[tuple[str, str]]) -> None:
        self._touched += touched
        if self._changes:
            self._sandbox.history.keep(self._changes, self._changes[-1].at)
            self._changes.clear()
