"""Who wants to know what happens in a sandbox; knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

ANYTHING = "*"
"""Whoever waits for this is woken by all that there is to notice: commits, requests, time."""


@dataclass
class Watches:
    """The alarm (when is the next entry?), the edge (do rules speak of connections?), replies that wait or go on (what changed?)."""

    on_agenda: Callable[[], None] = lambda: None
    on_faults: Callable[[], None] = lambda: None
    """When rules come, go or have acted."""
    waiting: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    @contextmanager
    def waking(self, resources: Sequence[str], wake: Callable[[], None]) -> Iterator[None]:
        """Within, `wake` is called whenever one of `resources` changes."""
        for resource in resources:
            self.waiting.setdefault(resource, []).append(wake)
        try:
            yield
        finally:
            for resource in resources:
                self.waiting[resource].remove(wake)
                if not self.waiting[resource]:
                    del self.waiting[resource]

    def notify(self, resources: set[str]) -> None:
        for resource in (resources | {ANYTHING}) & self.waiting.keys():
            for wake in tuple(self.waiting.get(resource, ())):
                wake()
