"""The command line: `serve` and its helpers; everything is built elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mockenv import __version__
from mockenv.errors import BadInput, MockenvError
from mockenv.settings import Settings, load_settings

CANNOT_START, USAGE = 1, 2


class Group(click.Group):
    """Our own errors end in one line on stderr and an exit code, never in a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except MockenvError as error:
            click.echo(f"mockenv: {error}", err=True)
            sys.exit(USAGE if isinstance(error, BadInput) else CANNOT_START)


@click.group(cls=Group, context_settings={"help_option_names": ["--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mockenv")
def main() -> None:
    """A local, stateful simulator of services that create environments."""


def _serve_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("-H", "--host", help="Address to listen on.  [127.0.0.1]"),
        click.option("-p", "--port", type=int, help="Port; 0 takes a free one.  [6368]"),
        click.option("--port-file", help="Write the port to this file once it is open."),
        click.option("--state", help="Keep the state in this file; it beats --fixture on a restart."),
        click.option("--fixture", help="The starting world, by name or file.  [docs]"),
        click.option("--scenario", help="A fixture with clock, delays and faults, by name or file."),
        click.option("--clock", type=click.Choice(("real", "manual", "auto")), help="Who moves time.  [real]"),
        click.option("--speed", type=float, help="How fast a real clock runs.  [1]"),
        click.option("--seed", type=int, help="Where all chance comes from.  [0]"),
        click.option("--auth", type=click.Choice(("lenient", "strict")), help="Which tokens count.  [lenient]"),
        click.option(
            "--check-replies", type=click.Choice(("off", "log", "fail")), help="Check replies against the documents.  [off]"
        ),
        click.option("--log-format", type=click.Choice(("text", "json")), help="For people or for machines.  [text]"),
        click.option("--log-level", type=click.Choice(("debug", "info", "warning", "error")), help="How much to tell.  [info]"),
        click.option("--admin-token", help="Wanted by /_mockenv/ when the server is exposed."),
        click.option(
            "--allow-host", multiple=True, metavar="NAME", help="A host name under which /_mockenv/ may be reached; repeatable."
        ),
        click.option("--option", multiple=True, metavar="PROVIDER.NAME=VALUE", help="A provider's option; repeatable."),
        click.option("--journal-size", type=int, help="Requests remembered per sandbox; 0 for none.  [1000]"),
        click.option("--config", type=click.Path(), envvar="MOCKENV_CONFIG", help="A YAML file with any of these."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@_serve_options
def serve(config: str | None, **flags: Any) -> None:
    """Start the simulator. Every flag is also a variable: MOCKENV_PORT and so on."""
    from mockenv.serving import serve_forever

    serve_forever(_settings(config, flags))


def _settings(config: str | None, flags: dict[str, Any]) -> Settings:
    if config is None:
        return load_settings(flags)
    from mockenv.kernel.library import read_yaml

    return load_settings(flags, None, read_yaml(Path(config)), config)


@main.command()
@click.option("--url", help="The server's base URL; from MOCKENV_HOST and MOCKENV_PORT if left out.")
def health(url: str | None) -> None:
    """Exit 0 if a server answers, 1 if not: for a container's HEALTHCHECK."""
    from urllib.error import URLError
    from urllib.request import urlopen

    settings = load_settings({})
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104  # compared with, not bound to
    address = f"{url or f'http://{host}:{settings.port}'}/_mockenv/health"
    try:
        with urlopen(address, timeout=3) as answer:  # noqa: S310  # the user's own address
            click.echo(answer.read().decode())
    except (URLError, OSError, ValueError) as error:
        click.echo(f"mockenv: no server at {address}: {error}", err=True)
        sys.exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def version(as_json: bool) -> None:
    """Print the version."""
    click.echo(json.dumps({"version": __version__}) if as_json else f"mockenv {__version__}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def routes(as_json: bool) -> None:
    """Print every operation that is served."""
    from mockenv.bootstrap import document_of
    from mockenv.providers import discover

    table = {one.name: document_of(one).operations.values() for one in discover()}
    if as_json:
        rows = {
            name: [{"operation": one.id, "method": one.method, "path": one.path} for one in found] for name, found in table.items()
        }
        click.echo(json.dumps(rows, indent=2))
        return
    for name, operations in table.items():
        for one in operations:
            click.echo(f"{name:14}{one.method:8}{one.path:70}{one.id}")
