"""What a fixture says of Archie: imported when one is new, and puts nothing anywhere."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from mockenv.providers.archie.model import COPIED, MASTER, MEMBER, MODES, NAME, OWNER, STATUSES

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
