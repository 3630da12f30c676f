"""Verbs that need no server: version, routes, validate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypedDict

import click

from mockenv.cli.output import show, table
from mockenv.cli.progress import alive, part
from mockenv.cli.server import json_option
from mockenv.errors import BadInput
from mockenv.version import __version__, form


class Finding(TypedDict):
    """About one file: what it is, or what is wrong with it."""

    file: str
    kind: str | None
    problems: list[str]


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version, and whether it is the compiled form or pure Python."""
    show({"version": __version__, "form": form()}, as_json, f"mockenv {__version__} ({form()})")


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
    """Check fixtures, scenarios, models of services, and suites; exit 1 if one is bad.

    A file with scenario members (clock, delays, faults, holds …) is read as a scenario, one with resources or operations as a
    model, which is checked against the document that it names, one with steps or lists as a provider's conformance suite or
    harvest, any other as a fixture.
    """
    from mockenv.bootstrap import validate_file
    from mockenv.conformance.validating import check
    from mockenv.kernel.worlds.places import lines_of

    findings: list[Finding] = []
    for number, path in enumerate(files, 1):
        try:
            with alive(part(str(path), number, len(files))):
                kind = check(path) or validate_file(path)
            findings.append({"file": str(path), "kind": kind, "problems": []})
        except BadInput as error:
            findings.append({"file": str(path), "kind": None, "problems": lines_of(error)})
    show(findings, as_json, [line for one in findings for line in one["problems"] or [f"{one['file']}: a good {one['kind']}"]])
    sys.exit(any(one["problems"] for one in findings))


COMMANDS = (version, routes, validate)
