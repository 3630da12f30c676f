"""What a unit of work asks of the world that it belongs to; the sandbox is one, and nobody below knows more of it than this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any, Protocol, TypeVar

from mockenv.kernel.time.clock import Clock
from mockenv.kernel.time.order import Order
from mockenv.kernel.unit.lag import History
from mockenv.kernel.values.instant import Instant, Microseconds
from mockenv.store.base import Document, Store

Part = TypeVar("Part")


class World(Protocol):
    """Documents in a store, a clock, an order of what is due, and what the rooms above have put in (`part`)."""

    name: str
    store: Store
    lock: RLock
    is_gone: bool
    """Dropped: whoever still holds this object must not reach a namesake's documents through it."""
    clock: Clock
    order: Order
    history: History
    furniture: Mapping[str, int]
    """Kind → how many came with the fixture."""
    meta: Document
    options: Mapping[str, Mapping[str, Any]]

    def now(self) -> Instant: ...

    def shift(self, now: Instant) -> Microseconds:
        """What is added to a moment that leaves `now`, for those who have a clock of their own."""

    def steady_shift(self) -> Microseconds:
        """The same, but unchanged from one reply to the next as long as it is nearly right."""

    def part(self, kind: type[Part]) -> Part:
        """What of this sort the world is furnished with: its catalogue, its delays, its publishers."""

    def after_commit(self, touched: Sequence[tuple[str, str]]) -> None:
        """Hear of what was kept: (kind, id) pairs."""
