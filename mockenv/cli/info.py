"""Verbs that need no server: version, routes, validate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockenv.cli.output import show, table
from mockenv.cli.server import json_option
from mockenv.errors import BadInput
from mockenv.version import __version__


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version."""
    show({"version": __version__}, as_json, f"mockenv {__version__}")


@click.command()
@json_option
def routes(as_json: bool) -> None:
    """Print every operation that is served."""
    from mockenv.bootstrap import document_of
    from mockenv.providers import discover

    rows = [
        {"provider": provider.name, "method": one.method, "path": one.path, "operation": one.id}
        for provider in discover()
        for one in document_of(provider).operations.values()
    ]
    show(rows, as_json, table(rows, ("provider", "method", "path", "operation"), "nothing is served"))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def validate(files: tuple[Path, ...], as_json: bool) -> None:
    """Check fixtures and scenarios; exit 1 if one is bad.

    A file with scenario members (clock, delays, faults, holds …) is read as a scenario, any other as a fixture.
    """
    from mockenv.bootstrap import validate_file

    findings = []
    for path in files:
        try:
            findings.append({"file": str(path), "kind": validate_file(path), "problem": None})
        except BadInput as error:
            findings.append({"file": str(path), "kind": None, "problem": str(error)})
    show(findings, as_json, [f"{one['file']}: a good {one['kind']}" if one["kind"] else f"{one['problem']}" for one in findings])
    sys.exit(any(one["problem"] for one in findings))


COMMANDS = (version, routes, validate)
