"""A fixture's projects and environments: what may be written there, and how it is put into a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

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
    MODES,
    NAME,
    PROJECT,
    SECURITY_CONFIG,
    STATUSES,
    branch_of,
    new_environment,
)
from mockenv.providers.archie.operations.access import MEMBER, OWNER, find_environment
from mockenv.store.base import Document

_COUNT = validate.Range(min=0, max=2**31 - 1)  # GraphQL's Int
_NAME = validate.Regexp(f"^(?:{NAME.pattern})$", error="is not 1 to 64 letters, digits, hyphens and underscores")


class FileProviderRecord(Schema):
    """A file storage provider. The secret is kept, and shown nowhere but in the control plane."""

    id = fields.String()
    name = fields.String(required=True)
    type = fields.String(load_default="s3", validate=validate.OneOf(("s3", "gcs", "azure", "filestack")))
    bucketName = fields.String(required=True)
    region = fields.String(load_default=None, allow_none=True)
    accessKeyId = fields.String(load_default=None, allow_none=True)
    secretAccessKey = fields.String(load_default=None, allow_none=True)


class GatewayRouteRecord(Schema):
    """A route of the API gateway."""

    id = fields.String()
    path = fields.String(required=True)
    targetUrl = fields.String(required=True)
    methods = fields.List(
        fields.String(validate=validate.OneOf(("GET", "POST", "PUT", "PATCH", "DELETE"))), load_default=lambda: ["GET"]
    )
    enabled = fields.Boolean(load_default=True)
    allowedOrigins = fields.List(fields.String(), load_default=list)
    rateLimitPerMinute = fields.Integer(strict=True, load_default=None, allow_none=True, validate=_COUNT)


class RateLimitsRecord(Schema):
    """Rate limits; what is left out has the service's default."""

    globalPerMinute = fields.Integer(strict=True, validate=_COUNT)
    perIpPerMinute = fields.Integer(strict=True, validate=_COUNT)
    perApiKeyPerMinute = fields.Integer(strict=True, validate=_COUNT)
    burst = fields.Integer(strict=True, validate=_COUNT)


class SecurityConfigRecord(Schema):
    """CORS origins and rate limits."""

    corsOrigins = fields.List(fields.String(), load_default=list)
    rateLimits = fields.Nested(RateLimitsRecord, load_default=dict)


class AuthenticationProviderRecord(Schema):
    """An authentication provider; its secrets are not imitated."""

    id = fields.String()
    name = fields.String(required=True)
    type = fields.String(load_default="archie", validate=validate.OneOf(("archie", "cognito", "google", "oauth2", "apiKey")))
    enabled = fields.Boolean(load_default=True)


class TableRecord(Schema):
    """A table of an environment's database."""

    name = fields.String(required=True)
    columns = fields.List(fields.String(), load_default=list)
    rowCount = fields.Integer(strict=True, load_default=0, validate=_COUNT)


class EnvironmentRecord(Schema):
    """An environment; one without a parent that is not `master` is a branch of `master`."""

    id = fields.String()
    name = fields.String(required=True, validate=_NAME)
    parent = fields.String(load_default=MASTER)
    branchMode = fields.String(load_default="full", validate=validate.OneOf(MODES))
    status = fields.String(load_default="active", validate=validate.OneOf(STATUSES))
    copies = fields.List(fields.String(validate=validate.OneOf(tuple(COPIED))), load_default=list)
    tables = fields.List(fields.Nested(TableRecord), load_default=list)
    fileProviders = fields.List(fields.Nested(FileProviderRecord), load_default=list)
    gatewayRoutes = fields.List(fields.Nested(GatewayRouteRecord), load_default=list)
    securityConfig = fields.Nested(SecurityConfigRecord, load_default=None, allow_none=True)
    environmentVariables = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    authenticationProviders = fields.List(fields.Nested(AuthenticationProviderRecord), load_default=list)


class ProjectRecord(Schema):
    """A project. `members`: which of the tokens' roles belongs to it, and as what."""

    id = fields.String(required=True)
    name = fields.String(load_default="")
    members = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("owner", "member"))),
        values=fields.String(validate=validate.OneOf((OWNER, MEMBER))),
        load_default=lambda: {"owner": OWNER, "member": MEMBER},
    )
    environments = fields.List(fields.Nested(EnvironmentRecord), load_default=list)


class World(Schema):
    """Archie's section of a fixture."""

    projects = fields.List(fields.Nested(ProjectRecord), load_default=list)


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
