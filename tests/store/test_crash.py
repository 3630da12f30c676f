"""A server that keeps its state is killed in the midst of its work: what a restart finds is whole, and goes on."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson

from mockenv.client import Sandbox
from tests.conftest import Browser
from tests.processes import PATIENCE, Served, served

SITE = "/api/v1/vector/sites/12345"
STEPS = ["creating_infrastructure", "configuring_database", "deploying_application", "finalizing", None]


def environments(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [one["document"] for one in sandbox.resources(provider="vector", kind="environment")]


def work_until_killed(server: Served, made: list[int]) -> None:
    """Make an environment, let a second pass, look, reset another world: until the connection breaks."""
    mockenv = server.mockenv
    default, other = mockenv.get(), mockenv.sandbox(name="other", clock="manual")
    vector = Browser(default, {"Authorization": "Bearer x"})
    try:
        while True:
            reply = vector("POST", f"{SITE}/environments", {"name": f"e{len(made)}", "php_version": "8.3"})
            made.append(reply.json()["data"]["id"])
            default.advance("1s")
            other.reset()
            default.snapshot("latest")
    except OSError:
        pass
    finally:
        vector.session.close()


def second_of(moment: str) -> int:
    hours, minutes, seconds = moment[11:19].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def check_whole(sandbox: Sandbox) -> int:
    """Every environment stands exactly where its age puts it, and has just the entry that takes it on. How many there are."""
    now = second_of(sandbox.clock()["now"])
    found = environments(sandbox)
    assert [one["id"] for one in found] == list(range(67890, 67890 + len(found)))
    for one in found:
        age = min(now - second_of(one["created_at"]), 4)
        assert (one["provisioning_step"], one["status"]) == (STEPS[age], "active" if age == 4 else "pending")
        assert (one["db_password"] is not None) == (age == 4)
    pending = [f"vector/environment/{one['id']}" for one in found if one["status"] == "pending"]
    assert [entry["resource"] for entry in sandbox.agenda()] == pending
    return len(found)


def test_kill_9_under_load_loses_a_moment_and_never_a_half(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    flags = ("--state", str(state), "--clock", "manual")
    for _ in range(2):
        with served(*flags) as server:
            before = check_whole(server.mockenv.get())
            if len(server.mockenv.sandboxes()) > 1:
                server.mockenv.get("other").drop()
            made = list(range(before))
            worker = Thread(target=work_until_killed, args=(server, made), daemon=True)
            worker.start()
            until_file_holds(state, before + 5)
            server.process.send_signal(signal.SIGKILL)
            worker.join(PATIENCE)
            assert not worker.is_alive()
        on_file = environments_in(state)
        with served(*flags) as server:
            assert check_whole(server.mockenv.get()) == on_file
            assert before + 5 <= on_file <= len(made) + 1  # the last one may be kept although its reply was lost
            server.process.send_signal(signal.SIGKILL)
    with served(*flags) as server:
        default = server.mockenv.get()
        assert check_whole(default) == on_file  # a restart that is killed loses nothing either
        default.advance("2s")
        check_whole(default)
        default.advance_until_idle()
        assert {one["status"] for one in environments(default)} == {"active"}
        default.restore("latest")
        check_whole(default)
        default.reset()
        assert environments(default) == []


def until_file_holds(state: Path, count: int) -> None:
    pause = Event()
    for _ in range(int(PATIENCE * 100)):
        if environments_in(state) >= count:
            return
        pause.wait(0.01)
    raise AssertionError(f"{count} environments never came to be on file")


def environments_in(state: Path) -> int:
    if not state.exists():
        return 0
    rows = orjson.loads(state.read_bytes()).get("vector/environment", {}).values()
    return sum(row["sandbox"] == "default" for row in rows)
