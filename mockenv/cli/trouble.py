"""Verbs that make things go wrong: faults, hold."""

from __future__ import annotations

import json
from typing import Any

import click

from mockenv.cli.completing import rules, steps
from mockenv.cli.output import show, table
from mockenv.cli.server import json_option, sandbox_option
from mockenv.client import Sandbox


@click.command()
@click.argument("words", metavar="[RULE | remove ID...]", nargs=-1, shell_complete=rules)
@click.option("--clear", is_flag=True, help="Take all rules away.")
@sandbox_option
@json_option
def faults(words: tuple[str, ...], clear: bool, sandbox: Sandbox, as_json: bool) -> None:
    """Show the rules that make things go wrong; add one as JSON, or remove some by their ids.

    mockenv faults '{"step": "finalizing", "effect": {"fail": "no"}}'
    """
    if clear:
        sandbox.clear_faults()
    if words[:1] == ("remove",):
        _remove(sandbox, words[1:])
    elif words:
        sandbox.add_fault(_rule(words))
    found = sandbox.faults()
    rows = [{**one, "rule": {key: value for key, value in one.items() if key not in ("id", "hits", "effect")}} for one in found]
    show(found, as_json, table(rows, ("id", "hits", "effect", "rule"), "no faults"))


def _remove(sandbox: Sandbox, ids: tuple[str, ...]) -> None:
    if not ids:
        raise click.UsageError("say which: mockenv faults remove ID; `mockenv faults` lists them")
    for id in ids:
        sandbox.remove_fault(id)


def _rule(words: tuple[str, ...]) -> dict[str, Any]:
    """From the command line. Raises UsageError."""
    try:
        told = json.loads(words[0]) if len(words) == 1 else None
    except ValueError:
        told = None
    if not isinstance(told, dict) or "effect" not in told:
        raise click.UsageError('a rule is a JSON object with an "effect", in one argument; or say `remove ID`')
    return told


@click.command()
@click.argument("step", shell_complete=steps)
@click.option("--release", is_flag=True, help="Open the gate instead.")
@sandbox_option
def hold(step: str, release: bool, sandbox: Sandbox) -> None:
    """Keep a step from finishing until it is released."""
    if release:
        click.echo(f"released {sandbox.release(step)}")
    else:
        sandbox.hold(step)
        click.echo(f"holding {step}")


COMMANDS = (faults, hold)
