"""The command line: one group, its verbs in the modules beside; everything they start is built elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from mockenv.client import MockenvError as Refusal
from mockenv.errors import BadInput, MockenvError
from mockenv.version import __version__

CANNOT, USAGE = 1, 2
BAD_INPUT = 422
"""What the control plane answers where `BadInput` is raised here."""


VERBS: Mapping[str, tuple[str, ...]] = {
    "serve": ("serve", "learn", "health"),
    "state": ("state",),
    "init": ("init",),
    "info": ("version", "routes", "validate"),
    "library": ("scenarios", "fixtures"),
    "shell": ("env", "completion"),
    "worlds": ("reset", "sandbox", "snapshot"),
    "time": ("clock", "advance", "wait", "agenda"),
    "trouble": ("faults", "hold"),
    "drift": ("drift",),
    "evidence": ("journal", "verify", "unmatched", "events", "resources", "deliveries"),
    "report": ("report",),
    "sweep": ("sweep",),
    "contract": ("contract",),
    "record": ("record",),
    "conform": ("conform",),
}
"""Module → its verbs. It is imported when one of them is wanted: a server need not carry all the others."""


class Group(click.Group):
    """Our own errors end in one line on stderr and an exit code, never in a traceback. Verbs come with their module."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(name for names in VERBS.values() for name in names)

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        wanted = [module for module, names in VERBS.items() if cmd_name in names] or VERBS  # of a wrong one the nearest is told
        for command in (one for module in wanted for one in import_module(f"mockenv.cli.{module}").COMMANDS):
            self.add_command(command)
        return super().get_command(context, cmd_name)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError:  # `mockenv resources | head`: who reads has what it wanted
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  # what is still in the other would be told of at the end
        except (MockenvError, Refusal, ConnectionError) as error:
            for line in _lines_of(error):
                click.echo(f"mockenv: {line}", err=True)
            sys.exit(USAGE if isinstance(error, BadInput) or getattr(error, "status", None) == BAD_INPUT else CANNOT)


def _lines_of(error: Exception) -> list[str]:
    if isinstance(error, Refusal):
        return [error.detail]
    if isinstance(error, BadInput):
        from mockenv.kernel.worlds.places import lines_of

        return lines_of(error)
    return str(error).splitlines()


@click.group(cls=Group, context_settings={"help_option_names": ["--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mockenv")
def main() -> None:
    """A local, stateful simulator of services that create environments.

    `mockenv serve` starts it. The other verbs speak to a running server: each at its --url, or where MOCKENV_HOST and MOCKENV_PORT say.
    """
