"""What a fixture says of LaunchDarkly: imported when one is new, and puts nothing anywhere."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from mockenv.providers.launchdarkly.model import UUID


class EnvironmentRecord(Schema):
    """An environment in a fixture. Id and keys that are left out are made up."""

    _id = fields.String(validate=validate.Regexp(r"[0-9a-f]{24}\Z"))
    key = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z"))
    name = fields.String(required=True, validate=validate.Length(min=1))
    color = fields.String(load_default="417505", validate=validate.Regexp(r"[0-9A-Fa-f]{6}\Z"))
    apiKey = fields.String(validate=validate.Regexp(rf"sdk-{UUID}\Z"))  # noqa: N815  # the service's own name
    mobileKey = fields.String(validate=validate.Regexp(rf"mob-{UUID}\Z"))  # noqa: N815  # likewise
    defaultTtl = fields.Integer(strict=True, validate=validate.Range(0, 60))  # noqa: N815  # likewise
    secureMode = fields.Boolean()  # noqa: N815  # likewise
    defaultTrackEvents = fields.Boolean()  # noqa: N815  # likewise
    requireComments = fields.Boolean()  # noqa: N815  # likewise
    confirmChanges = fields.Boolean()  # noqa: N815  # likewise
    critical = fields.Boolean()
    tags = fields.List(fields.String(validate=validate.Regexp(r"[A-Za-z0-9_.-]{1,64}\Z")))


class ProjectRecord(Schema):
    """A project in a fixture. Without `environments` it has Test and Production."""

    _id = fields.String(validate=validate.Regexp(r"[0-9a-f]{24}\Z"))
    key = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\Z"))
    name = fields.String(required=True, validate=validate.Length(min=1))
    tags = fields.List(fields.String(validate=validate.Regexp(r"[A-Za-z0-9_.-]{1,64}\Z")))
    defaultReleasePipelineKey = fields.String(validate=validate.Length(min=1))  # noqa: N815  # the service's own name
    environments = fields.List(fields.Nested(EnvironmentRecord), validate=validate.Length(min=1))


class World(Schema):
    """LaunchDarkly's section of a fixture."""

    projects = fields.List(fields.Nested(ProjectRecord), load_default=list)
