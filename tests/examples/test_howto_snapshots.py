"""Snapshots and forks

Keep a world, go back to it, or fork it into a second one. State, clock, agenda, faults and the position of all chance are included,
so a fork that is treated alike has the same future.
"""

from __future__ import annotations

from mockenv.client import Sandbox
from mockenv.examples import VectorClient


def test_going_back(mockenv: Sandbox) -> None:
    """Set the stage once, then try several endings from the same moment."""
    client = VectorClient(mockenv.url, "any token will do")
    id = client.create_environment(12345, "staging")["id"]
    mockenv.advance("2s")
    mockenv.snapshot("half-way")

    mockenv.advance_until_idle()
    assert client.environment(12345, id)["status"] == "active"

    mockenv.restore("half-way")
    mockenv.fault({"fail": "no capacity"}, step="finalizing")
    mockenv.advance_until_idle()
    assert client.environment(12345, id)["status"] == "failed"


def test_a_fork_has_the_same_future(mockenv: Sandbox) -> None:
    """Two worlds from one moment, each with its own URL and tokens."""
    VectorClient(mockenv.url, "any token will do").create_environment(12345, "staging")
    mockenv.snapshot("now")
    with mockenv.fork("now", into=f"{mockenv.name}-fork") as fork:
        mockenv.advance("1h")
        fork.advance("1h")
        assert fork.resources() == mockenv.resources()
