"""Time in your hand

A sandbox has a clock of its own. `manual` moves when you say so, `auto` moves when your client polls, `real` runs by itself at any
speed. Everything dated follows it: `created_at`, the `Date` header, delays.
"""

from __future__ import annotations

import pytest

from mockenv.client import Mockenv, Sandbox
from mockenv.examples import VectorClient


def test_step_by_step(mockenv: Sandbox) -> None:
    """See every provisioning step as a client would."""
    client = VectorClient(mockenv.url, "any token will do")
    id, seen = client.create_environment(12345, "production", production=True)["id"], []
    while (now := client.environment(12345, id))["status"] == "pending":
        seen.append(now["provisioning_step"])
        mockenv.advance_to_next()
    assert seen == ["creating_infrastructure", "configuring_database", "deploying_application", "configuring_cdn", "finalizing"]


def test_until_something_is_so(mockenv: Sandbox) -> None:
    """Jump to the moment that matters; the answer lists what ran on the way."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    moved = mockenv.advance_until(f"vector/environment/{id}", "active")
    assert moved.reached
    assert [one["detail"] for one in moved.fired][-1] == "finalizing: done"


@pytest.mark.mockenv(clock="auto")
def test_a_client_that_polls_needs_no_help(mockenv: Sandbox) -> None:
    """On an `auto` clock each poll brings the next step, so a polling client goes through in a few polls, without waiting."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    assert client.wait_until_ready(12345, id)["status"] == "active"


@pytest.mark.mockenv(delays={"vector": {"environment": {"configuring_database": {"uniform": ["1m", "5m"]}}}})
def test_delays_are_yours(mockenv: Sandbox) -> None:
    """Fixed, a range or a distribution, for one step or for all; `delays="realistic"` has the service's own."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    assert not mockenv.advance_until(f"vector/environment/{id}", "active", max="1m").reached


def test_holding_a_step(mockenv: Sandbox) -> None:
    """A hold is a gate: the step does not finish until you open it, however much time passes."""
    mockenv.hold("deploying_application")
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    mockenv.advance("1h")
    assert client.environment(12345, id)["provisioning_step"] == "deploying_application"
    mockenv.release("deploying_application")
    assert client.environment(12345, id)["provisioning_step"] == "finalizing"


def test_waiting_in_real_time(mockenv_server: Mockenv) -> None:
    """On a `real` clock, wait for a status instead of polling for it."""
    with mockenv_server.sandbox(clock={"mode": "real", "speed": 100}) as sandbox:
        client = VectorClient(sandbox.url, "any token will do")
        id = client.create_environment(12345, "staging")["id"]
        assert sandbox.wait(f"vector/environment/{id}", "active", timeout=10)
