"""The tree and the flat list of a project's environments."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.past import as_of
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import LIST_FOUND, TREE_FOUND
from mockenv.providers.archie.model import ENVIRONMENT, MASTER
from mockenv.providers.archie.operations.access import require_environment, require_project
from mockenv.providers.archie.options import PROVIDER
from mockenv.store.base import Document

Node = dict[str, Document]
LISTS = {"environmentTree": (ENVIRONMENT,), "projectEnvironments": (ENVIRONMENT,)}
"""Which fields lag behind writes with the option `list_lag`, and in what. What asks for one environment does not."""


def environment_tree(call: Call, work: Work, projectId: str) -> dict[str, Any]:
    require_project(call, work, projectId)
    with as_of(work, PROVIDER, LISTS["environmentTree"]):
        return {"success": True, "message": TREE_FOUND, "tree": {"environment": require_environment(work, projectId, MASTER)}}


def children(call: Call, work: Work, node: Node) -> list[Node]:
    """Only looked up as deep as somebody asks."""
    with as_of(work, PROVIDER, LISTS["environmentTree"]):
        return [{"environment": child} for child in work.find(ENVIRONMENT, under=node["environment"]["id"])]


def project_environments(call: Call, work: Work, projectId: str) -> dict[str, Any]:
    require_project(call, work, projectId)
    with as_of(work, PROVIDER, LISTS["projectEnvironments"]):
        return {"success": True, "message": LIST_FOUND, "environments": work.find(ENVIRONMENT, project_id=projectId)}
