"""Parallel tests

Sandboxes share nothing: no state, no clock, no faults, no chance. So tests run side by side on one server, under pytest-xdist or in
any other runner. A request finds its sandbox by URL prefix, by the header `X-Mockenv-Sandbox`, or by its token.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mockenv.client import Mockenv, Sandbox
from mockenv.examples import VectorClient


def test_eight_worlds_at_once(mockenv_server: Mockenv) -> None:
    """Each thread has its own world; all of them make environment 67890."""

    def one_test(number: int) -> tuple[int, str]:
        with mockenv_server.sandbox(clock="manual") as sandbox:
            client = VectorClient(sandbox.url, "any token will do")
            id = client.create_environment(12345, f"from-{number}")["id"]
            sandbox.advance_until_idle()
            return id, client.environment(12345, id)["name"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one_test, range(8))) == [(67890, f"from-{number}") for number in range(8)]


def test_a_client_that_can_only_be_given_a_token(mockenv: Sandbox, mockenv_server: Mockenv) -> None:
    """A sandbox's own token leads to it, whatever the URL."""
    client = VectorClient(mockenv_server.url, mockenv.tokens["vector"]["owner"])
    client.create_environment(12345, "staging")
    assert [one["name"] for one in mockenv.resources(kind="environment", provider="vector")] == ["vector/environment/67890"]


def test_nothing_is_left_behind(mockenv_server: Mockenv) -> None:
    """Dropping a sandbox answers with what was made in it and never deleted: the leak report of a test suite."""
    sandbox = mockenv_server.sandbox(clock="manual")
    VectorClient(sandbox.url, "any token will do").create_environment(12345, "forgotten")
    assert sandbox.drop() == ["vector/environment/67890"]
