"""Nothing is answered that a crash could make untrue, where that is promised; knows no store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mockenv.errors import StateError

if TYPE_CHECKING:
    from mockenv.edge.exchange import Exchange


class Keeper(Protocol):
    """Who makes safe what is committed. There is none where nothing is promised, and then nothing of this is done."""

    def is_due(self) -> bool: ...
    def sync(self) -> None: ...
    async def wait(self) -> None: ...


async def keep(x: Exchange, keeper: Keeper) -> None:
    """Have all that the reply could tell of be safe, or own up in its place."""
    try:
        await keeper.wait()
    except StateError as error:
        own_up(x, error)


def keep_now(x: Exchange, keeper: Keeper) -> None:
    """The same where nothing can be waited for without a thread."""
    try:
        keeper.sync()
    except StateError as error:
        own_up(x, error)


def own_up(x: Exchange, error: StateError) -> None:
    """For reads, too: what they would tell of may be gone tomorrow."""
    x.reply = x.call.dialect.error(x.call, error.status, f"mockenv: {error.own_up()}.")
