"""Who works on which share, as far as it is known here; asks nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from mockenv.store.postgres.lease import Lease
from mockenv.store.postgres.shares import Member

TRY_AGAIN = 0.05
"""Seconds."""


class Chart:
    """Kept by whoever watches the database, read with every request. All of it in the event loop."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.open = frozenset(lease.held)
        """Shares whose requests are answered here."""
        self.members: Sequence[Member] = ()
        """Who is alive, this one included."""
        self._holders: dict[int, Member] = {}
        self._change = asyncio.Event()

    @property
    def others(self) -> list[Member]:
        """Those whom requests can be handed on to."""
        return [one for one in self.members if one.address and one.id != self.lease.id]

    def aim(self) -> int:
        """So many shares should be this one's: as many as others', and what is over belongs to the oldest."""
        ids = sorted({self.lease.id, *(one.id for one in self.others)})
        each, over = divmod(self.lease.count, len(ids))
        return each + (ids.index(self.lease.id) < over)

    def free(self) -> int:
        """So many shares are nobody's who is alive."""
        return self.lease.count - sum(len(one.shares) for one in self.members)

    def holder(self, share: int) -> Member | None:
        """The other one that works on it."""
        return self._holders.get(share)

    def learn(self, members: Sequence[Member]) -> None:
        if members == self.members:
            return
        self.members = members
        self._holders = {share: one for one in self.others for share in one.shares}
        self.tell()

    def work_on(self, shares: frozenset[int]) -> None:
        self.open = shares
        self.tell()

    def tell(self) -> None:
        """Wake those who wait for a change."""
        change, self._change = self._change, asyncio.Event()
        change.set()

    async def changed(self) -> None:
        """At the next change; a moment later where nobody tells of one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TRY_AGAIN):
                await self._change.wait()
