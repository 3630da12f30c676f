"""A world per contract test, on a server that knows only its own tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockenv.client import Mockenv, Sandbox


@pytest.fixture(scope="module")
def world(strict_server: Mockenv) -> Iterator[Sandbox]:
    """A sandbox with the default fixture and a clock that stands."""
    with strict_server.sandbox(clock="manual", seed=1) as sandbox:
        yield sandbox
