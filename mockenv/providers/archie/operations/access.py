"""Who may do what, and which project or environment the arguments speak of."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import Unsuccessful, no_access, other_project, owner_only, project_not_found
from mockenv.providers.archie.model import ENVIRONMENT, OWNER, PROJECT, name_key
from mockenv.providers.archie.options import option
from mockenv.store.base import Document
from mockenv.toolbox import find_one


def require_project(call: Call, work: Work, project_id: str) -> Document:
    """One that exists and that the caller is a member of. The header must not contradict."""
    header = call.header("x-project-id")
    if header is not None and header != project_id and option(work, "project_header") != "ignore":
        raise other_project(header, project_id)
    project = work.get(PROJECT, project_id)
    if project is None:
        raise project_not_found(project_id)
    if call.caller.role not in project["members"]:
        raise no_access(project_id)
    return project


def require_owner(call: Call, project: Document, what: str) -> None:
    if project["members"][call.caller.role] != OWNER:
        raise owner_only(what)


def find_environment(work: Work, project_id: str, name: str) -> Document | None:
    return find_one(work, ENVIRONMENT, name=name_key(project_id, name))


def require_environment(work: Work, project_id: str, name: str) -> Document:
    environment = find_environment(work, project_id, name)
    if environment is None:
        raise Unsuccessful(f"Environment '{name}' was not found in this project")
    return environment
