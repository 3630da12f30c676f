"""Verbs that make, keep and drop worlds: reset, sandbox, snapshot."""

from __future__ import annotations

import sys
from typing import Any

import click

from mockenv.cli.completing import fixtures, sandboxes, scenarios, snapshots
from mockenv.cli.output import show, table
from mockenv.cli.server import json_option, sandbox_option, server_option
from mockenv.cli.time import CLOCK_COLUMNS
from mockenv.client import Mockenv, Sandbox

DEFAULT = "default"


@click.command()
@sandbox_option
def reset(sandbox: Sandbox) -> None:
    """Take a sandbox back to its beginning."""
    sandbox.reset()
    click.echo(f"{sandbox.name} is as new")


@click.group()
def sandbox() -> None:
    """Make, list, reset and delete sandboxes."""


@sandbox.command("create")
@click.argument("name", required=False)
@click.option("--seed", type=int)
@click.option("--fixture", shell_complete=fixtures, help="A fixture's name.")
@click.option("--scenario", shell_complete=scenarios, help="A scenario's name.")
@click.option("--clock", type=click.Choice(("real", "manual", "auto")))
@server_option
@json_option
def create_sandbox(server: Mockenv, as_json: bool, **told: Any) -> None:
    """Make a sandbox; prints its address and tokens."""
    made = server.sandbox(**told)
    tokens = [
        {"provider": one, "role": role, "token": token} for one, roles in made.tokens.items() for role, token in roles.items()
    ]
    show(made.about, as_json, [f"{made.name} at {made.url}", *table(tokens, ("provider", "role", "token"), "")])


@sandbox.command("list")
@server_option
@json_option
def list_sandboxes(server: Mockenv, as_json: bool) -> None:
    """The sandboxes there are."""
    found = server.sandboxes()
    rows = [{"name": one["name"], "seed": one["seed"], **one["clock"]} for one in found]
    show(found, as_json, table(rows, ("name", "seed", *CLOCK_COLUMNS), ""))


@sandbox.command("reset")
@click.argument("name", shell_complete=sandboxes)
@server_option
def reset_sandbox(name: str, server: Mockenv) -> None:
    """Take a sandbox back to its beginning."""
    server.get(name).reset()
    click.echo(f"{name} is as new")


@sandbox.command("delete")
@click.argument("name", shell_complete=sandboxes)
@click.option("--yes", is_flag=True, help="Do not ask before the default sandbox goes.")
@server_option
@json_option
def delete_sandbox(name: str, server: Mockenv, as_json: bool, yes: bool) -> None:
    """Drop a sandbox; prints what was made there and never deleted."""
    if name == DEFAULT and not yes:
        _ask_for_default()
    held = server.get(name).drop()
    show({"held": held}, as_json, [f"never deleted: {one}" for one in held] or "nothing was left behind")


def _ask_for_default() -> None:
    """Whoever names no sandbox is in it: dropping it takes their world away. Where nobody can be asked, it takes --yes."""
    if not sys.stdin.isatty():
        raise click.UsageError("the default sandbox is everybody's who names none: say --yes to drop it, or `reset` it")
    click.confirm("The default sandbox is everybody's who names none. Drop it?", abort=True, err=True)


@click.group()
def snapshot() -> None:
    """Keep, restore and fork worlds."""


@snapshot.command("save")
@click.argument("name")
@sandbox_option
def save_snapshot(name: str, sandbox: Sandbox) -> None:
    """Keep the world as it is."""
    click.echo(f"{name} kept at {sandbox.snapshot(name)['now']}")


@snapshot.command("list")
@sandbox_option
@json_option
def list_snapshots(sandbox: Sandbox, as_json: bool) -> None:
    """The snapshots of a sandbox."""
    found = sandbox.snapshots()
    show(found, as_json, table(found, ("name", "now"), "no snapshots"))


@snapshot.command("restore")
@click.argument("name", shell_complete=snapshots)
@click.option("--into", help="Into another sandbox: a fork.")
@sandbox_option
def restore_snapshot(name: str, into: str | None, sandbox: Sandbox) -> None:
    """Back to a snapshot, clock and agenda included."""
    if into:
        sandbox = sandbox.fork(name, into)
    else:
        sandbox.restore(name)
    click.echo(f"{sandbox.name} is as {name} was")


@snapshot.command("delete")
@click.argument("name", shell_complete=snapshots)
@sandbox_option
def delete_snapshot(name: str, sandbox: Sandbox) -> None:
    """Throw a snapshot away."""
    sandbox.drop_snapshot(name)
    click.echo(f"{name} is gone")


COMMANDS = (reset, sandbox, snapshot)
