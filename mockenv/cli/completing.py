"""What the shell completes: names that are shipped, and names that a running server knows. Silent where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from mockenv.cli.address import server_at
from mockenv.client import MockenvError

Completer = Callable[[click.Context, click.Parameter, str], list[str]]
QUICK = 2.0
"""Seconds: nobody waits longer for a completion."""


def scenarios(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting(_shipped("scenario"), begun)


def fixtures(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting(_shipped("fixture"), begun)


def providers(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting((one.name for one in _providers()), begun)


def roles(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting((role for one in _providers() for role in one.roles), begun)


def operations(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    from mockenv.bootstrap import document_of

    return _fitting((id for one in _providers() for id in document_of(one).operations), begun)


def steps(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    found = (step.name for one in _providers() for lifecycle in one.lifecycles for step in lifecycle.steps)
    return _fitting(found, begun)


def kinds(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    found = (lifecycle.kind.partition("/")[2] for one in _providers() for lifecycle in one.lifecycles)
    return _fitting(found, begun)


def sandboxes(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting(_asked(context, "sandboxes", "sandboxes"), begun)


def snapshots(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting(_asked(context, f"sandboxes/{_sandbox(context)}/snapshots", "snapshots"), begun)


def rules(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The faults' ids, behind the word `remove`."""
    words = [*(context.params.get("words") or ())]
    return _fitting(_asked(context, f"sandboxes/{_sandbox(context)}/faults", "faults", "id") if words else ["remove"], begun)


def resources(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return _fitting(_asked(context, f"sandboxes/{_sandbox(context)}/resources", "resources"), begun)


def _asked(context: click.Context, path: str, member: str, key: str = "name") -> list[str]:
    """Names from a running server; none where it does not answer."""
    try:
        server = server_at(context.params.get("url"), context.params.get("admin_token"), QUICK, context.params.get("tls_ca"))
        return [str(one[key]) for one in server.call("GET", path)[member]]
    except (ConnectionError, MockenvError, OSError):
        return []


def _sandbox(context: click.Context) -> str:
    return str(context.params.get("sandbox_name") or "default")


def _shipped(what: str) -> list[str]:
    from mockenv.bootstrap import fixtures_folder
    from mockenv.kernel.worlds.library import Library

    return Library(fixtures_folder()).names(what)


def _providers() -> Iterable[Any]:
    from mockenv.providers import discover

    return discover()


def _fitting(names: Iterable[str], begun: str) -> list[str]:
    return sorted({name for name in names if name.startswith(begun)})
