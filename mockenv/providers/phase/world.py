"""Phase's section of a fixture: an organisation that is always there, and its apps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, validate

from mockenv.errors import BadInput
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros, parse_instant
from mockenv.providers.phase import fakes
from mockenv.providers.phase.access import give_environment
from mockenv.providers.phase.contents import add
from mockenv.providers.phase.model import (
    APP,
    DEFAULTS,
    DYNAMIC,
    ENV_TYPES,
    ENVIRONMENT,
    MEMBER,
    ORGANISATION,
    PLANS,
    ROLE,
    SERVICE_ACCOUNT,
    TOKEN,
    VALUE,
    digest_of,
    folder_at,
    name_key,
    new_app,
    new_environment,
    new_id,
    new_token,
)
from mockenv.providers.phase.rights import DEFAULT_ROLES
from mockenv.store.base import Document
from mockenv.toolbox import is_taken

PEOPLE = (("owner", "Alice Owner", "Owner"), ("manager", "Max Manager", "Manager"), ("developer", "Dora Developer", "Developer"))
CREDENTIALS = MappingProxyType(
    {"username": "AWS_IAM_USERNAME", "access_key_id": "AWS_ACCESS_KEY_ID", "secret_access_key": "AWS_SECRET_ACCESS_KEY"}
)
"""The parts of what a lease gives, and the keys that they have if nobody says otherwise."""
ROLES = ("owner", "manager", "developer", "service_account", "service")
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


def populate(work: Work, world: Mapping[str, Any], where: str) -> None:
    """Raises BadInput that begins with `where`."""
    work.put(ORGANISATION, "organisation", {"id": "organisation", **world["organisation"]})
    accounts = _add_accounts(work, _add_roles(work))
    for grant, record in world["tokens"].items():
        token = work.find(TOKEN, grant=grant)[0] | {"name": record["name"]}
        if "expires_at" in record:
            token["expiresAt"] = _moment(record, "expires_at", where, f"tokens.{grant}")
        work.put(TOKEN, token["id"], token)
    for at, record in enumerate(world["apps"]):
        _add_app(work, record, accounts, where, f"apps.{at}")


def _add_roles(work: Work) -> dict[str, str]:
    ids = {}
    for name, role in DEFAULT_ROLES.items():
        ids[name] = new_id(work, ROLE)
        document = {"id": ids[name], "name": name, "description": role["description"], "color": "", "isDefault": True}
        work.put(ROLE, ids[name], document | {"createdAt": iso_micros(work.now)})
    return ids


def _add_accounts(work: Work, roles: Mapping[str, str]) -> dict[str, str]:
    """One member per role, a service account and a legacy service token: there is no sandbox without them, as tokens are theirs."""
    moment = iso_micros(work.now)
    accounts = {grant: new_id(work, MEMBER) for grant, _, _ in PEOPLE}
    for grant, full_name, role in PEOPLE:
        member = {"id": accounts[grant], "username": grant, "fullName": full_name, "email": f"{grant}@example.com"}
        state = {"role": roles[role], "createdAt": moment, "updatedAt": moment, "deletedAt": None, "grant": grant}
        work.put(MEMBER, accounts[grant], member | state)
    accounts["service_account"] = id = new_id(work, SERVICE_ACCOUNT)
    account = {"id": id, "name": "deploy-bot", "role": roles["Service"], "createdAt": moment, "updatedAt": moment}
    work.put(SERVICE_ACCOUNT, id, account)
    types = dict.fromkeys(accounts, fakes.USER) | {"service_account": fakes.SERVICE_ACCOUNT, "service": fakes.SERVICE}
    for grant, type in types.items():
        token = new_token(work, type, accounts.get(grant), grant=grant)
        accounts.setdefault(grant, token["account"])
        work.put(TOKEN, token["id"], token)
    return accounts


def _add_app(work: Work, record: Mapping[str, Any], accounts: Mapping[str, str], where: str, key: str) -> None:
    app = new_app(work, record["name"], record["description"], id=record.get("id"), sse=record["sse"])
    if "created_at" in record:
        app["createdAt"] = app["updatedAt"] = _moment(record, "created_at", where, key)
    _put_new(work, APP, app, where, key)
    environments = record.get("environments")
    if environments is None:
        environments = [{"name": name, "env_type": env_type, "access": [], "secrets": []} for name, env_type in DEFAULTS]
    numbered = [{"index": at, **one} for at, one in enumerate(environments)]
    for at, one in sorted(enumerate(numbered), key=lambda pair: pair[1]["index"]):
        _add_environment(work, app, one, accounts, where, f"{key}.environments.{at}")


def _add_environment(
    work: Work, app: Document, record: Mapping[str, Any], accounts: Mapping[str, str], where: str, key: str
) -> None:
    if is_taken(work, ENVIRONMENT, name=name_key(app["id"], record["name"])):
        raise BadInput(where, f"{key}.name", f"{record['name']!r} is there twice in this app")
    environment = new_environment(work, app["id"], record["name"], record["env_type"], record["index"], id=record.get("id"))
    if "created_at" in record:
        environment["createdAt"] = environment["updatedAt"] = _moment(record, "created_at", where, key)
    if "updated_at" in record:
        environment["updatedAt"] = _moment(record, "updated_at", where, key)
    _put_new(work, ENVIRONMENT, environment, where, key)
    for role in ("owner", *record["access"]):
        give_environment(work, accounts[role], environment)
    for one in record["secrets"]:
        add(
            work,
            environment["id"],
            one | {"key": one["key"].upper(), "keyDigest": digest_of(work, environment["id"], one["key"])},
            None,
        )
    for at, one in enumerate(record.get("dynamic_secrets", ())):
        _add_dynamic_secret(work, environment["id"], one, where, f"{key}.dynamic_secrets.{at}")


def _add_dynamic_secret(work: Work, environment: str, record: Mapping[str, Any], where: str, key: str) -> None:
    moment = iso_micros(work.now)
    secret: Document = {
        "id": record.get("id") or new_id(work, DYNAMIC),
        **{name: record[name] for name in ("name", "description", "path")},
        "environment": environment,
        "folder": folder_at(work, environment, record["path"]),
        "defaultTtl": record["default_ttl"],
        "maxTtl": record["max_ttl"],
        "provider": "aws",
        "keys": [{"id": id, "digest": digest_of(work, environment, name)} for id, name in record["keys"].items()],
        "createdAt": moment,
        "updatedAt": moment,
    }
    _put_new(work, DYNAMIC, secret, where, key)
    work.put(VALUE, secret["id"], dict(record["keys"]))


def _moment(record: Mapping[str, Any], name: str, where: str, key: str) -> str:
    return iso_micros(parse_instant(record[name], where, f"{key}.{name}"))


def _put_new(work: Work, kind: str, document: Document, where: str, key: str) -> None:
    if work.get(kind, document["id"]) is not None:
        raise BadInput(where, f"{key}.id", f"{document['id']} is there twice")
    work.put(kind, document["id"], document)
