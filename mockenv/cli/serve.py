"""`mockenv serve` and `mockenv health`."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from mockenv.cli.completing import fixtures, scenarios
from mockenv.cli.learn import learn
from mockenv.cli.output import show
from mockenv.cli.server import json_option, server_option
from mockenv.client import Mockenv
from mockenv.settings import Settings, load_settings


def _serve_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option(
            "--document", multiple=True, metavar="FILE", help="Serve another service, from its own OpenAPI document; repeatable."
        ),
        click.option(
            "--model", multiple=True, metavar="FILE", help="What that service is taken for, see mockenv learn; repeatable."
        ),
        click.option("-H", "--host", help="Address or name to listen on.  [localhost: 127.0.0.1 and ::1]"),
        click.option("-p", "--port", type=int, help="Port; 0 takes a free one.  [6368]"),
        click.option("--port-file", help="Write the port to this file once it is open."),
        click.option(
            "--state",
            metavar="FILE|URL",
            help="Keep the state in this file, or in the database postgresql://…; it beats --fixture on a restart.",
        ),
        click.option("--state-sync", is_flag=True, default=None, help="Answer only what is safe in it, even from a power cut."),
        click.option("--state-fresh", is_flag=True, default=None, help="Begin anew: what the state file holds is thrown away."),
        click.option("--fixture", shell_complete=fixtures, help="The starting world, by name or file.  [docs]"),
        click.option("--scenario", shell_complete=scenarios, help="A fixture with clock, delays and faults, by name or file."),
        click.option("--clock", type=click.Choice(("real", "manual", "auto")), help="Who moves time.  [real]"),
        click.option("--speed", type=float, help="How fast a real clock runs.  [1]"),
        click.option(
            "--dates",
            type=click.Choice(("sandbox", "wall")),
            help="By which clock that is dated which leaves: Date, signatures, windows, expiries.  [sandbox]",
        ),
        click.option("--seed", type=int, help="Where all chance comes from.  [0]"),
        click.option("--auth", type=click.Choice(("lenient", "strict")), help="Which tokens count.  [lenient]"),
        click.option(
            "--contract",
            is_flag=True,
            default=None,
            help="To be tested against its documents: strict, nothing waits, tokens are shown.",
        ),
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
        click.option(
            "--cors",
            multiple=True,
            metavar="ORIGIN|*|off",
            help="Web pages of this origin may read the services' answers; repeatable.",
        ),
        click.option("--base-url", metavar="URL", help="What links and printed addresses begin with.  [as the client asked]"),
        click.option(
            "--trust-proxy",
            multiple=True,
            metavar="ADDRESS|NETWORK",
            help="Take this proxy's word (Forwarded, X-Forwarded-…) for how clients reach it; also loopback, private, *; repeatable.",
        ),
        click.option("--tls", multiple=True, metavar="auto|CERT KEY", help="Speak TLS: by a CA of its own, or by these files."),
        click.option("--tls-ca", metavar="FILE", help="Where the certificate of auto's CA is written.  [a temporary file]"),
        click.option(
            "--replica-address",
            metavar="HOST:PORT",
            help="Where other servers on one database reach this one.  [as the database sees it]",
        ),
        click.option("--journal-size", type=int, help="Requests remembered per sandbox; 0 for none.  [1000]"),
        click.option("--webhook-ca", metavar="FILE", help="Trust these certificates, too, where webhooks go to https."),
        click.option(
            "--webhook-rewrite", multiple=True, metavar="HOST=OTHER", help="Connect to OTHER for webhooks to HOST; repeatable."
        ),
        click.option("--config", type=click.Path(), envvar="MOCKENV_CONFIG", help="A YAML file with any of these."),
    )
    for option in reversed(options):
        command = option(command)
    return command


class ServeCommand(click.Command):
    """One flag takes one word or two, which click does not know."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(context, _key_after_certificate(args))


def _key_after_certificate(args: Sequence[str]) -> list[str]:
    """`--tls CERT KEY` as `--tls CERT --tls KEY`."""
    spelt: list[str] = []
    for at, word in enumerate(args):
        before = args[max(0, at - 2) : at]
        is_first = before[:1] == ["--tls"] and before[1:] not in ([], ["--tls"], ["auto"])
        is_joint = bool(before) and before[-1].startswith("--tls=") and before[-1] != "--tls=auto"
        spelt += ["--tls", word] if (is_first or is_joint) and not word.startswith("-") else [word]
    return spelt


@click.command(cls=ServeCommand)
@_serve_options
def serve(config: str | None, **flags: Any) -> None:
    """Start the simulator. Every flag is also a variable: MOCKENV_PORT and so on."""
    gc.disable()  # nothing that a start makes is garbage; the server switches it on again
    from mockenv.serving import serve_forever

    settings = _settings(config, flags)
    if settings.contract:
        from mockenv.cli.contract import invitation

        serve_forever(settings, invitation)
    else:
        serve_forever(settings)


@click.command()
@server_option
@json_option
def health(server: Mockenv, as_json: bool) -> None:
    """Exit 0 if a server answers, 1 if not: for a container's HEALTHCHECK."""
    found = server.health()
    show(found, as_json, f"{server.url}: {found['status']}")


def _settings(config: str | None, flags: dict[str, Any]) -> Settings:
    if config is None:
        return load_settings(flags)
    from mockenv.kernel.worlds.library import read_yaml

    return load_settings(flags, None, read_yaml(Path(config)), config)


COMMANDS = (serve, learn, health)
