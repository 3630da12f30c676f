"""A fixture's projects and environments: what may be written there, and how it is put into a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.errors import BadInput
from mockenv.kernel.lifecycles.walk import provision
from mockenv.kernel.unit.work import Work
from mockenv.providers.archie.fakes import id_for, make_database, make_user
from mockenv.providers.archie.lifecycle import BRANCH
from mockenv.providers.archie.model import (
    AUTHENTICATION_PROVIDER,
    COPIED,
    DATABASE,
    DATABASE_USER,
    DEFAULT_SECURITY,
    ENVIRONMENT,
    ENVIRONMENT_VARIABLE,
    FILE_PROVIDER,
    GATEWAY_ROUTE,
    MASTER,
    PROJECT,
    SECURITY_CONFIG,
    branch_of,
    new_environment,
)
from mockenv.providers.archie.operations.access import find_environment
from mockenv.store.base import Document


def populate(work: Work, world: Mapping[str, Any], where: str) -> None:
    """Every project has its `master`, whether it is written down or not. Raises BadInput that begins with `where`."""
    for at, project in enumerate(world["projects"]):
        key = f"projects.{at}"
        if work.get(PROJECT, project["id"]) is not None:
            raise BadInput(where, f"{key}.id", f"{project['id']!r} is there twice")
        work.put(PROJECT, project["id"], {name: project[name] for name in ("id", "name", "members")})
        records = project["environments"]
        if not any(record["name"] == MASTER for record in records):
            _put_environment(work, project["id"], _world_of_master(), where, key)
        for number, record in enumerate(records):
            _put_environment(work, project["id"], record, where, f"{key}.environments.{number}")


def _world_of_master() -> Document:
    from mockenv.providers.archie.records import EnvironmentRecord  # a fixture that leaves it out is rare

    loaded: Document = EnvironmentRecord().load({"name": MASTER})
    return loaded


def _put_environment(work: Work, project_id: str, record: Document, where: str, key: str) -> None:
    name = record["name"]
    id = record.get("id") or id_for(work, ENVIRONMENT, f"{project_id}/{name}")
    if find_environment(work, project_id, name) is not None or work.get(ENVIRONMENT, id) is not None:
        raise BadInput(where, key, f"environment {name!r} is there twice")
    environment = new_environment(id, project_id, name, work.now)
    if name != MASTER:
        parent = find_environment(work, project_id, record["parent"])
        if parent is None:
            raise BadInput(where, f"{key}.parent", f"{record['parent']!r} is not an environment above this one")
        environment |= branch_of(parent, record["branchMode"]) | {"branchedAt": environment["createdAt"]}
    elif record["status"] == "branching":
        raise BadInput(where, f"{key}.status", "master is not branched from anything")
    environment["status"] = record["status"]
    if environment["status"] == "branching":
        environment.update(registered=False, copies=[COPIED[flag] for flag in record["copies"]])
        provision(work, BRANCH, id, environment)
    else:
        _put_belongings(work, environment, record, where, key)
    work.put(ENVIRONMENT, id, environment)


def _put_belongings(work: Work, environment: Document, record: Document, where: str, key: str) -> None:
    database = {**make_database(work, environment), "status": "available", "tables": record["tables"]}
    user = make_user(work, database)
    work.put(DATABASE, database["id"], database)
    work.put(DATABASE_USER, user["id"], user)
    variables = [{"key": key, "value": value} for key, value in record["environmentVariables"].items()]
    security = record["securityConfig"]
    if security is not None:
        security = {**security, "rateLimits": DEFAULT_SECURITY["rateLimits"] | security["rateLimits"]}
    for kind, things in (
        (FILE_PROVIDER, record["fileProviders"]),
        (GATEWAY_ROUTE, record["gatewayRoutes"]),
        (SECURITY_CONFIG, [security] if security else []),
        (ENVIRONMENT_VARIABLE, variables),
        (AUTHENTICATION_PROVIDER, record["authenticationProviders"]),
    ):
        for number, thing in enumerate(things):
            id = thing.get("id") or id_for(work, kind, f"{environment['id']}/{number}")
            if work.get(kind, id) is not None:
                raise BadInput(where, key, f"{kind.partition('/')[2]} {id!r} is there twice")
            work.put(kind, id, {"id": id, "environmentId": environment["id"], **thing})
