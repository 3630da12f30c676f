"""Whose sandbox a token leads to, of all that there are in the database; keeps no request waiting that needs nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from mockenv.kernel.values import tokens
from mockenv.kernel.worlds.grants import Grants
from mockenv.kernel.worlds.inhabitant import Inhabitant
from mockenv.store.postgres.connection import Connection
from mockenv.store.postgres.rows import seeds


class Directory:
    """A token follows from a sandbox's name and seed, so what is found here is never another's: at most the sandbox is gone."""

    def __init__(self, url: str, inhabitants: Iterable[Inhabitant]) -> None:
        self._connection = Connection(url, "mockenv directory")
        self._grants = Grants(inhabitants)
        self._known: dict[str, int] = {}
        self._turn = asyncio.Lock()

    def sandbox_of(self, token: str) -> str | None:
        found = self._grants.find(token)
        return found.sandbox if found else self._grants.home(token)

    def may_know(self, token: str) -> bool:
        """Whether it could be found after a look into the database."""
        return tokens.is_ours(token)

    async def look(self) -> None:
        """What has come and gone since the last time. Raises DatabaseError."""
        async with self._turn:
            await asyncio.to_thread(self._look)

    def close(self) -> None:
        self._connection.close()

    def _look(self) -> None:
        with self._connection.transaction() as session:
            found = dict(seeds(session))
        for name in [name for name, seed in self._known.items() if found.get(name) != seed]:
            self._grants.withdraw(name)
            del self._known[name]
        for name, seed in found.items():
            if name not in self._known:
                self._grants.issue(name, seed)
                self._known[name] = seed
