"""Verbs that drive a running server: thin callers of its control plane."""

from __future__ import annotations

import json
from typing import Any

import click

from mockenv.cli.output import show, table, tell_what_lacks
from mockenv.cli.server import json_option, sandbox_option, server_option
from mockenv.client import Advanced, Mockenv, Sandbox

CLOCK_COLUMNS = ("mode", "speed", "now", "next")


@click.command()
@click.option("--mode", type=click.Choice(("real", "manual", "auto")), help="Change who moves time.")
@click.option("--speed", type=float, help="Change how fast a real clock runs.")
@click.option("--now", help="Move forward to this moment.")
@sandbox_option
@json_option
def clock(mode: str | None, speed: float | None, now: str | None, sandbox: Sandbox, as_json: bool) -> None:
    """Show or change a sandbox's clock."""
    changed = mode is not None or speed is not None or now is not None
    told = sandbox.set_clock(mode, speed=speed, now=now) if changed else sandbox.clock()
    show(told, as_json, table([told], CLOCK_COLUMNS, ""))


@click.command()
@click.argument("by", required=False)
@click.option("--until", help="next, idle, or RESOURCE=STATUS such as vector/environment/67890=active.")
@click.option("--max", "limit", help="How far at most, with --until.  [24h]")
@sandbox_option
@json_option
def advance(by: str | None, until: str | None, limit: str | None, sandbox: Sandbox, as_json: bool) -> None:
    """Let time pass: mockenv advance 90s, or mockenv advance --until idle. Exit code 1 if it does not come to that."""
    if (by is None) == (until is None):
        raise click.UsageError("say how far (90s) or --until what, one of the two")
    if limit is not None and until is None:
        raise click.UsageError("--max goes with --until")
    moved = sandbox.advance(by) if by is not None else _advance_until(sandbox, str(until), limit or "24h")
    lines = table(list(moved.fired), ("at", "resource", "detail"), "nothing was due")
    show(vars(moved), as_json, [*lines, f"now {moved.now}" + ("" if moved.reached else ", which is not as far as was asked")])
    if not moved.reached:
        raise SystemExit(1)


@click.command()
@sandbox_option
@json_option
def agenda(sandbox: Sandbox, as_json: bool) -> None:
    """Show what will happen, and when."""
    entries = sandbox.agenda()
    show(entries, as_json, table(entries, ("due", "state", "resource", "step"), "nothing is pending"))


@click.command()
@click.option("--provider", help="Only this service's.")
@click.option("--operation", help="An operation's name.")
@click.option("--method", help="GET, POST …")
@click.option("--path", help="A path; * stands for any characters.")
@click.option("--status", help="A status, or a class such as 4xx; 0 for no answer at all.")
@click.option("--since", help="Only after this number, or from this moment on.")
@click.option("--limit", type=int, help="The newest so many.  [50 for people, all for a HAR archive]")
@click.option("--har", is_flag=True, help="As a HAR archive for a browser's developer tools.")
@sandbox_option
@json_option
def journal(sandbox: Sandbox, as_json: bool, har: bool, limit: int | None, **query: Any) -> None:
    """Show what came in and what went out."""
    if har:
        click.echo(json.dumps(sandbox.har(**query, limit=limit), indent=2))
        return
    entries = sandbox.journal(**query, limit=limit or 50)
    show(entries, as_json, table(entries, ("number", "at", "method", "path", "status", "operation"), "no requests so far"))
    tell_what_lacks(entries)


@click.command()
@click.option("--why", help="For one reason only, such as no_route.")
@click.option("--limit", type=int, default=50, show_default=True, help="The newest so many.")
@click.option("--clear", is_flag=True, help="Forget them.")
@server_option
@json_option
def unmatched(server: Mockenv, as_json: bool, why: str | None, limit: int, clear: bool) -> None:
    """Show requests that belong to nobody: wrong paths, sandboxes that do not exist, bytes that are no HTTP."""
    if clear:
        click.echo(f"forgot {server.clear_unmatched()}")
        return
    found = server.unmatched(why=why, limit=limit)
    rows = [{**one, "nearest": "{method} {path}".format(**one["nearest"]) if one["nearest"] else None} for one in found]
    show(found, as_json, table(rows, ("number", "at", "method", "path", "status", "why", "nearest"), "nobody was turned away"))
    tell_what_lacks(found)


@click.command()
@click.option("--after", type=int, default=0, help="Only events with a greater id.")
@click.option("--type", help="An event's name.")
@click.option("--resource", help="Of one resource, such as vector/environment/67890.")
@sandbox_option
@json_option
def events(sandbox: Sandbox, as_json: bool, **query: Any) -> None:
    """Show what happened."""
    found = sandbox.events(**query)
    show(found, as_json, table(found, ("id", "at", "type", "resource"), "nothing happened so far"))
    tell_what_lacks(found)


@click.command()
@click.option("--provider", help="Only this service's.")
@click.option("--kind", help="A kind, such as environment.")
@click.option("--status", help="A status, such as active.")
@sandbox_option
@json_option
def resources(sandbox: Sandbox, as_json: bool, **query: Any) -> None:
    """Show what there is."""
    found = sandbox.resources(**query)
    show(found, as_json, table(found, ("name", "status"), "there is nothing"))


@click.command()
@click.argument("rule", required=False)
@click.option("--clear", is_flag=True, help="Take all rules away.")
@sandbox_option
@json_option
def faults(rule: str | None, clear: bool, sandbox: Sandbox, as_json: bool) -> None:
    """Show the rules that make things go wrong, or add one as JSON: '{"step": "finalizing", "effect": {"fail": "no"}}'."""
    if clear:
        sandbox.clear_faults()
    if rule is not None:
        try:
            told = json.loads(rule)
        except ValueError:
            told = None
        if not isinstance(told, dict) or "effect" not in told:
            raise click.UsageError('a rule is a JSON object with an "effect"')
        sandbox.add_fault(told)
    found = sandbox.faults()
    rows = [{**one, "rule": {key: value for key, value in one.items() if key not in ("id", "hits", "effect")}} for one in found]
    show(found, as_json, table(rows, ("id", "hits", "effect", "rule"), "no faults"))


@click.command()
@click.argument("step")
@click.option("--release", is_flag=True, help="Open the gate instead.")
@sandbox_option
def hold(step: str, release: bool, sandbox: Sandbox) -> None:
    """Keep a step from finishing until it is released."""
    if release:
        click.echo(f"released {sandbox.release(step)}")
    else:
        sandbox.hold(step)
        click.echo(f"holding {step}")


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
@click.option("--fixture", help="A fixture's name.")
@click.option("--scenario", help="A scenario's name.")
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
@click.argument("name")
@server_option
def reset_sandbox(name: str, server: Mockenv) -> None:
    """Take a sandbox back to its beginning."""
    server.get(name).reset()
    click.echo(f"{name} is as new")


@sandbox.command("delete")
@click.argument("name")
@server_option
@json_option
def delete_sandbox(name: str, server: Mockenv, as_json: bool) -> None:
    """Drop a sandbox; prints what was made there and never deleted."""
    held = server.get(name).drop()
    show({"held": held}, as_json, [f"never deleted: {one}" for one in held] or "nothing was left behind")


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
@click.argument("name")
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
@click.argument("name")
@sandbox_option
def delete_snapshot(name: str, sandbox: Sandbox) -> None:
    """Throw a snapshot away."""
    sandbox.drop_snapshot(name)
    click.echo(f"{name} is gone")


def _advance_until(sandbox: Sandbox, until: str, limit: str) -> Advanced:
    if until == "next":
        return sandbox.advance_to_next(limit)
    if until == "idle":
        return sandbox.advance_until_idle(limit)
    resource, equals, status = until.partition("=")
    if not equals:
        raise click.UsageError("--until wants next, idle or RESOURCE=STATUS")
    return sandbox.advance_until(resource, status, limit)


COMMANDS = (clock, advance, agenda, journal, unmatched, events, resources, faults, hold, reset, sandbox, snapshot)
