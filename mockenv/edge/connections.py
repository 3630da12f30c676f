"""Who is connected, and to which sandbox: so that a rule which waits for a fresh connection gets one; reads no request."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from mockenv.edge.exchange import Connection
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import Sandboxes


class Closable(Protocol):
    """A connection's own end of it."""

    connection: Connection

    def let_go(self) -> None:
        """End it: now if nothing is owed on it, else with the answer that is."""


class Connections:
    """All of one server. Everything here happens in its event loop."""

    def __init__(self) -> None:
        self._open: set[Closable] = set()
        self._made = 0
        self.served: Closable | None = None
        """Whose request is being answered at this moment."""

    def attend(self, sandboxes: Sandboxes) -> None:
        sandboxes.attend(self._watch)

    def open(self, one: Closable) -> Connection:
        self._made += 1
        self._open.add(one)
        return Connection(self._made, 0)

    def close(self, one: Closable) -> None:
        self._open.discard(one)
        for onward in one.connection.onward.values():
            onward.close()

    def _watch(self, sandbox: Sandbox) -> None:
        sandbox.watches.on_faults = partial(self._look, sandbox)

    def _look(self, sandbox: Sandbox) -> None:
        """Also the connection on which the rule itself came ends: many libraries have one pool for all that they ask."""
        if self._open and sandbox.wants_fresh():
            for one in tuple(self._open):
                if one.connection.sandbox is sandbox or one is self.served:
                    one.let_go()
