"""Worlds kept, restored and forked."""

from __future__ import annotations

from typing import Any

from mockenv.control.operations.sandboxes import show_sandbox
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.errors import BadInput
from mockenv.kernel.values.instant import iso_short
from mockenv.kernel.worlds.plan import NAME
from mockenv.provider import Call, Refused, Reply

FORMAT = 1


def list_snapshots(call: Call, plane: ControlPlane) -> Reply:
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    return Reply(200, {"snapshots": [_show(plane, sandbox.name, name) for name in plane.sandboxes.snapshots(sandbox.name)]})


def get_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = _require(call, plane)
    return Reply(200, {**_show(plane, sandbox, name), "documents": plane.sandboxes.read_snapshot(sandbox, name)})


def put_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = plane.sandboxes.get(call.params["sandbox"]), call.params["name"]
    if not NAME.fullmatch(name):
        raise BadInput("", "name", f"{name!r} is not 1 to 64 letters, digits, hyphens and underscores")
    sandbox.settle()
    plane.sandboxes.save_snapshot(sandbox.name, name)
    return Reply(200, _show(plane, sandbox.name, name))


def delete_snapshot(call: Call, plane: ControlPlane) -> Reply:
    plane.sandboxes.drop_snapshot(*_require(call, plane))
    return Reply(200, {"removed": 1})


def restore_snapshot(call: Call, plane: ControlPlane) -> Reply:
    sandbox, name = _require(call, plane)
    restored = plane.sandboxes.restore_snapshot(sandbox, name, call.body().get("into") or sandbox)
    return Reply(200, show_sandbox(call, plane, restored))


def _require(call: Call, plane: ControlPlane) -> tuple[str, str]:
    sandbox, name = plane.sandboxes.get(call.params["sandbox"]).name, call.params["name"]
    if name not in plane.sandboxes.snapshots(sandbox):
        raise Refused(problem(404, f"Sandbox {sandbox!r} has no snapshot {name!r}; PUT makes one."))
    return sandbox, name


def _show(plane: ControlPlane, sandbox: str, name: str) -> dict[str, Any]:
    return {"format": FORMAT, "name": name, "sandbox": sandbox, "now": iso_short(plane.sandboxes.snapshot_time(sandbox, name))}
