"""The documentation's pages, as operations."""

from __future__ import annotations

from mockenv.control import manual
from mockenv.control.guard import MANUAL
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.provider import Call, Refused, Reply


def get_manual(call: Call, plane: ControlPlane) -> Reply:
    return manual.serve(call)


def get_manual_page(call: Call, plane: ControlPlane) -> Reply:
    found, name = manual.files(), call.params["page"]
    if name not in found:
        raise Refused(problem(404, f"There is no page {name!r}; GET {MANUAL} lists those that there are."))
    return manual.serve(call, name)
