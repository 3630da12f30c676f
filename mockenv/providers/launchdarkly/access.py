"""Who may do what, and which project or environment a path speaks of."""

from __future__ import annotations

from collections.abc import Collection

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly.errors import forbidden, unknown
from mockenv.providers.launchdarkly.members import statements_of
from mockenv.providers.launchdarkly.model import ENVIRONMENT, PROJECT, path_of
from mockenv.providers.launchdarkly.policy import allows
from mockenv.store.base import Document
from mockenv.toolbox import find_one, required

READER = "reader"


def require_write(call: Call) -> None:
    """The `reader` token may look and not touch. Asked after what the path names was found (a guess at the order)."""
    if call.caller.role == READER:
        raise forbidden(call)


def require_allowed(call: Call, work: Work, action: str, resource: str, tags: Collection[str] = ()) -> None:
    """What a custom role says of an action; the roles that come with the account have been asked by `require_write`."""
    statements = statements_of(call, work)
    if statements is not None and not allows(statements, action, resource, tags):
        raise forbidden(call)


def require_project(call: Call, work: Work) -> Document:
    key = call.params["projectKey"]
    return required(work.get(PROJECT, key), lambda: unknown(call, "project", key))


def require_environment(call: Call, work: Work) -> Document:
    project, key = require_project(call, work), call.params["environmentKey"]
    return required(find_environment(work, project["key"], key), lambda: unknown(call, "environment", key))


def find_environment(work: Work, project: str, key: str) -> Document | None:
    return find_one(work, ENVIRONMENT, path=path_of(project, key))
