"""`make bench`: what mockenv costs on this machine; a table for people, JSON with --json. On loopback, bounded in time."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

from benchmarks.load import Load, create_requests, get_requests, list_requests
from benchmarks.process import memory_of, running

ROUNDS = 3
STORED = (100, 1_000, 10_000)
QUIET = ("--log-level", "warning")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one round")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    results = {**throughput(told.seconds), **growth(), **jump(2_000)}
    if told.json:
        print(json.dumps(results, indent=2))
        return
    for name, value in results.items():
        print(f"{name:44}{value:>12,.2f}")


def throughput(seconds: float) -> dict[str, float]:
    """Requests per second over 16 connections: interleaved rounds, the median."""
    with running(*QUIET) as server:
        kinds: dict[str, Callable[[], Load]] = {
            "GET one site, requests/s": lambda: Load(server.port, get_requests()),
            "LIST a page of 15 environments, requests/s": lambda: Load(server.port, list_requests()),
            "POST create an environment, requests/s": lambda: Load(server.port, create_requests()),
        }
        for make in reversed(kinds.values()):
            make().run(0.5)  # warm up: creates first, so that the list has its fifteen
        rounds: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(ROUNDS):
            for name, make in kinds.items():
                rounds[name].append(make().run(seconds))
        return {"start to first answer, ms": server.start_ms, **{name: statistics.median(found) for name, found in rounds.items()}}


def growth() -> dict[str, float]:
    """The median time of a create when so many are stored, and the memory then."""
    results: dict[str, float] = {}
    with running(*QUIET, "--clock", "manual") as server:
        results["idle memory, MB"] = memory_of(server)
        load, made = Load(server.port, create_requests()), 0
        for stored in STORED:
            while made < stored:
                load.once()
                made += 1
            results[f"create at {stored:,} stored, ms"] = statistics.median(load.once() for _ in range(200)) * 1e3
            made += 200
        results["memory with that, MB"] = memory_of(server)
    return results


def jump(count: int) -> dict[str, float]:
    """One advance that carries so many environments through all their steps."""
    with running(*QUIET, "--clock", "manual") as server:
        load = Load(server.port, create_requests())
        for _ in range(count):
            load.once()
        started = time.perf_counter()
        server.client.get("default").advance_until_idle()
        return {f"advance {count:,} environments to active, s": time.perf_counter() - started}


if __name__ == "__main__":
    main()
