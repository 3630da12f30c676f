"""The verb that runs a command once for every point at which something can fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mockenv.cli.address import server_at
from mockenv.cli.completing import fixtures, scenarios
from mockenv.cli.progress import alive
from mockenv.cli.server import json_option
from mockenv.client import Mockenv

SWEEPS = "mockenv-sweep"


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option("--fixture", shell_complete=fixtures, help="What each world begins with: a name or a file.")
@click.option("--scenario", shell_complete=scenarios, help="How each world is: a name or a file.")
@click.option("--clock", type=click.Choice(("auto", "real", "manual")), help="[default: auto, if the scenario says nothing]")
@click.option("--seed", type=int, help="Of every world.")
@click.option("--budget", metavar="DURATION", help="Begin nothing more after this much time: 5m.")
@click.option("--limit", metavar="DURATION", help="When a run has hung.  [default: five clean runs and ten seconds]")
@click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default="the machine's cores", help="Runs at a time."
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Points by their ids, * for anything; repeatable.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FILE", help="Keep there what is found, and go on from it.")
@click.option("--repros", type=click.Path(path_type=Path), default=SWEEPS, show_default=True, help="The folder of scenario files.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write the table there as JUnit, too.")
@click.option("--url", envvar="MOCKENV_URL", help="A server that runs; if left out, one of its own is started.")
@click.option("--admin-token", envvar="MOCKENV_ADMIN_TOKEN", help="The --admin-token of that server.")
@json_option
def sweep(
    command: tuple[str, ...],
    budget: str | None,
    limit: str | None,
    jobs: int,
    only: tuple[str, ...],
    state: Path | None,
    repros: Path,
    junit: Path | None,
    url: str | None,
    admin_token: str | None,
    as_json: bool,
    **told: str | int | None,
) -> None:
    """Run a command once for every point at which something can fail: mockenv sweep -- ./deploy.sh

    A clean run shows the points: each request before and after it is carried out, each step, each delivery. Then every one fails
    once, each time in a world of its own, to which the variables of `mockenv env` lead. Exit code 1 where a run hung, left
    something behind, or ended well with wrong data.
    """
    from mockenv.kernel.time.clock import Wall
    from mockenv.sweep.commands import sweep_command
    from mockenv.sweep.setting import composed
    from mockenv.sweep.sweeping import Bounds, seconds_of
    from mockenv.sweep.telling import to_json, to_junit, to_text

    seconds = (seconds_of(budget, "--budget"), seconds_of(limit, "--limit"))
    bounds = Bounds(jobs, *seconds, repros, only, state, Wall().stopwatch())
    world, line = composed(told), ["the clean run"]
    with _server(url, admin_token) as server, alive(lambda: f"sweep: {line[-1]}"):
        rows = sweep_command(server, command, world, bounds, line.append)
    if junit:
        junit.write_text(to_junit(rows), encoding="utf-8")
    click.echo(to_json(rows, world) if as_json else "\n".join(to_text(rows)))
    sys.exit(any(row.is_bad for row in rows))


@contextmanager
def _server(url: str | None, admin_token: str | None) -> Iterator[Mockenv]:
    """The one that was named, or one of our own, whatever the shell's variables say of others."""
    if url:
        yield server_at(url, admin_token)
        return
    from mockenv.serving import ThreadedServer, configure_logging
    from mockenv.settings import load_settings
    from mockenv.sweep.sweeping import JOURNAL

    settings = load_settings({"port": 0, "log_level": "error", "journal_size": JOURNAL}, {})
    configure_logging(settings)
    running = ThreadedServer(settings).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


COMMANDS = (sweep,)
