"""deleteEnvironment: what may go, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import DELETED, Unsuccessful
from mockenv.providers.archie.lifecycle import note, remove_environment
from mockenv.providers.archie.model import ENVIRONMENT, MASTER
from mockenv.providers.archie.operations.access import require_environment, require_owner, require_project
from mockenv.providers.archie.options import option

BUSY = ("branching", "merging")


def delete_environment(call: Call, work: Work, input: Mapping[str, Any]) -> dict[str, Any]:
    """At once, though the pages speak of a short `archived` on the way. Archived children do not stand in the way."""
    project = require_project(call, work, input["projectId"])
    if option(work, "delete_role") == "owner":
        require_owner(call, project, "Deleting an environment")
    environment = require_environment(work, input["projectId"], input["environmentName"])
    name = environment["name"]
    if name == MASTER:
        raise Unsuccessful("Environment 'master' cannot be deleted")
    if environment["status"] in BUSY:
        raise Unsuccessful(f"Environment '{name}' is {environment['status']} and cannot be deleted now")
    if work.count(ENVIRONMENT, blocks=environment["id"]):
        raise Unsuccessful(f"Environment '{name}' has child environments: delete or archive them first")
    remove_environment(work, environment)
    note(work, "deleted", environment)
    return {"success": True, "message": DELETED}
