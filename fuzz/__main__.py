"""`make fuzz`: every document against a server of this checkout, strict, lenient and naive; exit code 1 where something was found."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from fuzz import documents, properties
from fuzz.documents import SUBJECTS
from fuzz.outcome import Outcome
from fuzz.properties import PROPERTIES
from fuzz.server import served
from mockenv.cli.progress import alive, part

NAMES = (*SUBJECTS, *PROPERTIES)
MODES = ("strict", "lenient", "naive")
"""Naive: strict, by somebody who has read nothing; only what nobody has explained counts."""
COLUMNS = "{:14}{:9}{:>12}{:>10}{:>8}{:>10}{:>7}"


def main() -> int:
    told = arguments()
    seed = random.SystemRandom().randrange(1_000_000) if told.seed is None else told.seed
    print(f"seed {seed}, {told.examples} examples for each operation and phase", flush=True)
    print(COLUMNS.format("document", "auth", "operations", "accepted", "cases", "findings", "s"), flush=True)
    found = 0
    runs = [(name, auth) for name in told.names or NAMES for auth in told.auth or (MODES if name in SUBJECTS else MODES[:1])]
    for number, (name, auth) in enumerate(runs, 1):
        started = time.monotonic()
        with alive(part(f"{name} {auth}", number, len(runs))):
            outcome = measured(name, auth, told.examples, seed)
        report(name, auth, outcome, time.monotonic() - started, f"--examples {told.examples} --seed {seed}")
        found += outcome.found
    print(f"{found} findings" if found else "nothing found")
    return 1 if found else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all of them if none is named")
    parser.add_argument("--examples", type=int, default=50, help="how many requests are drawn (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="the same seed draws the same requests; a new one if left out")
    parser.add_argument("--auth", action="append", choices=MODES, help="only this mode")
    told = parser.parse_args()
    for name in told.names:
        if name not in NAMES:
            parser.error(f"{name!r} is not known; known: {', '.join(NAMES)}")
    return told


def report(name: str, auth: str, outcome: Outcome, seconds: float, again: str) -> None:
    """One line; what was found is printed below it."""
    tried, got = (f"{outcome.tested}/{outcome.selected}", outcome.accepted) if name in SUBJECTS else ("", "")
    print(COLUMNS.format(name, auth, tried, got, outcome.cases, outcome.found, f"{seconds:.0f}"), flush=True)
    if outcome.problems:
        print(
            *outcome.problems,
            f'again: make fuzz ARGS="{name} --auth {auth} {again}"',
            sep="\n\n",
            end="\n\n",
        )


def measured(name: str, auth: str, examples: int, seed: int) -> Outcome:
    """One document against one fresh server."""
    with tempfile.TemporaryDirectory(prefix="mockenv-fuzz-") as place:
        folder = Path(place)
        if name in PROPERTIES:
            with served(folder, "--auth", auth) as server:
                outcome = properties.run(PROPERTIES[name], server, examples, seed)
        else:
            with served(folder, *documents.flags(name, auth)) as server:
                outcome = documents.run(name, server, folder, examples, seed, auth)
                outcome.accepted = min(outcome.selected, max(outcome.accepted, server.accepted(name)))
        broken = server.tracebacks()
        outcome.problems += [f"in the server's log:\n{text}" for text in broken[:3]]
        outcome.found += len(broken)
        return outcome


if __name__ == "__main__":
    sys.exit(main())
