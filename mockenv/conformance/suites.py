"""The suite of a provider: its own, or one made of the model of a service that came as a document."""

from __future__ import annotations

from collections.abc import Iterable

from mockenv.anyservice.serving.service import AnyService
from mockenv.conformance.generated import generated_suite
from mockenv.conformance.suite import Suite, read_suite, suite_file
from mockenv.errors import BadInput
from mockenv.kernel.worlds.options import declared
from mockenv.provider import Provider
from mockenv.settings import parse_options


def edition_of(provider: Provider, option: Iterable[str]) -> Provider:
    """The one that answers where mockenv has these options (`PROVIDER.NAME=VALUE`): each edition has a document and a suite of its own."""
    usual = {name: one.default for name, one in declared(provider).items()}
    return provider.edition({**usual, **parse_options(option).get(provider.name, {})})


def suite_of(provider: Provider) -> Suite:
    """Raises BadInput where there is none, or something is wrong with it."""
    if isinstance(provider, AnyService):
        return generated_suite(provider)
    if not suite_file(provider).is_file():
        raise BadInput("", "--provider", f"{provider.title} has no conformance suite: {suite_file(provider).name} in its folder")
    return read_suite(provider)
