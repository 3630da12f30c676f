"""`make bench`: mockenv beside its peers on this machine; a table for people, JSON for docs/performance.md.

A full run takes about ten minutes, all of it on loopback. It wants a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

from benchmarks.forms import BEFORE, COMPILED, built, unpack
from benchmarks.kept import LAST, write
from benchmarks.load import CONNECTIONS, BadAnswers
from benchmarks.measures import ALL, MEASURES
from benchmarks.peers import PACKAGES
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.process import DidNotStart
from benchmarks.results import Results, machine
from benchmarks.table import draw
from benchmarks.tools import Missing, version
from mockenv.cli.progress import alive, part, say

FAILURES = (BadAnswers, DidNotStart, Missing, HTTPException, OSError, RuntimeError, SubprocessError)


def main() -> int:
    told = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as with Ctrl-C: what was started is stopped on the way out
    with TemporaryDirectory(prefix="bench-before-") as folder:
        forms: dict[str, Path] = {}
        try:
            if told.before:
                unpack(told.before, Path(folder))
                forms[BEFORE] = Path(folder)
            if told.compiled:
                forms[COMPILED] = built()
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 2
        return _run(told, Plan(QUICK if told.quick else FULL, forms, million=told.million))


def _run(told: argparse.Namespace, plan: Plan) -> int:
    method = {
        "connections": CONNECTIONS,
        **asdict(plan.extent),
        **({"before": told.before} if told.before else {}),
        **({"compiled": True} if told.compiled else {}),
    }
    results, failed = Results(machine(), {}, method), False
    for number, name in enumerate(told.only, 1):
        try:
            with alive(part(name, number, len(told.only))):
                results.tables |= ALL[name](plan)
        except FAILURES as error:
            say(f"{name} was not measured: {error}")
            failed = True
    results.versions = _versions(results)
    print(draw(results))
    if told.json == LAST and (failed or plan.missing):  # what docs/ are drawn from is whole
        say(f"{LAST.name} stays as it was: this run is not whole")
    elif told.json:
        write(results, told.json)
        say(f"written to {told.json}")
    return int(failed)


def _versions(results: Results) -> dict[str, str]:
    """Of the peers that have a row somewhere."""
    measured = {name for table in results.tables.values() for name in table.rows}
    return {name: version(package) for name, package in PACKAGES.items() if name in measured}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes: one short round of each, up to 10,000 stored")
    parser.add_argument("--only", type=_names, default=[*MEASURES], metavar="NAME,…", help=f"of {', '.join(ALL)}")
    parser.add_argument("--million", action="store_true", help="fleet: also with a million documents stored, which takes minutes")
    parser.add_argument("--before", metavar="COMMIT", help="an earlier commit or tag of ours, measured beside in the same rounds")
    parser.add_argument("--compiled", action="store_true", help="what `make compiled` built, measured beside in the same rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"default: benchmarks/{LAST.name} for a full run, else none")
    told = parser.parse_args()
    if told.json is None and not told.quick and told.only == [*MEASURES]:
        told.json = LAST
    return told


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in ALL:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(ALL)}")
    return names


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
