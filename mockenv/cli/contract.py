"""`mockenv contract`, and what `mockenv serve --contract` says: documents held against their server by schemathesis."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from mockenv.cli import schemathesis
from mockenv.client import Mockenv, Sandbox
from mockenv.errors import check_name
from mockenv.settings import CONTRACT, load_settings

if TYPE_CHECKING:
    from mockenv.bootstrap import Server

CONTROL = "control"
DEFAULT = "default"


@dataclass(frozen=True)
class Target:
    """Where a document is held against, by whom."""

    url: str
    authorization: str | None
    strict: bool


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", metavar="PROVIDER")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- SCHEMATHESIS_ARGUMENTS]...")
@click.option("--url", envvar="MOCKENV_URL", help="A server that runs; if left out, one of its own is started.")
@click.option("--admin-token", envvar="MOCKENV_ADMIN_TOKEN", help="The --admin-token of that server.")
def contract(name: str, arguments: tuple[str, ...], url: str | None, admin_token: str | None) -> None:
    """Hold a provider to its document with schemathesis; exit 1 where something departs from it.

    PROVIDER is one that is served, `graphql` for Archie's schema, or `control`: that drives a whole server, so let it be one that
    nobody else uses. Of a server that runs, the others get a sandbox of their own, which is gone afterwards. What follows goes to
    schemathesis: mockenv contract vector --max-examples 20 --seed 1
    """
    import subprocess  # a server that starts does without
    import tempfile

    schemathesis.require()
    with _own_server() if url is None else nullcontext(Mockenv(url, admin_token)) as server:
        check_name(name, [*server.health()["documents"], schemathesis.GRAPHQL], "", "PROVIDER")
        with _target(server, name, admin_token) as target:
            command = schemathesis.command(target.url, name, target.authorization, strict=target.strict, more=arguments)
            with tempfile.TemporaryDirectory(prefix="mockenv-contract-") as folder:  # it leaves files where it runs
                sys.exit(subprocess.run(command, cwd=folder, check=False).returncode)  # noqa: S603  # our own command, no shell


def invitation(server: Server, url: str) -> Iterator[dict[str, str]]:
    """A command for each document, with its token, as it can be pasted."""
    grants = server.sandboxes.grants.of(DEFAULT)
    sandbox = Sandbox(Mockenv(url), {"name": DEFAULT, "tokens": grants})
    for name in (*grants, schemathesis.GRAPHQL):
        authorization = sandbox.headers(schemathesis.owner(name))["Authorization"]
        address = f"{url}{schemathesis.location(name)}"
        header = shlex.quote(f"Authorization: {authorization}")
        text = f"  schemathesis run {address} --header {header}"
        yield {"event": "contract", "document": address, "authorization": authorization, "text": text}


@contextmanager
def _own_server() -> Iterator[Mockenv]:
    from mockenv.serving import ThreadedServer, configure_logging

    settings = load_settings({"contract": True, "port": 0, "check_replies": "fail", "log_level": "error"}, {})
    configure_logging(settings)
    running = ThreadedServer(settings).start()
    try:
        yield Mockenv(running.url)
    finally:
        running.stop()


@contextmanager
def _target(server: Mockenv, name: str, admin_token: str | None) -> Iterator[Target]:
    if name == CONTROL:
        yield Target(server.url, f"Bearer {admin_token}" if admin_token else None, admin_token is not None)
        return
    strict = server.health()["auth"] == CONTRACT["auth"]
    with server.sandbox(scenario=CONTRACT["scenario"], clock="auto") as sandbox:
        yield Target(sandbox.url, sandbox.headers(schemathesis.owner(name))["Authorization"], strict)


COMMANDS = (contract,)
