"""Verbs about a sandbox's time: clock, advance, wait, agenda."""

from __future__ import annotations

import click

from mockenv.cli.advancing import Aim, follow, told, where_it_is
from mockenv.cli.completing import resources
from mockenv.cli.output import show, table
from mockenv.cli.progress import alive
from mockenv.cli.server import json_option, sandbox_option
from mockenv.client import ClockMode, Dates, Sandbox

CLOCK_COLUMNS = ("mode", "speed", "now", "dates", "next")


@click.command()
@click.option("--mode", type=click.Choice(("real", "manual", "auto")), help="Change who moves time.")
@click.option("--speed", type=float, help="Change how fast a real clock runs.")
@click.option("--now", help="Move forward to this moment.")
@click.option("--dates", type=click.Choice(("sandbox", "wall")), help="Change by which clock that is dated which leaves.")
@sandbox_option
@json_option
def clock(
    mode: ClockMode | None, speed: float | None, now: str | None, dates: Dates | None, sandbox: Sandbox, as_json: bool
) -> None:
    """Show or change a sandbox's clock."""
    changed = (mode, speed, now, dates) != (None, None, None, None)
    found = sandbox.set_clock(mode, speed=speed, now=now, dates=dates) if changed else sandbox.clock()
    show(found, as_json, table([found], CLOCK_COLUMNS, ""))


@click.command()
@click.argument("by", required=False)
@click.option("--until", help="next, idle, or RESOURCE=STATUS such as vector/environment/67890=active.")
@click.option("--max", "limit", help="How far at most, with --until.  [24h]")
@click.option("--follow", "follows", is_flag=True, help="Print each moment as it comes, with --until idle or RESOURCE=STATUS.")
@click.option("--summary/--no-summary", default=None, help="Counts instead of a line each.  [where more than 50 ran]")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing; the exit code says it.")
@sandbox_option
@json_option
def advance(
    by: str | None,
    until: str | None,
    limit: str | None,
    follows: bool,
    summary: bool | None,
    quiet: bool,
    sandbox: Sandbox,
    as_json: bool,
) -> None:
    """Let time pass: mockenv advance 90s, or mockenv advance --until idle. Exit code 1 if it does not come to that."""
    aim = Aim.of(by, until, limit)
    if follows and (as_json or quiet):
        raise click.UsageError("--follow prints as it goes, for people: it goes neither with --json nor with --quiet")
    if follows:
        moved = follow(sandbox, aim, click.echo)
    else:
        with alive(lambda: where_it_is(sandbox)):
            moved = aim.reach(sandbox)
        if not quiet:
            show(vars(moved), as_json, told(moved, summary))
    if not moved.reached:
        raise SystemExit(1)


@click.command()
@click.argument("aim", metavar="RESOURCE=STATUS", shell_complete=resources)
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Real seconds.")
@sandbox_option
def wait(aim: str, timeout: float, sandbox: Sandbox) -> None:
    """Wait in real time until a resource has a status (`gone` where it is no more). Exit code 1 if it does not come to that."""
    resource, equals, status = aim.partition("=")
    if not equals:
        raise click.UsageError("say RESOURCE=STATUS, such as vector/environment/67890=active")
    with alive(lambda: where_it_is(sandbox)):
        reached = sandbox.wait(resource, status, timeout)
    click.echo(f"{resource} is {status}" if reached else f"{resource} is not {status} after {timeout:g} s")
    if not reached:
        raise SystemExit(1)


@click.command()
@sandbox_option
@json_option
def agenda(sandbox: Sandbox, as_json: bool) -> None:
    """Show what will happen, and when."""
    entries = sandbox.agenda()
    show(entries, as_json, table(entries, ("due", "state", "resource", "step"), "nothing is pending"))


COMMANDS = (clock, advance, wait, agenda)
