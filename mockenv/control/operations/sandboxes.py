"""Worlds: made, listed, shown, reset, dropped."""

from __future__ import annotations

from typing import Any

from mockenv.control.operations.evidence import resources_of
from mockenv.control.operations.time import show_clock
from mockenv.control.plane import ControlPlane
from mockenv.kernel.worlds.sandbox import Sandbox
from mockenv.provider import Call, Reply


def list_sandboxes(call: Call, plane: ControlPlane) -> Reply:
    sandboxes = [plane.sandboxes.get(name) for name in plane.sandboxes.names()]
    lines = [{"name": one.name, "seed": one.meta["seed"], "clock": show_clock(one)} for one in sandboxes]
    return Reply(200, {"sandboxes": lines})


def create_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(201, show_sandbox(call, plane, plane.sandboxes.create(call.body())))


def get_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, show_sandbox(call, plane, plane.sandboxes.get(call.params["sandbox"])))


def delete_sandbox(call: Call, plane: ControlPlane) -> Reply:
    """The leak report: what was made there and never deleted. What came with the fixture does not count."""
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    with sandbox.unit() as work:
        held = [one["name"] for one in resources_of(work, plane) if one["name"] not in sandbox.meta["furniture"]]
    plane.sandboxes.drop(sandbox.name)
    if sandbox.name == "default":
        plane.sandboxes.create(sandbox.meta["plan"])  # it always exists
    return Reply(200, {"held": held})


def reset_sandbox(call: Call, plane: ControlPlane) -> Reply:
    return Reply(200, show_sandbox(call, plane, plane.sandboxes.reset(call.params["sandbox"])))


def show_sandbox(call: Call, plane: ControlPlane, sandbox: Sandbox) -> dict[str, Any]:
    """All that a client needs to be pointed at it."""
    origin = call.base_url.partition("/_sandbox/")[0]
    return {
        "name": sandbox.name,
        "seed": sandbox.meta["seed"],
        "fixture": sandbox.meta["plan"]["fixture"],
        "clock": show_clock(sandbox),
        "base_urls": dict.fromkeys(plane.providers, f"{origin}/_sandbox/{sandbox.name}"),
        "tokens": plane.sandboxes.tokens(sandbox.name),
        "delays": sandbox.meta["delays"],
        "options": sandbox.options,
    }
