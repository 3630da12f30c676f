"""Verbs that show what came in, what went out and what happened: journal, verify, unmatched, events, resources, deliveries."""

from __future__ import annotations

import json
from typing import Any

import click

from mockenv.cli import completing
from mockenv.cli.output import show, table, tell_what_lacks
from mockenv.cli.server import Command, json_option, sandbox_option, server_option
from mockenv.client import Mockenv, Sandbox

DELIVERY_COLUMNS = ("id", "event", "state", "attempts", "last", "url")
REQUEST_OPTIONS = (
    click.option("--provider", shell_complete=completing.providers, help="Only this service's."),
    click.option("--operation", shell_complete=completing.operations, help="An operation's name."),
    click.option("--method", help="GET, POST …"),
    click.option("--path", help="A path; * stands for any characters."),
    click.option("--status", help="A status, or a class such as 4xx; 0 for no answer at all."),
)


def _which_requests(command: Command) -> Command:
    """Adds the options that say which requests are meant."""
    for option in reversed(REQUEST_OPTIONS):
        command = option(command)
    return command


@click.command()
@_which_requests
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
@_which_requests
@click.option("--match", help="More of it, as JSON: headers, query, body, as the control plane takes them.")
@click.option("--exactly", type=int, help="So many requests.")
@click.option("--at-least", type=int, help="So many or more.  [1]")
@click.option("--at-most", type=int, help="So many or fewer.")
@sandbox_option
@json_option
def verify(
    sandbox: Sandbox,
    as_json: bool,
    match: str | None,
    exactly: int | None,
    at_least: int | None,
    at_most: int | None,
    **wanted: Any,
) -> None:
    """Whether the requests were as they should be: mockenv verify --operation createEnvironment --exactly 1.

    Exit code 1 if they were not, or if nobody can tell any more.
    """
    described = {**_object(match), **{name: value for name, value in wanted.items() if value is not None}}
    if (exactly, at_least, at_most) == (None, None, None):
        at_least = 1
    found = sandbox.verify(described, exactly=exactly, at_least=at_least, at_most=at_most)
    verdict = {True: "as it should be", False: "not as it should be", None: f"cannot be told: {found.reason}"}[found.ok]
    near = table(found.nearest, ("number", "method", "path", "status", "differs"), "") if found.nearest else []
    show(vars(found), as_json, [f"{found.count} match: {verdict}", *near])
    if not found.ok:
        raise SystemExit(1)


@click.command()
@click.option("--after", type=int, default=0, help="Only deliveries behind this number.")
@click.option("--state", help="pending, delivered, failed …")
@click.option("--subscription", help="One subscription's.")
@click.option("--limit", type=int, help="The newest so many.")
@click.option("--wait", type=float, help="So many real seconds, until there is one.")
@click.option("--redeliver", metavar="ID", help="Send one of them again, and show that.")
@sandbox_option
@json_option
def deliveries(sandbox: Sandbox, as_json: bool, redeliver: str | None, **query: Any) -> None:
    """Show the webhooks that were sent, or are to be, with every attempt."""
    if redeliver is not None:
        made = sandbox.redeliver(redeliver)
        show(made, as_json, table([_in_short(made)], DELIVERY_COLUMNS, ""))
        return
    found = sandbox.deliveries(**query)
    show(found, as_json, table([_in_short(one) for one in found], DELIVERY_COLUMNS, "nothing was delivered so far"))
    tell_what_lacks(found)


def _in_short(delivery: dict[str, Any]) -> dict[str, Any]:
    attempts = delivery["attempts"]
    return {
        **delivery,
        "attempts": len(attempts),
        "last": attempts[-1].get("status") or attempts[-1].get("error") if attempts else None,
    }


def _object(text: str | None) -> dict[str, Any]:
    """What --match says. Raises UsageError."""
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise click.UsageError('--match is a JSON object, such as {"body": {"name": "staging"}}')
    return told


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
@click.option("--resource", shell_complete=completing.resources, help="Of one resource, such as vector/environment/67890.")
@sandbox_option
@json_option
def events(sandbox: Sandbox, as_json: bool, **query: Any) -> None:
    """Show what happened."""
    found = sandbox.events(**query)
    show(found, as_json, table(found, ("id", "at", "type", "resource"), "nothing happened so far"))
    tell_what_lacks(found)


@click.command()
@click.option("--provider", shell_complete=completing.providers, help="Only this service's.")
@click.option("--kind", shell_complete=completing.kinds, help="A kind, such as environment.")
@click.option("--status", help="A status, such as active.")
@sandbox_option
@json_option
def resources(sandbox: Sandbox, as_json: bool, **query: Any) -> None:
    """Show what there is."""
    found = sandbox.resources(**query)
    show(found, as_json, table(found, ("name", "status"), "there is nothing"))


COMMANDS = (journal, verify, unmatched, events, resources, deliveries)
