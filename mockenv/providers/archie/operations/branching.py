"""branchEnvironment: the checks, the record, and the wait for what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import CREATED, STARTED, Unsuccessful
from mockenv.providers.archie.fakes import id_for
from mockenv.providers.archie.lifecycle import BRANCH, note
from mockenv.providers.archie.model import COPIED, ENVIRONMENT, FAILURE, MODES, NAME, new_branch
from mockenv.providers.archie.operations.access import find_environment, require_environment, require_owner, require_project
from mockenv.providers.archie.options import option, waits
from mockenv.providers.archie.waiting import Until
from mockenv.store.base import Document

Payload = dict[str, Any]
MESSAGES = {"active": CREATED, "branching": STARTED}


async def branch_environment(call: Call, work: Work, input: Mapping[str, Any]) -> Payload:
    """Steps 1 and 2, at once; the rest is the lifecycle's. The role comes first: a refusal must not tell names."""
    project = require_project(call, work, input["projectId"])
    ticked = [flag for flag in COPIED if input.get(flag)]  # false and null are not ticked
    if ticked:
        require_owner(call, project, f"Copying resources ({', '.join(ticked)})")
    source = _validate(work, input)
    environment = new_branch(id_for(work, ENVIRONMENT, work.next_ordinal(ENVIRONMENT)), source, input, work.now)
    environment["awaited"] = waits(work)
    id = environment["id"]
    provision(work, BRANCH, id, environment)
    work.put(ENVIRONMENT, id, environment)
    note(work, "branching", environment)
    if environment["awaited"]:
        work = await Until(f"{ENVIRONMENT}/{id}", lambda work: _has_settled(work, id))
    return _answer(work, environment)


def _validate(work: Work, input: Mapping[str, Any]) -> Document:
    """The source, if all is well. A name equal to the source's is a name that is taken."""
    name, mode = input["name"], input["mode"]
    if not NAME.fullmatch(name):
        raise Unsuccessful(f"Environment name '{name}' must be 1 to 64 letters, digits, hyphens and underscores")
    if mode not in MODES:
        raise Unsuccessful(f"Mode '{mode}' must be 'full' or 'system'")
    if find_environment(work, input["projectId"], name) is not None:
        raise Unsuccessful(f"Environment '{name}' already exists in this project")
    source = require_environment(work, input["projectId"], input["sourceEnvironment"])
    if source["status"] != "active":
        raise Unsuccessful(f"Source environment '{source['name']}' is {source['status']}, it must be active")
    limit = int(option(work, "max_environments"))
    if limit and work.count(ENVIRONMENT, project_id=input["projectId"]) >= limit:
        raise Unsuccessful(f"This project has reached its limit of {limit} environments")
    return source


def _has_settled(work: Work, id: str) -> bool:
    environment = work.get(ENVIRONMENT, id)
    return environment is None or environment["status"] != "branching"


def _answer(work: Work, begun: Document) -> Payload:
    """What there is to say now: it is there, it has failed, or (nobody waits for the end) it is on its way."""
    environment, failure = work.get(ENVIRONMENT, begun["id"]), work.get(FAILURE, begun["id"])
    if failure is not None:
        work.delete(FAILURE, begun["id"])
        work.checkpoint()
        raise Unsuccessful(failure["message"])
    if environment is None:
        raise Unsuccessful(f"Environment '{begun['name']}' was removed while it was being created")
    if environment["status"] not in MESSAGES:
        raise Unsuccessful(f"Environment '{begun['name']}' is {environment['status']}")  # forced, from outside
    return {"success": True, "message": MESSAGES[environment["status"]], "environment": environment}
