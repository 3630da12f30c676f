"""What `mockenv record` and `mockenv conform` are told alike: where the real service is, and which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mockenv.cli.completing import providers
from mockenv.cli.server import Command
from mockenv.errors import check_name

if TYPE_CHECKING:
    from mockenv.recording.services import Services

OPTIONS = (
    click.option("--provider", shell_complete=providers, help="Which service it is.  [told by the paths]"),
    click.option("--document", multiple=True, metavar="FILE", help="It is a service with this OpenAPI document; repeatable."),
    click.option("--model", multiple=True, metavar="FILE", help="What that service is taken for; repeatable."),
    click.option("--upstream-ca", metavar="FILE", help="Trust these certificates, too, where the real service is reached by TLS."),
)


def service_options(command: Command) -> Command:
    """Adds the options that say which service is meant."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def services_of(provider: str | None, document: Sequence[str], model: Sequence[str]) -> Services:
    """The services that may be meant: the one that is named, or those of the documents, or all. Raises UnknownName, CannotStart."""
    from mockenv.bootstrap import make_services
    from mockenv.recording.services import Services
    from mockenv.settings import load_settings

    made = make_services(load_settings({"document": document, "model": model}, {}))
    if provider is not None:
        check_name(provider, [one.name for one in made], "", "--provider")
        return Services([one for one in made if one.name == provider])
    given = [one for one in made if "model" in type(one).__dict__]
    return Services(given or made)
