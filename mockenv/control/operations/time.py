"""A sandbox's time in the user's hand: the clock, advancing, the agenda, waiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockenv.control.names import check_status
from mockenv.control.operations.evidence import status_of
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.control.words import GONE
from mockenv.errors import BadInput
from mockenv.kernel.lifecycles.walk import DOES, forecast
from mockenv.kernel.time.clock import Clock, check_forward
from mockenv.kernel.time.order import node_of
from mockenv.kernel.unit.agenda import AGENDA
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import SECOND, iso_short, parse_duration, parse_instant
from mockenv.kernel.worlds.advance import Advance, Advanced
from mockenv.kernel.worlds.sandbox import ATTEMPTS, Sandbox
from mockenv.kernel.worlds.settle import Fired
from mockenv.provider import Call, Parked, Reply

DEFAULT_MAX = "24h"
DEFAULT_TIMEOUT = "30s"


def get_clock(call: Call, plane: ControlPlane) -> Reply:
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    sandbox.settle()
    return Reply(200, show_clock(sandbox))


def set_clock(call: Call, plane: ControlPlane) -> Reply:
    """What is left out stays as it is. Moving forward runs what falls due on the way."""
    sandbox, told = plane.sandboxes.get(call.params["sandbox"]), call.body()
    with sandbox.lock:
        before = sandbox.now()
        now = check_forward(before, parse_instant(told["now"], "", "now")) if "now" in told else before
        sandbox.settle(now)
        mode, speed = told.get("mode", sandbox.clock.mode), float(told.get("speed", sandbox.clock.speed))
        sandbox.set_clock(Clock(mode, speed, now, sandbox.wall.now(), told.get("dates", sandbox.clock.dates)))
    return Reply(200, show_clock(sandbox))


def advance_clock(call: Call, plane: ControlPlane) -> Parked:
    """Parked as long as webhooks on the way are being delivered, and between the slices of a long way; mostly that is not at all."""
    sandbox, told = plane.sandboxes.get(call.params["sandbox"]), call.body()
    if ("by" in told) == ("until" in told):
        raise BadInput("", "by", 'wants either "by" (a duration) or "until" ("next", "idle" or a resource and its status)')
    advance = _plan_advance(plane, sandbox, told)

    def step() -> Reply | Parked | None:
        advanced = advance.go()
        if advanced is None:
            return park() if advance.is_busy else None
        return Reply(200, _show(advanced, told))

    def give_up(work: Work) -> Reply:
        advance.leave()
        return problem(503, "Webhooks are being delivered, and only mockenv's own server can wait for them.")

    def park() -> Parked:
        return Parked(
            [ATTEMPTS], lambda work: None, give_up, step=step, abandon=advance.leave, sandbox=sandbox, outlives_world=True
        )

    return park()


def list_agenda(call: Call, plane: ControlPlane) -> Reply:
    sandbox = plane.sandboxes.get(call.params["sandbox"])
    sandbox.settle()
    with sandbox.unit() as work:
        entries = sorted(work.find(AGENDA), key=lambda entry: (entry["state"] != "pending", node_of(entry)))
        shown = [show_entry(work, entry) for entry in entries[: call.query().get("limit")]]
        return Reply(200, {"now": iso_short(work.now), "entries": shown, "matching": len(entries)})


def wait_for_status(call: Call, plane: ControlPlane) -> Parked:
    """Parked, not polled: the reply comes with the commit that makes it so."""
    sandbox, query = plane.sandboxes.get(call.params["sandbox"]), call.query()
    resource, wanted = query["resource"], query["status"]
    check_status(plane, resource, wanted)
    timeout = parse_duration(query.get("timeout", DEFAULT_TIMEOUT), "", "timeout")
    sandbox.settle()

    def answer(work: Work, reached: bool) -> Reply:
        return Reply(200, {"reached": reached, "status": status_of(work, plane, resource), "now": iso_short(work.now)})

    def ready(work: Work) -> Reply | None:
        return answer(work, True) if status_of(work, plane, resource) == wanted else None

    return Parked(
        [resource],
        ready,
        lambda work: ready(work) or answer(work, False),
        timeout / SECOND,
        sandbox=sandbox,
        outlives_world=wanted == GONE,
    )


def show_clock(sandbox: Sandbox) -> dict[str, Any]:
    due = sandbox.next_due()
    return {
        "mode": sandbox.clock.mode,
        "speed": sandbox.clock.speed,
        "now": iso_short(sandbox.now()),
        "dates": sandbox.clock.dates,
        "next": None if due is None else iso_short(due),
    }


def _plan_advance(plane: ControlPlane, sandbox: Sandbox, told: dict[str, Any]) -> Advance:
    if "by" in told:
        if "max" in told:
            raise BadInput("", "max", 'goes with "until": "by" says itself how far')
        return Advance(sandbox, parse_duration(told["by"], "", "by"))
    limit, until = parse_duration(told.get("max", DEFAULT_MAX), "", "max"), told["until"]
    if until == "next":
        return Advance(sandbox, limit, lambda: False, entries=1)
    if until == "idle":
        return Advance(sandbox, limit, lambda: sandbox.next_due() is None)
    check_status(plane, until["resource"], until["status"])

    def is_so() -> bool:
        with sandbox.unit() as work:
            return bool(status_of(work, plane, until["resource"]) == until["status"])

    return Advance(sandbox, limit, is_so)


def _show(advanced: Advanced, told: dict[str, Any]) -> dict[str, Any]:
    fired = _show_fired(advanced.fired)
    reached = bool(fired) if told.get("until") == "next" else advanced.reached
    return {"now": iso_short(advanced.now), "reached": reached, "fired": fired}


def _show_fired(fired: Sequence[Fired]) -> list[dict[str, str]]:
    """There may be hundreds of thousands, and many of one moment: that is spelled once."""
    spelled = {moment: iso_short(moment) for moment in {one.at for one in fired}}
    return [{"at": spelled[one.at], "kind": one.kind, "resource": one.resource, "detail": one.detail} for one in fired]


def show_entry(work: Work, entry: dict[str, Any]) -> dict[str, Any]:
    """With what is to follow it, as far as that can be known."""
    shown = {"id": entry["id"], "due": iso_short(entry["due"]), "state": entry["state"], "kind": entry["does"]}
    shown |= {"resource": entry["resource"], "step": entry["step"], "attempt": entry["attempt"]}
    ahead = forecast(work, entry) if entry["does"] == DOES and entry["state"] == "pending" else ()
    return {**shown, "begun": iso_short(entry["planned"]), "ahead": [{"step": step, "due": iso_short(due)} for step, due in ahead]}
