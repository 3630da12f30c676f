"""The verbs of somebody else: what changes, appears and goes behind the client's back; decides nothing."""

from __future__ import annotations

import json
from typing import Any

import click

from mockenv.cli.completing import resources
from mockenv.cli.output import show, table
from mockenv.cli.server import Command, json_option, sandbox_option
from mockenv.client import Json, Sandbox

TEXT, JSON_VALUE = "=", ":="


def silently(command: Command) -> Command:
    """Adds --silent."""
    return click.option("--silent", is_flag=True, help="Tell nobody: no event, no webhook, no line in a log.")(command)


@click.group()
def drift() -> None:
    """Change, add and take away resources behind the client's back, as somebody at the console would."""


@drift.command()
@click.argument("resource", shell_complete=resources)
@click.argument("members", nargs=-1, required=True, metavar="MEMBER=TEXT|MEMBER:=JSON...")
@silently
@sandbox_option
@json_option
def change(resource: str, members: tuple[str, ...], silent: bool, sandbox: Sandbox, as_json: bool) -> None:
    """Change members of a resource: mockenv drift change vector/environment/67890 php_version=8.1 is_production:=true"""
    _tell(sandbox.change(resource, _members(members), silent=silent), as_json)


@drift.command()
@click.argument("resource")
@click.argument("members", nargs=-1, metavar="[MEMBER=TEXT|MEMBER:=JSON]...")
@click.option("--like", metavar="ID", help="Which one of its kind it is like, but for these members.  [default: the first]")
@silently
@sandbox_option
@json_option
def add(resource: str, members: tuple[str, ...], like: str | None, silent: bool, sandbox: Sandbox, as_json: bool) -> None:
    """Add one more: mockenv drift add vector/environment/70000 name=by-hand"""
    _tell(sandbox.add(resource, _members(members), like=like, silent=silent), as_json)


@drift.command()
@click.argument("resource", shell_complete=resources)
@silently
@sandbox_option
@json_option
def remove(resource: str, silent: bool, sandbox: Sandbox, as_json: bool) -> None:
    """Take a resource away, with all that belongs to it: mockenv drift remove vector/environment/67890"""
    _tell(sandbox.remove(resource, silent=silent), as_json)


def _tell(resource: Json, as_json: bool) -> None:
    show(resource, as_json, table([resource], ("name", "label", "status"), ""))


def _members(words: tuple[str, ...]) -> dict[str, Any]:
    """`name=text` and `count:=5`. Raises UsageError."""
    return dict(_member(word) for word in words)


def _member(word: str) -> tuple[str, Any]:
    name, is_given, text = word.partition(TEXT)
    if not (is_given and name.rstrip(":")):
        raise click.UsageError(f"{word!r} is neither MEMBER=TEXT nor MEMBER:=JSON")
    if not name.endswith(":"):
        return name, text
    try:
        return name[:-1], json.loads(text)
    except ValueError:
        raise click.UsageError(f"{word!r}: what follows {JSON_VALUE} is not JSON; a text is given with {TEXT}") from None


COMMANDS = (drift,)
