"""All sandboxes of a server: made, found by name or token, reset, dropped, kept and forked; knows no HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockenv.errors import BadInput, CannotStart, NoSuchSandbox
from mockenv.kernel.time.clock import Clock, Wall
from mockenv.kernel.values import tokens
from mockenv.kernel.values.chance import Draw
from mockenv.kernel.values.instant import Instant, iso_short
from mockenv.kernel.worlds.journal import Journal
from mockenv.kernel.worlds.kinds import CLOCK, META
from mockenv.kernel.worlds.plan import NAME, Planner
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.store.base import Document, Store

log = logging.getLogger("mockenv.sandbox")

DEFAULT = "default"
DRAFT = "/.reset"


@dataclass(frozen=True)
class Grant:
    """An issued token: whose it is and what it may do."""

    sandbox: str
    provider: str
    role: str


class Sandboxes:
    """The registry. `default` always exists once `open` has run."""

    def __init__(self, store: Store, planner: Planner, wall: Wall, make_journal: Callable[[], Journal]) -> None:
        self.store, self.planner, self.wall = store, planner, wall
        self._make_journal = make_journal
        self._live: dict[str, Sandbox] = {}
        self._tokens: dict[str, dict[str, dict[str, str]]] = {}
        """Sandbox → provider → role → token."""
        self._grants: dict[str, Grant] = {}
        self._homes: dict[str, str] = {}
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
        found = tuple(name for name in self.store.names() if "/" not in name)
        for name in self.store.names():
            if fresh or name.endswith(DRAFT):  # a reset that a kill has cut short
                self.store.drop(name)
            elif "/" not in name:  # what has a slash is a snapshot
                self._take_up_stored(name)
        if DEFAULT not in self._live:
            self.create({**spec, "name": DEFAULT})
        self.store.flush()  # a state file that cannot be written is found out now, not when it is wanted
        return found

    # Finding

    def names(self) -> list[str]:
        return list(self._live)

    def get(self, name: str) -> Sandbox:
        """Raises NoSuchSandbox."""
        try:
            return self._live[name]
        except KeyError:
            raise NoSuchSandbox(name) from None

    def grant(self, token: str) -> Grant | None:
        return self._grants.get(token)

    def home(self, token: str) -> str | None:
        """The sandbox that issued a token while it lived; whether it still knows it is the provider's affair."""
        return self._homes.get(tokens.home_of(token) or "")

    def tokens(self, name: str) -> dict[str, dict[str, str]]:
        """provider → role → token: worked out from seed and name, so a reset or a restart changes none."""
        self.get(name)
        return self._tokens[name]

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
            self.planner.fill(self._sandbox(name), plan)
            return self._take_up(name)
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
                self.planner.fill(self._sandbox(draft), sandbox.meta["plan"])
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
            self._withdraw(name)
            del self._live[name], self._homes[tokens.home_tag(name)]
            sandbox.is_gone = True
            for snapshot in self.snapshots(name):  # before the sandbox itself: a kill in between leaves no orphans on file
                self.store.drop(f"{name}/{snapshot}")
            self.store.drop(name)
        sandbox.watches.notify(set(sandbox.watches.waiting))

    def close(self) -> None:
        self.store.close()

    # Keeping and forking: a snapshot is a shelf of the store that nobody can reach as a sandbox

    def snapshots(self, name: str) -> list[str]:
        return [shelf.partition("/")[2] for shelf in self.store.names() if shelf.startswith(f"{name}/")]

    def save_snapshot(self, name: str, snapshot: str) -> None:
        """Everything as it is now; a running clock is noted as if it stood."""
        sandbox = self.get(name)
        with sandbox.lock:
            self.store.copy(name, f"{name}/{snapshot}")
            self._note_clock(f"{name}/{snapshot}", sandbox.clock.set_to(sandbox.now(), self.wall.now()))

    def drop_snapshot(self, name: str, snapshot: str) -> None:
        self.store.drop(f"{name}/{snapshot}")

    def read_snapshot(self, name: str, snapshot: str) -> dict[str, dict[str, Document]]:
        """All documents, by kind and id."""
        with self._sandbox(f"{name}/{snapshot}").unit(now=0) as work:
            return {kind: {id: work.get(kind, id) or {} for id in work.ids(kind)} for kind in work.kinds()}

    def snapshot_time(self, name: str, snapshot: str) -> Instant:
        with self._sandbox(f"{name}/{snapshot}").unit(now=0) as work:
            return int((work.get(CLOCK, "clock") or {})["now"])

    def restore_snapshot(self, name: str, snapshot: str, into: str) -> Sandbox:
        """Make `into` what the snapshot was; another name is a fork, with its own tokens. Time goes on from the snapshot's."""
        if not NAME.fullmatch(into):
            raise BadInput("", "into", f"{into!r} is not 1 to 64 letters, digits, hyphens and underscores")
        target = self._live.get(into)
        if target is None:
            return self._fork(f"{name}/{snapshot}", into)
        with target.lock:
            self._put_back(f"{name}/{snapshot}", into)
            self._withdraw(into)
            self._refresh(target)
            self._issue(into)
        return target

    def _fork(self, shelf: str, into: str) -> Sandbox:
        self._put_back(shelf, into)
        return self._take_up(into)

    def _put_back(self, shelf: str, into: str) -> None:
        self.store.copy(shelf, into)
        with self._sandbox(into).unit(now=0) as work:
            meta = work.get(META, "meta") or {}
            work.put(META, "meta", {**meta, "plan": {**meta["plan"], "name": into}})
            clock = Clock(**(work.get(CLOCK, "clock") or {}))
            work.put(CLOCK, "clock", clock.set_to(clock.now, self.wall.now()).dump())

    def _note_clock(self, shelf: str, clock: Clock) -> None:
        with self._sandbox(shelf).unit(now=0) as work:
            work.put(CLOCK, "clock", clock.dump())

    # Taking up what is in the store

    def _take_up(self, name: str) -> Sandbox:
        sandbox = self._sandbox(name)
        self._refresh(sandbox)
        self._live[name], self._homes[tokens.home_tag(name)] = sandbox, name
        self._issue(name)
        for attendant in self._attendants:
            attendant(sandbox)
        return sandbox

    def _take_up_stored(self, name: str) -> None:
        try:
            self._take_up(name)
        except KeyError as missing:
            raise CannotStart(f"the stored sandbox {name!r} is not whole: {missing} is missing") from None
        self._keep_forward(self._live[name])

    def _keep_forward(self, sandbox: Sandbox) -> None:
        """Should the machine's date have been set back since, a clock that runs goes on from what it read then."""
        wall, then = self.wall.now(), self.store.written_at
        if sandbox.clock.mode != "real" or wall >= max(then, sandbox.clock.wall):
            return
        sandbox.set_clock(sandbox.clock.set_to(sandbox.clock.read(then), wall))
        log.warning(
            "%s: the machine's date lies before what is kept; the clock goes on from %s", sandbox.name, iso_short(sandbox.now())
        )

    def _refresh(self, sandbox: Sandbox) -> None:
        sandbox.refresh()
        sandbox.use_options(self.planner.options(sandbox.meta["plan"]["options"], ""))
        sandbox.watches.notify(set(sandbox.watches.waiting))

    def _issue(self, name: str) -> None:
        seed, inhabitants = self.get(name).meta["seed"], self.planner.inhabitants.values()
        self._tokens[name] = {one.name: dict(one.tokens(Draw(seed, f"token/{one.name}", name))) for one in inhabitants}
        for provider, roles in self._tokens[name].items():
            for role, token in roles.items():
                self._grants[token] = Grant(name, provider, role)

    def _withdraw(self, name: str) -> None:
        for roles in self._tokens.pop(name).values():
            for token in roles.values():
                self._grants.pop(token, None)

    def _sandbox(self, name: str) -> Sandbox:
        planner = self.planner
        return Sandbox(name, self.store, planner.catalogue, planner.publishers, self.wall, self._make_journal())
