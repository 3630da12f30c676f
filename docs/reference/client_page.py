"""The Python client, the pytest fixtures and the marker, from their signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from docs.reference.markdown import page
from mockenv import client, pytest_plugin

CLASSES = (client.Mockenv, client.Sandbox, client.Advanced, client.Verified, client.Listing, client.MockenvError, client.Undecided)
INTRODUCTION = """`mockenv.client` needs nothing but Python's standard library. Every method raises `MockenvError` with the server's own words where the server refuses, and
`ConnectionError` where there is none. A duration is in seconds, or a text such as `1h30m`, `90s`, `250ms`. What each call does and answers is told in full with
the [control plane](reference-control-plane.md).

The pytest plugin comes with the package: nothing has to be imported or registered."""


def draw_client() -> str:
    parts = [part for one in CLASSES for part in _class(one)]
    return page(
        "Python client and pytest fixtures", "mockenv/client.py and mockenv/pytest_plugin.py", INTRODUCTION, *_plugin(), *parts
    )


def _plugin() -> Iterator[str]:
    yield "## pytest"
    for name in ("mockenv", "mockenv_server"):
        fixture = getattr(pytest_plugin, name)
        yield f"**`{name}`** (fixture): {_told(inspect.unwrap(getattr(fixture, '_fixture_function', fixture)))}"
    yield (
        "**`@pytest.mark.mockenv(…)`**, or with types `@world(…)` of `mockenv.pytest_plugin`: how this test's sandbox begins. It takes what"
        " `Mockenv.sandbox` takes but a name; of several markers (module, class, test) the nearest wins, word by word."
    )
    yield (
        "**`--mockenv-url URL`** and **`--mockenv-admin-token TOKEN`**: use a server that runs already, instead of starting one in the process."
    )


def _class(one: type) -> Iterator[str]:
    yield f"## `{one.__name__}`"
    yield _told(one)
    for name, member in vars(one).items():
        if name.startswith("_") and name != "__init__":
            continue
        if isinstance(member, property):
            yield f"**`{name}`** {_told(member)}".strip()
        elif inspect.isfunction(member):
            yield f"**`{_called(one, name)}{_signature(member)}`** {_told(member)}".strip()


def _called(one: type, name: str) -> str:
    return one.__name__ if name == "__init__" else name


def _signature(function: Any) -> str:
    found = inspect.signature(function)
    shown = found.replace(parameters=[one for one in found.parameters.values() if one.name != "self"])
    return str(shown).replace("'", "").replace(" -> None", "")


def _told(thing: Any) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (inspect.getdoc(thing) or "").split("\n\n"))
