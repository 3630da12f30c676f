"""Snapshots of sandboxes that another replica works on, for as long as a fork is made of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mockenv.store.postgres.store import PostgresStore


class Loans:
    """What was acknowledged is in the database, whoever has written it."""

    def __init__(self, store: PostgresStore) -> None:
        self._store, self._turn = store, asyncio.Lock()

    @asynccontextmanager
    async def of(self, shelf: str) -> AsyncIterator[bool]:
        """Within, the shelf can be read here; whether there is one. Nothing of it is kept. Raises DatabaseError."""
        async with self._turn:
            if self._store.takes(shelf):
                yield True
                return
            try:
                yield await asyncio.to_thread(self._store.borrow, shelf)
            finally:
                self._store.put_away(shelf)
