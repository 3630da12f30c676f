"""A server is killed at random moments under many clients: what it kept is what it had at one moment, whole, and it goes on.

`CRASH_ROUNDS=100 CRASH_SEED=7 make test ARGS="tests/store/test_killed.py -s"` does it for longer, and tells what was lost.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from mockenv.client import Sandbox
from mockenv.store.testing import contents
from mockenv.store.tinydb import TinyDBStore
from tests.conftest import Browser
from tests.edge.test_parking import until
from tests.processes import PATIENCE, Served, served
from tests.runtime.conftest import subscribe
from tests.runtime.receiver import Receiver, receiving
from tests.store.clients import Client

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))
SEED = int(os.environ.get("CRASH_SEED", "1"))
WORKERS = ("vector", "vector", "launchdarkly", "phase")
EVENT = "vector.environment.created"
Kept = dict[str, dict[str, Any]]


def kept_in(folder: Path, copy: Path) -> Kept:
    """The documents of `default` as a restart will find them, read from a copy."""
    copytree(folder, copy)
    store = TinyDBStore([], copy / "state.json")
    try:
        return {kind: dict(documents) for kind, documents in contents(store, "default").items()}
    finally:
        store.close()


def names_in(kept: Kept) -> dict[str, str]:
    """Every client's things by name, with what makes one state of a thing differ from the next."""
    phase = (one["name"].partition("_") for one in kept["phase/environment"].values())
    found = {name: value for name, mark, value in phase if mark}
    found |= {one["key"]: one["name"] for one in kept["launchdarkly/environment"].values() if one["name"] in ("old", "new")}
    return found | {one["name"]: one["custom_domain"] or "" for one in kept.get("vector/environment", {}).values()}


def names_on(sandbox: Sandbox) -> dict[str, str]:
    kinds = ("phase/environment", "launchdarkly/environment", "vector/environment")
    found = {kind: sandbox.resources(provider=kind.partition("/")[0], kind="environment") for kind in kinds}
    return names_in({kind: {str(at): one["document"] for at, one in enumerate(rows)} for kind, rows in found.items()})


def check_units(kept: Kept) -> None:
    """What belongs to one unit of work is there together or not at all."""
    events, agenda = list(kept.get("kernel/event", {}).values()), list(kept.get("kernel/agenda", {}).values())
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert kept["kernel/counter"].get("kernel/event", {"next": 1})["next"] == len(events) + 1
    planned = Counter(entry["resource"] for entry in agenda)
    told = Counter(event["resource"] for event in events if event["type"] == EVENT)
    for id, one in kept.get("vector/environment", {}).items():
        is_active = one["status"] == "active"
        assert (planned[f"vector/environment/{id}"], told[f"vector/environment/{id}"]) == ((0, 1) if is_active else (1, 0))
        assert (one["db_password"] is not None) == is_active
    deliveries = list(kept.get("kernel/delivery", {}).values())
    assert [one["event_id"] for one in deliveries] == [event["id"] for event in events if event["type"] == EVENT]
    for one in deliveries:
        assert planned[f"kernel/delivery/{one['id']}"] == (one["state"] == "pending")
    last = {event["resource"]: event["type"] for event in events if not event["resource"].startswith("vector/")}
    for resource, type in last.items():
        kind, _, id = resource.rpartition("/")
        assert (type.rpartition(".")[2] == "deleted") != (id in kept.get(kind, {})), (resource, type)


def steps_kept(client: Client, kept: dict[str, str]) -> int:
    """How many of a client's steps are in what was kept; nothing but the first so many can be."""
    found = {name: value for name, value in kept.items() if name.startswith(f"{client.name}-")}
    fitting = [steps for steps in range(len(client.steps) + 1) if client.after(steps) == found]
    assert fitting, (client.steps[-5:], found)
    return fitting[-1]


def check_prefix(clients: list[Client], steps: list[int]) -> float | None:
    """Nothing was kept that was asked for after something lost had been answered. When the first lost answer came."""
    lost = [step.answered for client, kept in zip(clients, steps, strict=True) for step in client.steps[kept:] if step.answered]
    held = [client.steps[kept - 1].sent for client, kept in zip(clients, steps, strict=True) if kept]
    assert max(held, default=0.0) <= min(lost, default=time.monotonic())
    return min(lost, default=None)


def kill_under_load(server: Served, clients: list[Client], state: Path, chance: random.Random) -> float:
    """After so many answers, and so many times that the file was replaced."""
    answers, times, seen = chance.randrange(5, 300), chance.choice((0, 1, 1, 2)), set[int]()
    for client in clients:
        client.start()

    def is_time() -> bool:
        seen.add(state.stat().st_mtime_ns)
        return len(seen) > times and sum(client.answered for client in clients) >= answers

    until(lambda: is_time() or any(client.wrong for client in clients))
    server.process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    for client in clients:
        client.join(PATIENCE)
    server.process.wait(PATIENCE)
    return killed


def check_told(receiver: Receiver, kept: Kept) -> None:
    assert {one.headers["X-Vector-Delivery"] for one in receiver.got} <= set(kept.get("kernel/delivery", {}))


@pytest.mark.parametrize("flags", [(), ("--state-sync",)], ids=["by default", "synced"])
def test_what_a_kill_leaves_is_one_moment_whole_and_goes_on(tmp_path: Path, flags: tuple[str, ...]) -> None:
    chance, folder = random.Random(SEED), tmp_path / "kept"
    more = ("--state", str(folder / "state.json"), "--speed", "10", "--log-level", "warning", *flags)
    before: dict[str, str] = {}
    with receiving() as receiver:
        for number in range(ROUNDS):
            with served(*more) as server:
                default = server.mockenv.get()
                if number == 0:
                    subscribe(Browser(default, default.headers("vector")), receiver.url, EVENT)
                    until(lambda: receiver.url.encode() in (folder / "state.json").read_bytes())
                assert names_on(default) == before
                clients = [Client(default, one, f"r{number}{one[0]}{at}") for at, one in enumerate(WORKERS)]
                killed = kill_under_load(server, clients, folder / "state.json", chance)
            kept = kept_in(folder, tmp_path / f"copy-{number}")
            check_units(kept)
            found = names_in(kept)
            steps = [steps_kept(client, found) for client in clients]
            lost = check_prefix(clients, steps)
            assert {name: found.get(name) for name in before} == before
            assert set(found) - set(before) == {
                name for client, kept in zip(clients, steps, strict=True) for name in client.after(kept)
            }
            if flags:
                assert all(kept >= client.answered for client, kept in zip(clients, steps, strict=True))
                check_told(receiver, kept)
            answered = sum(client.answered for client in clients)
            gone = sum(max(0, client.answered - kept) for client, kept in zip(clients, steps, strict=True))
            sys.stdout.write(f"\n{answered} answered, {gone} lost, the first {killed - lost if lost else 0:.2f} s before the kill")
            before = found
        with served(*more) as server:
            default = server.mockenv.get()
            assert names_on(default) == before
            default.set_clock("manual")
            default.advance_until_idle()
            assert default.agenda() == []
            assert {one["document"]["status"] for one in default.resources(provider="vector", kind="environment")} <= {"active"}
            assert {one["state"] for one in default.deliveries()} <= {"delivered"}
            code, _, err = server.end()
            taken_up = err.splitlines()
            assert (code, len(taken_up)) == (0, 1), err
            assert "state.json: default; default is at " in taken_up[0]
    assert sorted(one.name for one in folder.iterdir()) == ["state.json", "state.json.lock"]
