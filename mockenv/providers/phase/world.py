"""Phase's section of a fixture: an organisation that is always there, and its apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    ENVIRONMENT,
    MEMBER,
    ORGANISATION,
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
