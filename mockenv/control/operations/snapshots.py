"""Worlds kept, restored and forked."""

from __future__ import annotations

from typing import Any

from mockenv.control.operations.sandboxes import show_sandbox
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.kernel.values.instant import iso_short
from mockenv.kernel.worlds import snapshots
from mockenv.kernel.worlds.spec import check_world_name
from mockenv.provider import Call, Refused, Reply

FORMAT = 1


def list_snapshots(call: Call, plane: ControlPlane) -> Reply:
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    return Reply(200, {"snapshots": [_show(plane, sandbox.name, name) for name in snapshots.names(plane.sandboxes, sandbox.name)]})


def get_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = _require(call, plane)
    return Reply(200, {**_show(plane, sandbox, name), "documents": snapshots.read(plane.sandboxes, sandbox, name)})


def put_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = plane.sandboxes.get(call.params["sandbox"]), call.params["name"]
    check_world_name(name)  # snapshots are named alike
    sandbox.settle()
    snapshots.save(plane.sandboxes, sandbox.name, name)
    return Reply(200, _show(plane, sandbox.name, name))


def delete_snapshot(call: Call, plane: ControlPlane) -> Reply:
    snapshots.drop(plane.sandboxes, *_require(call, plane))
    return Reply(200, {"removed": 1})


def restore_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = _require(call, plane)
    restored = snapshots.restore(plane.sandboxes, sandbox, name, call.body().get("into") or sandbox)
    return Reply(200, show_sandbox(call, plane, restored))


def _require(call: Call, plane: ControlPlane) -> tuple[str, str]:
    sandbox, name = call.params["sandbox"], call.params["name"]
    if name not in snapshots.names(plane.sandboxes, sandbox):
        plane.sandboxes.get(sandbox)  # that it is not there comes first
        raise Refused(problem(404, f"Sandbox {sandbox!r} has no snapshot {name!r}; PUT makes one."))
    return sandbox, name


def _show(plane: ControlPlane, sandbox: str, name: str) -> dict[str, Any]:
    return {"format": FORMAT, "name": name, "sandbox": sandbox, "now": iso_short(snapshots.time_of(plane.sandboxes, sandbox, name))}
