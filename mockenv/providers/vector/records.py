"""What a fixture says of Vector: imported when one is new, and puts nothing anywhere."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from mockenv.providers.vector.model import PHP_VERSIONS, STATUSES


def _status(default: str) -> fields.String:
    return fields.String(load_default=default, validate=validate.OneOf(STATUSES))


class SiteRecord(Schema):
    """A site in a fixture. Credentials that are left out are made up, as activation would."""

    id = fields.Integer(required=True, strict=True)
    partner_customer_id = fields.String(required=True)
    name = fields.String(load_default=None, allow_none=True)
    status = _status("active")
    dev_php_version = fields.String(load_default="8.3", validate=validate.OneOf(PHP_VERSIONS))
    dev_domain = fields.String()
    sftp_password = fields.String()
    db_password = fields.String()
    tags = fields.List(fields.String(), load_default=list)


class EnvironmentRecord(Schema):
    """An environment in a fixture."""

    id = fields.Integer(required=True, strict=True)
    site_id = fields.Integer(required=True, strict=True)
    name = fields.String(required=True)
    php_version = fields.String(load_default="8.3", validate=validate.OneOf(PHP_VERSIONS))
    is_production = fields.Boolean(load_default=False)
    custom_domain = fields.String(load_default=None, allow_none=True)
    status = _status("active")
    platform_domain = fields.String()
    db_password = fields.String()
    tags = fields.List(fields.String())


class Numbers(Schema):
    """The ids that the next ones made will have."""

    site = fields.Integer(strict=True, validate=validate.Range(min=1))
    environment = fields.Integer(strict=True, validate=validate.Range(min=1))
    ssh_key = fields.Integer(strict=True, validate=validate.Range(min=1))


class World(Schema):
    """Vector's section of a fixture."""

    sites = fields.List(fields.Nested(SiteRecord), load_default=list)
    environments = fields.List(fields.Nested(EnvironmentRecord), load_default=list)
    next = fields.Nested(Numbers, load_default=dict)
