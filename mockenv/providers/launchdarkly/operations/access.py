"""Who may do what, and which project or environment a path speaks of."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly.errors import forbidden, unknown
from mockenv.providers.launchdarkly.model import ENVIRONMENT, PROJECT, path_of
from mockenv.store.base import Document

READER = "reader"


def require_write(call: Call) -> None:
    """The `reader` token may look and not touch. Asked after what the path names was found (a guess at the order)."""
    if call.caller.role == READER:
        raise forbidden(call)


def require_project(call: Call, work: Work) -> Document:
    key = call.params["projectKey"]
    project = work.get(PROJECT, key)
    if project is None:
        raise unknown(call, "project", key)
    return project


def require_environment(call: Call, work: Work) -> Document:
    project, key = require_project(call, work), call.params["environmentKey"]
    environment = find_environment(work, project["key"], key)
    if environment is None:
        raise unknown(call, "environment", key)
    return environment


def find_environment(work: Work, project: str, key: str) -> Document | None:
    return next(iter(work.find(ENVIRONMENT, path=path_of(project, key))), None)
