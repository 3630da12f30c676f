"""Verbs that show what is shipped: scenarios and fixtures; they need no server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mockenv.cli import completing
from mockenv.cli.output import show, table
from mockenv.cli.server import json_option


@click.command()
@click.argument("name", required=False, shell_complete=completing.scenarios)
@json_option
def scenarios(name: str | None, as_json: bool) -> None:
    """List the shipped scenarios, or show one: for `serve --scenario`, `sandbox create --scenario` and the pytest marker."""
    _tell("scenario", name, as_json)


@click.command()
@click.argument("name", required=False, shell_complete=completing.fixtures)
@json_option
def fixtures(name: str | None, as_json: bool) -> None:
    """List the shipped fixtures, or show one: what a world begins with."""
    _tell("fixture", name, as_json)


def _tell(what: str, name: str | None, as_json: bool) -> None:
    from mockenv.bootstrap import fixtures_folder
    from mockenv.kernel.worlds.library import Library

    library = Library(fixtures_folder())
    if name is not None:
        content = {**library.find(what, name)}
        path = content.pop("_where")
        show(content, as_json, _text_of(path))
        return
    rows = [{"name": one, "description": _description(library.find(what, one))} for one in library.names(what)]
    show(rows, as_json, table(rows, ("name", "description"), f"no {what}s"))


def _text_of(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").rstrip().splitlines()


def _description(content: Mapping[str, Any]) -> str:
    """Its first line: a scenario's member, a fixture's first comment."""
    told = content.get("description") or _text_of(content["_where"])[0].lstrip("# ")
    return str(told).strip().splitlines()[0]


COMMANDS = (scenarios, fixtures)
