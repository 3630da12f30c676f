"""Has what is committed made safe before anybody is told of it: in a thread, one sync for all who wait; knows no HTTP."""

from __future__ import annotations

import asyncio

from mockenv.errors import StateError
from mockenv.store.base import Store

Sync = asyncio.Task[StateError | None]


class Syncer:
    """One for a server, in its event loop; `sync` is for those who have none."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: Sync | None = None
        self._coming: Sync | None = None

    def is_due(self) -> bool:
        """Whether there is anything to wait for."""
        return not self._store.is_synced()

    def sync(self) -> None:
        """Wait in this thread. Raises StateError."""
        self._store.sync()

    async def wait(self) -> None:
        """Until all that is committed by now is safe. Raises StateError where it cannot be made so."""
        if self._store.is_synced():
            return
        if self._coming is None:
            self._coming = asyncio.get_running_loop().create_task(self._sync(self._running))
        problem = await asyncio.shield(self._coming)  # one who goes away must not take it from the others
        if problem:
            raise problem.again()

    async def _sync(self, before: Sync | None) -> StateError | None:
        if before:
            await asyncio.wait([before])  # it may have begun too early for those who wait for this one; how it ended is theirs
        self._running, self._coming = self._coming, None
        try:
            if self._store.is_synced():
                return None
            await asyncio.to_thread(self._store.sync)
        except StateError as problem:
            return problem
        return None
