"""What keeping the state costs: creates without, with --state and with --state-sync; and what a write of the file holds up."""

from __future__ import annotations

import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

from benchmarks.load import run_round
from benchmarks.plan import Plan
from benchmarks.process import running
from benchmarks.results import Figure, Table
from benchmarks.servers import mockenv
from benchmarks.work import CREATE
from mockenv.cli.progress import say
from mockenv.edge.server import tune_collector
from mockenv.store.base import Kind
from mockenv.store.tinydb import TinyDBStore

MODES: dict[str, tuple[str, ...]] = {
    "in memory": (),
    "--state": ("--state", "state.json"),
    "--state --state-sync": ("--state", "state.json", "--state-sync"),
}
STORED = (100, 10_000, 100_000)
NEVER = 3_600.0
KIND = "bench/thing"
BATCH = 1_000


def measure(plan: Plan) -> dict[str, Table]:
    say("state: creates in memory, on file, synced")
    found: dict[str, list[tuple[float, float]]] = {mode: [] for mode in MODES}
    for _ in range(plan.extent.rounds):
        for mode, flags in MODES.items():
            found[mode].append(_creates(flags, plan.extent.seconds))
    creates = Table("Creates, and where they are kept", ["requests/s", "p99, ms"])
    creates.rows = {mode: [Figure.of(column) for column in zip(*values, strict=True)] for mode, values in found.items()}
    writes = Table("One write of the state file, beside which everybody else goes on", ["ms", "longest stall, ms"])
    for stored in STORED:
        say(f"state: a write of {stored:,} documents")
        writes.rows[f"{stored:,} documents"] = _writes(stored, plan.extent.rounds)
    return {"state": creates, "writes": writes}


def _creates(flags: tuple[str, ...], seconds: int) -> tuple[float, float]:
    """A server of its own for each round, so that every mode starts with nothing stored; no step falls due meanwhile."""
    with running(mockenv("--speed", "0.001", *flags)) as server:
        run_round(server.port, CREATE, 1)
        made = run_round(server.port, CREATE, seconds)
    return made.rate, made.p99_ms


def _writes(stored: int, rounds: int) -> list[Figure]:
    """One document of so many changes and the file is written: how long it took, and for how long nobody else got to run."""
    with tempfile.TemporaryDirectory() as folder:
        store = TinyDBStore([Kind(KIND)], Path(folder) / "state.json", NEVER)
        store.create("default")
        _fill(store, stored)
        store.flush()
        tune_collector()
        measured = [_write(store, number) for number in range(rounds)]
        store.close()
    return [Figure.of(column) for column in zip(*measured, strict=True)]


def _fill(store: TinyDBStore, stored: int) -> None:
    numbers = iter(range(stored))
    while some := list(islice(numbers, BATCH)):
        transaction = store.begin("default")
        for number in some:
            transaction.put(KIND, str(number), {"id": number, "name": f"env-{number}", "text": "x" * 400})
        transaction.commit()


def _write(store: TinyDBStore, number: int) -> tuple[float, float]:
    transaction = store.begin("default")
    transaction.put(KIND, "0", {"round": number})
    transaction.commit()
    is_over, gaps = threading.Event(), [0.0]

    def watch() -> None:
        last = time.perf_counter()
        while not is_over.is_set():
            time.sleep(0.0002)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    store.flush()
    took = time.perf_counter() - started
    is_over.set()
    watcher.join()
    return took * 1e3, max(gaps) * 1e3
