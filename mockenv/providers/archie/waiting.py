"""What a GraphQL field awaits when its answer is not there yet; whoever drives the execution parks the reply on it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

from mockenv.kernel.unit.work import Work


class Until(NamedTuple):
    """Awaitable without an event loop: it hands itself out, and is sent the unit of work to go on with.

    `is_so` is asked whenever `resource` changes. Whoever awaits must look again: waiting may have been given up.
    """

    resource: str
    is_so: Callable[[Work], bool]

    def __await__(self) -> Generator[Until, Work, Work]:
        work = yield self
        return work
