"""The dashboard's files, as operations."""

from __future__ import annotations

from mockenv.control.dashboard import names, serve
from mockenv.control.plane import ControlPlane
from mockenv.control.problems import problem
from mockenv.provider import Call, Refused, Reply


def get_dashboard(call: Call, plane: ControlPlane) -> Reply:
    return serve(call)


def get_dashboard_file(call: Call, plane: ControlPlane) -> Reply:
    if call.params["file"] not in names():
        raise Refused(problem(404, f"The dashboard has no file {call.params['file']!r}; it has {', '.join(names())}."))
    return serve(call, call.params["file"])
