"""Your first test

An [installed](installing.md) mockenv brings two pytest fixtures. `mockenv` is a sandbox of its own for every test: a fresh world on a server
in the test's own process, with a clock that stands still until you move it. Give your client its `url` and a token.
"""

from __future__ import annotations

import pytest

from mockenv.client import Sandbox
from mockenv.examples import VectorClient


@pytest.fixture
def client(mockenv: Sandbox) -> VectorClient:
    return VectorClient(mockenv.url, mockenv.tokens["vector"]["owner"])


def test_a_new_environment_becomes_active(client: VectorClient, mockenv: Sandbox) -> None:
    """What you create is there, and goes through its steps as time passes."""
    made = client.create_environment(12345, "staging")
    assert made["status"] == "pending"
    mockenv.advance("1m")
    assert client.environment(12345, made["id"])["status"] == "active"


def test_a_failed_database_is_reported(client: VectorClient, mockenv: Sandbox) -> None:
    """Make a step fail, and see what your client does."""
    mockenv.fault({"fail": "the database did not answer"}, step="configuring_database")
    made = client.create_environment(12345, "staging")
    mockenv.advance("1m")
    with pytest.raises(RuntimeError, match="the database did not answer"):
        client.wait_until_ready(12345, made["id"])


def test_nothing_is_created_twice(client: VectorClient, mockenv: Sandbox) -> None:
    """Ask the journal what your client really sent."""
    client.create_environment(12345, "staging")
    assert mockenv.verify({"operation": "createEnvironment"}, exactly=1)
