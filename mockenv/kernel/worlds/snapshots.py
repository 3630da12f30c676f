"""Worlds kept, put back and forked: functions over the registry. A snapshot is a shelf that nobody can reach as a sandbox."""

from __future__ import annotations

from mockenv.kernel.time.clock import Clock
from mockenv.kernel.values.instant import Instant
from mockenv.kernel.worlds.kinds import CLOCK, META
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.kernel.worlds.sandboxes import Sandboxes
from mockenv.kernel.worlds.spec import check_world_name
from mockenv.store.base import Document


def names(worlds: Sandboxes, sandbox: str) -> list[str]:
    return [shelf.partition("/")[2] for shelf in worlds.snapshot_shelves(sandbox)]


def save(worlds: Sandboxes, name: str, snapshot: str) -> None:
    """Everything as it is now; a running clock is noted as if it stood."""
    sandbox, shelf = worlds.get(name), _shelf(name, snapshot)
    with sandbox.lock:
        worlds.store.copy(name, shelf)
        stood = sandbox.clock.set_to(sandbox.now(), worlds.wall.now())
        with worlds.on_shelf(shelf).unit(now=0) as work:
            work.put(CLOCK, "clock", stood.dump())


def drop(worlds: Sandboxes, name: str, snapshot: str) -> None:
    worlds.store.drop(_shelf(name, snapshot))


def read(worlds: Sandboxes, name: str, snapshot: str) -> dict[str, dict[str, Document]]:
    """All documents, by kind and id."""
    with worlds.on_shelf(_shelf(name, snapshot)).unit(now=0) as work:
        return {kind: {id: work.get(kind, id) or {} for id in work.ids(kind)} for kind in work.kinds()}


def time_of(worlds: Sandboxes, name: str, snapshot: str) -> Instant:
    with worlds.on_shelf(_shelf(name, snapshot)).unit(now=0) as work:
        return int((work.get(CLOCK, "clock") or {})["now"])


def restore(worlds: Sandboxes, name: str, snapshot: str, into: str) -> Sandbox:
    """Make `into` what the snapshot was; another name is a fork, with its own tokens. Time goes on from the snapshot's.

    Raises BadInput for what cannot be a name.
    """
    check_world_name(into, "into")
    if into not in worlds.names():
        _put_back(worlds, _shelf(name, snapshot), into)
        return worlds.take_up(into)
    target = worlds.get(into)
    with target.lock:
        _put_back(worlds, _shelf(name, snapshot), into)
        worlds.renew(target)
    return target


def _put_back(worlds: Sandboxes, shelf: str, into: str) -> None:
    worlds.store.copy(shelf, into)
    with worlds.on_shelf(into).unit(now=0) as work:
        meta = work.get(META, "meta") or {}
        work.put(META, "meta", {**meta, "plan": {**meta["plan"], "name": into}})
        clock = Clock(**(work.get(CLOCK, "clock") or {}))
        work.put(CLOCK, "clock", clock.set_to(clock.now, worlds.wall.now()).dump())


def _shelf(sandbox: str, snapshot: str) -> str:
    return f"{sandbox}/{snapshot}"
