"""What keeping the state costs: creates without, with --state and with --state-sync; and what one write of the file holds up."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

from benchmarks.load import run_round
from benchmarks.process import running
from benchmarks.servers import mockenv
from benchmarks.work import CREATE
from mockenv.edge.server import tune_collector
from mockenv.store.base import Kind
from mockenv.store.tinydb import TinyDBStore

MODES: dict[str, tuple[str, ...]] = {"off": (), "on": ("--state", "state.json"), "sync": ("--state", "state.json", "--state-sync")}
STORED = (100, 10_000, 100_000)
NEVER = 3600.0


def keeping(seconds: int = 2, rounds: int = 3) -> dict[str, float]:
    """Name → number: creates per second and p99 in each mode, interleaved; then the stalls of a write."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for mode, flags in MODES.items():
            for name, value in _creates(mode, flags, seconds).items():
                found.setdefault(name, []).append(value)
    results = {name: statistics.median(values) for name, values in found.items()}
    for stored in STORED:
        results |= stalls(stored, rounds)
    return results


def _creates(mode: str, flags: tuple[str, ...], seconds: int) -> dict[str, float]:
    """A server of its own for each round, so that every mode starts with nothing stored."""
    with running(mockenv(*flags)) as server:
        run_round(server.port, CREATE, 1)
        made = run_round(server.port, CREATE, seconds)
    return {f"state {mode}: creates/s": made.rate, f"state {mode}: p99, ms": made.p99_ms}


def stalls(stored: int, rounds: int) -> dict[str, float]:
    """One document of so many changes and the file is written: for how long nobody else got to run, and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        store = TinyDBStore([Kind("bench/thing")], Path(folder) / "state.json", NEVER)
        store.create("default")
        numbers = iter(range(stored))
        while some := list(islice(numbers, 1_000)):
            transaction = store.begin("default")
            for number in some:
                transaction.put("bench/thing", str(number), {"id": number, "name": f"env-{number}", "text": "x" * 400})
            transaction.commit()
        store.flush()
        tune_collector()
        measured = [_measure(store, number) for number in range(rounds)]
        store.close()
    return {
        f"write of {stored:,} documents, ms": statistics.median(took for took, _ in measured),
        f"write of {stored:,} documents, longest stall, ms": statistics.median(stall for _, stall in measured),
    }


def _measure(store: TinyDBStore, number: int) -> tuple[float, float]:
    transaction = store.begin("default")
    transaction.put("bench/thing", "0", {"round": number})
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


if __name__ == "__main__":
    for name, value in keeping().items():
        print(f"{name:52}{value:>12,.2f}")
