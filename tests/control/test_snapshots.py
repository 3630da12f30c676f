"""Worlds kept, restored and forked."""

from __future__ import annotations

import pytest

from mockenv.client import Mockenv, MockenvError, Sandbox
from tests.control.conftest import Maker


def test_a_restore_brings_back_state_clock_agenda_faults_and_seed_position(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    mockenv.advance("1s")
    mockenv.fault({"fail": "no"}, step="finalizing")
    mockenv.snapshot("before")
    before = (mockenv.resources(), mockenv.agenda(), mockenv.faults(), mockenv.clock(), mockenv.events())
    first = make("b")
    mockenv.clear_faults()
    mockenv.advance_until_idle()
    mockenv.restore("before")
    assert (mockenv.resources(), mockenv.agenda(), mockenv.faults(), mockenv.clock(), mockenv.events()) == before
    assert make("b") == first


def test_a_fork_and_its_origin_have_the_same_future(mockenv_server: Mockenv, mockenv: Sandbox, make: Maker) -> None:
    make("a", is_production=True)
    mockenv.advance("2s")
    mockenv.snapshot("here")
    with mockenv.fork("here", f"fork-of-{mockenv.name}") as fork:
        for world in (mockenv, fork):
            Maker(world)("b")
            world.advance_until_idle()
        assert fork.resources() == mockenv.resources()
        assert fork.events() == mockenv.events()
        assert fork.clock() == mockenv.clock()
        assert fork.tokens != mockenv.tokens
        Maker(fork)("only-in-the-fork")
        assert len(mockenv.resources()) + 1 == len(fork.resources())


def test_a_snapshot_is_listed_shown_and_thrown_away(mockenv: Sandbox, make: Maker) -> None:
    make("a")
    assert mockenv.snapshot("s") == {"format": 1, "name": "s", "sandbox": mockenv.name, "now": "2026-01-24T10:30:00Z"}
    assert [one["name"] for one in mockenv.snapshots()] == ["s"]
    shown = mockenv.server.call("GET", f"sandboxes/{mockenv.name}/snapshots/s")
    assert shown["documents"]["vector/environment"]["67890"]["name"] == "a"
    mockenv.drop_snapshot("s")
    assert mockenv.snapshots() == []
    with pytest.raises(MockenvError) as gone:
        mockenv.restore("s")
    assert gone.value.status == 404


def test_a_snapshot_of_a_running_clock_goes_on_from_its_moment(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(clock={"mode": "real", "now": "2030-01-01T00:00:00Z"}) as sandbox:
        sandbox.snapshot("s")
        sandbox.advance("10h")
        sandbox.restore("s")
        assert sandbox.clock()["now"] < "2030-01-01T00:10:00"


def test_a_bad_snapshot_name_is_refused(mockenv: Sandbox) -> None:
    for name in ("a.b", "x" * 65):
        with pytest.raises(MockenvError) as refused:
            mockenv.snapshot(name)
        assert refused.value.status in (404, 422)
