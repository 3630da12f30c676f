"""schemathesis as a process of its own, with what no document can say; finds and starts no server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from mockenv.errors import CannotStart

GRAPHQL = "graphql"
"""Archie's other document: the schema that its one path answers by."""
OWNERS = {GRAPHQL: "archie"}


def location(name: str) -> str:
    """Where a server has the document `name`, from its base URL."""
    return f"/{GRAPHQL}" if name == GRAPHQL else f"/openapi/{name}.json"


def owner(name: str) -> str:
    """Whose tokens are taken there."""
    return OWNERS.get(name, name)


def command(url: str, name: str, authorization: str | None, *, strict: bool, more: Sequence[str] = ()) -> list[str]:
    """A lenient server takes any token, that is its point: there nobody asks whether it refuses made-up ones."""
    checks = () if strict else ("--exclude-checks", "ignored_auth")
    header = ("--header", f"Authorization: {authorization}") if authorization else ()
    from mockenv.bootstrap import openapi_folder  # what every other verb can do without

    config = openapi_folder() / "schemathesis.toml"
    head = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)]
    return [*head, "run", f"{url}{location(name)}", *header, *checks, *more]


def require() -> None:
    """Raises CannotStart where it is not installed: it is an extra."""
    if find_spec("schemathesis") is None:
        raise CannotStart("this wants schemathesis, which is not installed: pip install 'mockenv[contract]'")
