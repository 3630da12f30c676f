"""What a fixture says of Phase: imported when one is new, and puts nothing anywhere."""

from __future__ import annotations

from types import MappingProxyType

from marshmallow import Schema, fields, validate

from mockenv.providers.phase.model import ENV_TYPES, PLANS, ROLES

CREDENTIALS = MappingProxyType(
    {"username": "AWS_IAM_USERNAME", "access_key_id": "AWS_ACCESS_KEY_ID", "secret_access_key": "AWS_SECRET_ACCESS_KEY"}
)
"""The parts of what a lease gives, and the keys that they have if nobody says otherwise."""
OTHERS = ROLES[1:]


class SecretRecord(Schema):
    """A secret in a fixture."""

    key = fields.String(required=True, validate=validate.Length(min=1))
    value = fields.String(required=True)
    comment = fields.String(load_default="")
    path = fields.String(load_default="/", validate=validate.Regexp(r"^/([^/]+(/[^/]+)*)?$"))
    tags = fields.List(fields.String(validate=validate.Length(min=1, max=64)), load_default=list)


class DynamicSecretRecord(Schema):
    """A dynamic secret in a fixture; nothing in the API makes one. Terms are in seconds."""

    id = fields.String(validate=validate.Length(min=1))
    name = fields.String(required=True, validate=validate.Length(min=1))
    description = fields.String(load_default="")
    path = fields.String(load_default="/", validate=validate.Regexp(r"^/([^/]+(/[^/]+)*)?$"))
    default_ttl = fields.Integer(strict=True, load_default=3_600, validate=validate.Range(min=60))
    max_ttl = fields.Integer(strict=True, load_default=86_400, validate=validate.Range(min=60))
    keys = fields.Dict(
        keys=fields.String(validate=validate.OneOf(tuple(CREDENTIALS))),
        values=fields.String(validate=validate.Length(min=1)),
        load_default=lambda: dict(CREDENTIALS),
    )


class EnvironmentRecord(Schema):
    """An environment in a fixture. The owner has it in any case; `access` names who else."""

    id = fields.String(validate=validate.Length(min=1))
    name = fields.String(required=True, validate=validate.Regexp(r"^[a-zA-Z0-9\-_]{1,64}$"))
    env_type = fields.String(load_default="custom", validate=validate.OneOf(ENV_TYPES))
    index = fields.Integer(strict=True, validate=validate.Range(min=0))
    created_at = fields.String()
    updated_at = fields.String()
    access = fields.List(fields.String(validate=validate.OneOf(OTHERS)), load_default=list)
    secrets = fields.List(fields.Nested(SecretRecord), load_default=list)
    dynamic_secrets = fields.List(fields.Nested(DynamicSecretRecord), load_default=list)


class AppRecord(Schema):
    """An app in a fixture; with the three default environments if it names none."""

    id = fields.String(validate=validate.Length(min=1))
    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    description = fields.String(load_default=None, allow_none=True)
    sse = fields.Boolean(load_default=True)
    created_at = fields.String()
    environments = fields.List(fields.Nested(EnvironmentRecord))


class OrganisationRecord(Schema):
    """The organisation and what it pays for: quotas and custom environments follow from the plan."""

    name = fields.String(load_default="Acme")
    plan = fields.String(load_default="Enterprise", validate=validate.OneOf(PLANS))


class TokenRecord(Schema):
    """What is to be so about one of the sandbox's own tokens."""

    name = fields.String(load_default="Default", validate=validate.Length(min=1, max=64))
    expires_at = fields.String()


class World(Schema):
    """Phase's section of a fixture."""

    organisation = fields.Nested(OrganisationRecord, load_default=lambda: {"name": "Acme", "plan": "Enterprise"})
    apps = fields.List(fields.Nested(AppRecord), load_default=list)
    tokens = fields.Dict(keys=fields.String(validate=validate.OneOf(ROLES)), values=fields.Nested(TokenRecord), load_default=dict)
