"""Which server a verb speaks to, and which sandbox there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from mockenv.cli.address import server_at
from mockenv.cli.completing import sandboxes
from mockenv.client import Mockenv

Command = Callable[..., Any]


def server_option(command: Command) -> Command:
    """Adds --url, --admin-token and --tls-ca; the command gets a `server`."""

    @click.option("--url", envvar="MOCKENV_URL", help="The server's base URL; from MOCKENV_HOST and MOCKENV_PORT if left out.")
    @click.option("--admin-token", envvar="MOCKENV_ADMIN_TOKEN", help="The server's --admin-token.")
    @click.option("--tls-ca", envvar="MOCKENV_TLS_CA", help="Trust this file's certificates; that of a server's own CA is found.")
    @wraps(command)
    def wrapped(*args: Any, url: str | None, admin_token: str | None, tls_ca: str | None, **more: Any) -> Any:
        return command(*args, server=server_at(url, admin_token, ca=tls_ca), **more)

    return wrapped


def sandbox_option(command: Command) -> Command:
    """Adds --sandbox besides; the command gets a `sandbox`."""

    @click.option(
        "-s",
        "--sandbox",
        "sandbox_name",
        envvar="MOCKENV_SANDBOX",
        default="default",
        show_default=True,
        shell_complete=sandboxes,
        help="Which sandbox.",
    )
    @server_option
    @wraps(command)
    def wrapped(*args: Any, server: Mockenv, sandbox_name: str, **more: Any) -> Any:
        return command(*args, sandbox=server.get(sandbox_name), **more)

    return wrapped


def json_option(command: Command) -> Command:
    """Adds --json; the command gets `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="For scripts.")(command)
