"""What goes wrong on purpose: rules and gates."""

from __future__ import annotations

from typing import Any

from mockenv.control.names import check_scope
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.kernel import faults
from mockenv.kernel.catalogue.catalogue import Catalogue
from mockenv.kernel.lifecycles import holds
from mockenv.kernel.lifecycles.holds import HOLD
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import format_duration, iso_short
from mockenv.provider import Call, Refused, Reply


def list_faults(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        return Reply(200, {"faults": [show_fault(rule) for rule in work.find(faults.FAULT)]})


def create_fault(call: Call, plane: ControlPlane) -> Reply:
    sandbox, rule = plane.sandboxes.get(call.params["sandbox"]), call.body()
    sandbox.settle()
    with sandbox.unit() as work:
        return Reply(201, show_fault(faults.add(work, rule)))


def delete_faults(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        ids = work.ids(faults.FAULT)
        return Reply(200, {"removed": sum(work.delete(faults.FAULT, id) for id in ids)})


def get_fault(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        return Reply(200, show_fault(_require_fault(call, work)))


def delete_fault(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        work.delete(faults.FAULT, _require_fault(call, work)["id"])
    return Reply(200, {"removed": 1})


def list_holds(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        return Reply(200, {"holds": [show_hold(work, hold) for hold in work.find(HOLD)]})


def get_hold(call: Call, plane: ControlPlane) -> Reply:
    with plane.sandboxes.get(call.params["sandbox"]).unit() as work:
        return Reply(200, show_hold(work, _require_hold(call, work)))


def put_hold(call: Call, plane: ControlPlane) -> Reply:
    sandbox, told, step = plane.sandboxes.get(call.params["sandbox"]), call.body(), call.params["step"]
    sandbox.part(Catalogue).check_step(step, "", "step")
    if told.get("resource") is not None:
        check_scope(plane, told["resource"], step)
    sandbox.settle()
    hold = {"step": step, "resource": told.get("resource")}
    with sandbox.unit() as work:
        work.put(HOLD, step, hold)
        return Reply(200, show_hold(work, hold))


def delete_hold(call: Call, plane: ControlPlane) -> Reply:
    """The steps that stood before it finish now, before this answers."""
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    with sandbox.unit() as work:
        released = holds.release(work, _require_hold(call, work)["step"])
    sandbox.settle()
    return Reply(200, {"released": released})


def _require_fault(call: Call, work: Work) -> dict[str, Any]:
    rule = work.get(faults.FAULT, call.params["id"])
    if rule is None:
        raise Refused(problem(404, f"There is no fault {call.params['id']!r} in this sandbox."))
    return rule


def _require_hold(call: Call, work: Work) -> dict[str, Any]:
    work.part(Catalogue).check_step(call.params["step"], "", "step")
    hold = work.get(HOLD, call.params["step"])
    if hold is None:
        raise Refused(problem(404, f"There is no hold on {call.params['step']!r} in this sandbox; PUT makes one."))
    return hold


def show_fault(rule: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in rule.items() if name not in ("target", "seen")}
    effect = dict(rule["effect"])
    for name in ("slow", "stale_timestamp"):
        if name in effect:
            effect[name] = format_duration(effect[name])
    shown["effect"] = effect
    if rule.get("expires") is not None:
        shown["expires"] = iso_short(rule["expires"])
    return shown


def show_hold(work: Work, hold: dict[str, Any]) -> dict[str, Any]:
    held = [entry["resource"] for entry in work.find(AGENDA, state="held") if entry["step"] == hold["step"]]
    return {"step": hold["step"], "resource": hold.get("resource"), "held": held}
