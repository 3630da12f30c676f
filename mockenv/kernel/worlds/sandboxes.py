"""All sandboxes of a server: made, found by name, reset and dropped; knows no HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mockenv.errors import BadInput, CannotStart, NoSuchSandbox
from mockenv.kernel.time.clock import Wall
from mockenv.kernel.values.instant import SECOND, iso_short
from mockenv.kernel.worlds.grants import Grants
from mockenv.kernel.worlds.journal import Journal
from mockenv.kernel.worlds.luggage import unpack
from mockenv.kernel.worlds.plan import Planner
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.store.base import Store

log = logging.getLogger("mockenv.sandbox")

DEFAULT = "default"
DRAFT = "/.reset"


class Sandboxes:
    """The registry. `default` always exists once `open` has run."""

    def __init__(self, store: Store, planner: Planner, wall: Wall, make_journal: Callable[[], Journal]) -> None:
        self.store, self.planner, self.wall = store, planner, wall
        self._make_journal = make_journal
        self._live: dict[str, Sandbox] = {}
        self.grants = Grants(planner.inhabitants.values())
        self._attendants: list[Callable[[Sandbox], None]] = []

    def attend(self, attendant: Callable[[Sandbox], None]) -> None:
        """Have `attendant` called with every sandbox: those there are, and each that is opened later."""
        self._attendants.append(attendant)
        for sandbox in self._live.values():
            attendant(sandbox)

    def open(self, spec: Mapping[str, Any], *, fresh: bool = False) -> tuple[str, ...]:
        """Take up what the store holds, or with `fresh` throw it away; make `default` from `spec` if it is not there.

        The sandboxes that were found. Raises CannotStart or BadInput.
        """
        found = tuple(sorted((name for name in self.store.names() if "/" not in name), key=lambda name: name != DEFAULT))
        for name in self.store.names():
            if fresh:
                self.store.drop(name)
            else:
                self.arrive(name)
        self.complete(spec)
        self.store.flush()  # a state file that cannot be written is found out now, not when it is wanted
        return found

    def arrive(self, name: str) -> None:
        """Take up what lies on a shelf that the store has come by. Raises CannotStart."""
        if name.endswith(DRAFT):  # a reset that a kill has cut short
            self.store.drop(name)
        elif "/" not in name:  # what has a slash is a snapshot
            self._take_up_stored(name)

    def complete(self, spec: Mapping[str, Any]) -> None:
        """Make `default` where it should be here, and is not."""
        if DEFAULT not in self._live and self.store.takes(DEFAULT):
            self.create({**spec, "name": DEFAULT})

    # Moving to another server

    def hide(self, names: Iterable[str]) -> list[Sandbox]:
        """Have nobody find these any more, nor time pass in them."""
        hidden = [self._live.pop(name) for name in names]
        for sandbox in hidden:
            self.grants.withdraw(sandbox.name)
        return hidden

    def let_go(self, hidden: Iterable[Sandbox]) -> None:
        """From here on nothing happens in them; whoever waits is told."""
        for sandbox in hidden:
            with sandbox.lock:
                sandbox.is_gone = sandbox.has_moved = True
            sandbox.watches.notify(set(sandbox.watches.waiting))

    # Finding

    def names(self) -> list[str]:
        return list(self._live)

    def get(self, name: str) -> Sandbox:
        """Raises NoSuchSandbox."""
        try:
            return self._live[name]
        except KeyError:
            raise NoSuchSandbox(name) from None

    def usual_options(self) -> Mapping[str, Mapping[str, Any]]:
        """For who comes to no sandbox: those of `default`, and where another server has that, those of this one's flags."""
        default = self._live.get(DEFAULT)
        return default.options if default else self.planner.options.complete({}, "")

    def check_kept(self) -> None:
        """Raises StateError where nothing that is done could be kept: then it is better not done."""
        if self.store.trouble:
            raise self.store.trouble.again()

    # Making and unmaking

    def create(self, spec: Mapping[str, Any]) -> Sandbox:
        """A new world as `spec` says. All or nothing. Raises BadInput."""
        plan = self.planner.plan(spec)
        name = plan["name"]
        try:
            self.store.create(name)
        except KeyError:
            raise BadInput("", "name", f"sandbox {name!r} exists already") from None
        try:
            sandbox = self.on_shelf(name)
            self.planner.fill(sandbox, plan)
            return self._serve(sandbox)
        except BaseException:
            self.store.drop(name)
            raise

    def reset(self, name: str) -> Sandbox:
        """Back to the beginning: the same plan, the same tokens, a clean journal."""
        sandbox = self.get(name)
        with sandbox.lock:
            draft = f"{name}{DRAFT}"  # filled aside first: a fixture that has become bad costs nothing
            self.store.create(draft)
            try:
                self.planner.fill(self.on_shelf(draft), sandbox.meta["plan"])
                self.store.copy(draft, name)
            finally:
                self.store.drop(draft)
            sandbox.journal.clear()
            self._refresh(sandbox)
        return sandbox

    def drop(self, name: str) -> None:
        """Forget a world with all its snapshots; its parked replies are woken and find it gone."""
        sandbox = self.get(name)
        with sandbox.lock:
            self.grants.withdraw(name)
            del self._live[name]
            sandbox.is_gone = True
            for shelf in self.snapshot_shelves(name):  # before the sandbox itself: a kill in between leaves no orphans on file
                self.store.drop(shelf)
            self.store.drop(name)
        sandbox.watches.notify(set(sandbox.watches.waiting))

    def snapshot_shelves(self, name: str) -> list[str]:
        return [shelf for shelf in self.store.names() if shelf.startswith(f"{name}/")]

    def close(self) -> None:
        self.store.close()

    # Taking up what is in the store

    def take_up(self, name: str) -> Sandbox:
        """Serve what lies on the shelf of this name."""
        return self._serve(self.on_shelf(name))

    def _serve(self, sandbox: Sandbox) -> Sandbox:
        self._refresh(sandbox)
        self._live[sandbox.name] = sandbox
        self.grants.issue(sandbox.name, sandbox.meta["seed"])
        for attendant in self._attendants:
            attendant(sandbox)
        return sandbox

    def _take_up_stored(self, name: str) -> None:
        try:
            self.take_up(name)
        except KeyError as missing:
            raise CannotStart(f"the stored sandbox {name!r} is not whole: {missing} is missing") from None
        self._keep_forward(self._live[name])
        if packed := self.store.take_luggage(name):
            unpack(self._live[name], packed)

    def _keep_forward(self, sandbox: Sandbox) -> None:
        """Should the machine's date have been set back since, a clock that runs goes on from what it read then."""
        wall, then = self.wall.now(), self.store.written_at
        latest = max(then, sandbox.clock.wall)
        if sandbox.clock.mode != "real" or wall >= latest:
            return
        sandbox.set_clock(sandbox.clock.set_to(sandbox.clock.read(then), wall))
        if latest - wall > SECOND:  # less lies between two servers that go by one database's clock
            now = iso_short(sandbox.now())
            log.warning("%s: the machine's date lies before what is kept; the clock goes on from %s", sandbox.name, now)

    def renew(self, sandbox: Sandbox) -> None:
        """Go on from what lies on its shelf now, whose seed and so whose tokens may be others."""
        self.grants.withdraw(sandbox.name)
        self._refresh(sandbox)
        self.grants.issue(sandbox.name, sandbox.meta["seed"])

    def _refresh(self, sandbox: Sandbox) -> None:
        sandbox.refresh()
        sandbox.use_options(self.planner.options.complete(sandbox.meta["plan"]["options"], ""))
        sandbox.watches.notify(set(sandbox.watches.waiting))

    def on_shelf(self, name: str) -> Sandbox:
        """What lies on a shelf of the store as a sandbox that nobody serves."""
        planner = self.planner
        return Sandbox(name, self.store, planner.catalogue, planner.publishers, self.wall, self._make_journal())
