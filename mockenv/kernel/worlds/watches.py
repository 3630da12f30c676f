"""Who wants to know what happens in a sandbox; knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Watches:
    """The alarm (when is the next entry?), the edge (do rules speak of connections?), parked replies (did it change?)."""

    on_agenda: Callable[[], None] = lambda: None
    on_faults: Callable[[], None] = lambda: None
    """When rules come, go or have acted."""
    waiting: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def notify(self, resources: set[str]) -> None:
        for resource in resources & self.waiting.keys():
            for wake in tuple(self.waiting.get(resource, ())):
                wake()
