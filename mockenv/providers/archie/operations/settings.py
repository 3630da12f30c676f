"""The simulator's own window on what an environment holds, so that copying, isolation and rollback can be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.archie.errors import SETTINGS_FOUND, VARIABLE_REMOVED, VARIABLE_SET, Unsuccessful
from mockenv.providers.archie.fakes import id_for
from mockenv.providers.archie.lifecycle import belonging
from mockenv.providers.archie.model import (
    AUTHENTICATION_PROVIDER,
    DATABASE,
    DATABASE_USER,
    DEFAULT_SECURITY,
    ENVIRONMENT_VARIABLE,
    FILE_PROVIDER,
    GATEWAY_ROUTE,
    SECURITY_CONFIG,
    variable_key,
)
from mockenv.providers.archie.operations.access import require_environment, require_project
from mockenv.store.base import Document
from mockenv.toolbox import find_one

Payload = dict[str, Any]
Query = Callable[..., Payload]


def _shown(member: str, read: Callable[[Work, str], Any]) -> Query:
    """A query by project and environment name, in the envelope that the API's own queries have."""

    def query(call: Call, work: Work, projectId: str, environment: str) -> Payload:
        require_project(call, work, projectId)
        id = require_environment(work, projectId, environment)["id"]
        return {"success": True, "message": SETTINGS_FOUND, member: read(work, id)}

    return query


def _all(kind: str) -> Callable[[Work, str], list[Document]]:
    return lambda work, environment_id: work.find(kind, environment_id=environment_id)


def _security(work: Work, environment_id: str) -> Document:
    return belonging(work, SECURITY_CONFIG, environment_id) or DEFAULT_SECURITY


def _database(work: Work, environment_id: str) -> Document | None:
    database, user = belonging(work, DATABASE, environment_id), belonging(work, DATABASE_USER, environment_id)
    return database and {**database, "user": user and user["username"]}


file_providers = _shown("fileProviders", _all(FILE_PROVIDER))
gateway_routes = _shown("gatewayRoutes", _all(GATEWAY_ROUTE))
security_config = _shown("securityConfig", _security)
environment_variables = _shown("environmentVariables", _all(ENVIRONMENT_VARIABLE))
authentication_providers = _shown("authenticationProviders", _all(AUTHENTICATION_PROVIDER))
database = _shown("database", _database)


def set_environment_variable(call: Call, work: Work, input: Mapping[str, Any]) -> Payload:
    require_project(call, work, input["projectId"])
    environment, key = require_environment(work, input["projectId"], input["environment"]), input["key"]
    if not key:
        raise Unsuccessful("An environment variable needs a key")
    before = find_one(work, ENVIRONMENT_VARIABLE, key=variable_key(environment["id"], key))
    if input.get("value") is None:
        if before is None:
            raise Unsuccessful(f"Environment variable '{key}' was not found in environment '{environment['name']}'")
        work.delete(ENVIRONMENT_VARIABLE, before["id"])
        return {"success": True, "message": VARIABLE_REMOVED}
    id = before["id"] if before else id_for(work, ENVIRONMENT_VARIABLE, work.next_ordinal(ENVIRONMENT_VARIABLE))
    document = {"id": id, "environmentId": environment["id"], "key": key, "value": input["value"]}
    work.put(ENVIRONMENT_VARIABLE, id, document)
    return {"success": True, "message": VARIABLE_SET}
