"""`make soak`: minutes of load and hostility, then what passed, numbers included; exit code 1 where something failed."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable

from mockenv.cli.progress import alive, part
from soak import clients, memory, order, stopping

RUNS: dict[str, Callable[[float], str]] = {
    "million": memory.million,
    "connections": memory.connections,
    "sandboxes": memory.sandboxes,
    "parked": memory.parked,
    "idle": clients.idle,
    "full": clients.full,
    "slow": clients.slow,
    "garbage": clients.garbage,
    "order": order.order,
    "stop": stopping.stop,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"which: {', '.join(RUNS)} (all if left out)")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of each: 0.01 is a smoke test")
    told = parser.parse_args()
    unknown = [name for name in told.runs if name not in RUNS]
    if unknown:
        parser.error(f"no run is called {unknown[0]!r}; there are {', '.join(RUNS)}")
    names = told.runs or [*RUNS]
    rows = [run(name, told.scale, number, len(names)) for number, name in enumerate(names, 1)]
    print(f"\n{'run':12} {'':6} {'s':>6}  what it found")
    for name, passed, seconds, found in rows:
        print(f"{name:12} {'passed' if passed else 'FAILED':6} {seconds:6.1f}  {found}")
    return int(not all(passed for _, passed, _, _ in rows))


def run(name: str, scale: float, number: int = 1, of: int = 1) -> tuple[str, bool, float, str]:
    print(f"{name} …", flush=True)
    started = time.perf_counter()
    try:
        with alive(part(name, number, of)):
            passed, found = True, RUNS[name](scale)
    except Exception as error:  # noqa: BLE001  # one run that fails does not keep the others from running
        traceback.print_exc()
        passed, found = False, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return name, passed, time.perf_counter() - started, found


if __name__ == "__main__":
    sys.exit(main())
