"""`make tables`: runs the programs that are here, keeps what was seen in docs/tables, and shows what changed. Names choose tables."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from importlib import import_module

from tables.kept import Row, changes, merge, read, write

TABLES: Mapping[str, str] = {
    "http-clients": "tables.http_clients",
    "pytest-neighbours": "tables.pytest_neighbours",
    "openapi-tools": "tables.openapi_tools",
    "webhook-verifiers": "tables.webhook_verifiers",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make tables", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"one of {', '.join(TABLES)}; all if none is named")
    parser.add_argument("--only", metavar="WORD", help="only programs whose name contains this")
    parser.add_argument("--check", action="store_true", help="keep nothing; exit code 1 if anything is seen otherwise")
    told = parser.parse_args()
    wrong = [name for name in told.tables if name not in TABLES]
    if wrong:
        parser.error(f"no table {wrong[0]!r}: there are {', '.join(TABLES)}")
    differs = False
    for name in told.tables or TABLES:
        measure: Callable[[str | None], list[Row]] = import_module(TABLES[name]).measure
        old, new = read(name), measure(told.only)
        seen = list(changes(old, new))
        differs = differs or bool(seen)
        print(f"{name}: {len(new)} programs, {len(seen)} changes", *seen, sep="\n  ")
        if not told.check:
            write(name, merge(old, new))
    parser.exit(int(told.check and differs))


if __name__ == "__main__":
    main()
