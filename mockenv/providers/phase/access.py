"""Who has which app and environment, and what a role lets an account do; knows no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.providers.phase import rights
from mockenv.providers.phase.model import (
    APP,
    ENVIRONMENT,
    KEY,
    MEMBER,
    MEMBERSHIP,
    ROLE,
    SERVICE_ACCOUNT,
    holder,
    new_environment,
)
from mockenv.store.base import Document


def policy_of(work: Work, role_id: str) -> Mapping[str, Any]:
    return policy(work.get(ROLE, role_id) or {})


def policy(role: Document) -> Mapping[str, Any]:
    """A default role's is the table's own, a custom one's is stored with it."""
    told: Mapping[str, Any] = rights.DEFAULT_ROLES[role["name"]]["policy"] if role.get("isDefault") else role.get("policy") or {}
    return told


def is_global(work: Work, role_id: str) -> bool:
    """Owner and Admin: every app and environment is theirs from the beginning."""
    return bool(policy_of(work, role_id).get("globalAccess"))


def may(work: Work, role_id: str, action: str, resource: str, *, in_app: bool) -> bool:
    return rights.allows(policy_of(work, role_id), resource, action, in_app=in_app)


def has_app(work: Work, account: str, app: str) -> bool:
    return work.get(MEMBERSHIP, f"{app}/{account}") is not None


def has_environment(work: Work, account: str, environment: str) -> bool:
    return work.get(KEY, f"{environment}/{account}") is not None


def apps_of(work: Work, account: str) -> list[Document]:
    """Newest first."""
    found = [work.get(APP, one["app"]) for one in work.find(MEMBERSHIP, account=account)]
    return sorted((app for app in found if app), key=lambda app: (app["createdAt"], app["ordinal"]), reverse=True)


def environments_of(work: Work, account: str, app: str) -> list[Document]:
    """Those that the account has a key for, by index."""
    found = [work.get(ENVIRONMENT, key["environment"]) for key in work.find(KEY, holder=holder(app, account))]
    return sorted((one for one in found if one), key=lambda one: int(one["index"]))


def give_app(work: Work, account: str, app: str) -> None:
    work.put(MEMBERSHIP, f"{app}/{account}", {"app": app, "account": account})


def give_environment(work: Work, account: str, environment: Document) -> None:
    give_app(work, account, environment["app"])
    key = {"environment": environment["id"], "holder": holder(environment["app"], account)}
    work.put(KEY, f"{environment['id']}/{account}", key)


def take_app(work: Work, account: str, app: str) -> None:
    for id in work.ids(KEY, holder=holder(app, account)):
        work.delete(KEY, id)
    work.delete(MEMBERSHIP, f"{app}/{account}")


def take_everything(work: Work, account: str) -> None:
    for membership in work.find(MEMBERSHIP, account=account):
        take_app(work, account, membership["app"])


def set_access(work: Work, account: str, wanted: Mapping[str, Sequence[str]]) -> None:
    """Exactly these apps and environments from now on."""
    for membership in work.find(MEMBERSHIP, account=account):
        if membership["app"] not in wanted:
            take_app(work, account, membership["app"])
    for app, environments in wanted.items():
        give_app(work, account, app)
        for key in work.find(KEY, holder=holder(app, account)):
            if key["environment"] not in environments:
                work.delete(KEY, f"{key['environment']}/{account}")
        for id in environments:
            if not has_environment(work, account, id):
                give_environment(work, account, work.get(ENVIRONMENT, id) or {})


def global_members(work: Work) -> list[str]:
    """Active members whose role has global access."""
    roles = [id for name in ("owner", "admin") for id in work.ids(ROLE, name=name)]
    return [one["id"] for role in roles for one in work.find(MEMBER, role=role) if not one["deletedAt"]]


def service_accounts_of(work: Work, app: str) -> Iterable[str]:
    for membership in work.find(MEMBERSHIP, app=app):
        if work.get(SERVICE_ACCOUNT, membership["account"]) is not None:
            yield membership["account"]


def add_environment(work: Work, app: str, name: str, env_type: str, index: int, creator: str) -> Document:
    """A new environment, for its creator, the global members and the app's service accounts; not for its other members."""
    environment = new_environment(work, app, name, env_type, index)
    work.put(ENVIRONMENT, environment["id"], environment)
    for account in dict.fromkeys([*global_members(work), *service_accounts_of(work, app), creator]):
        give_environment(work, account, environment)
    return environment


def show_apps(work: Work, account: str) -> list[Document]:
    """An account's apps with their environments, as the access routes tell them."""
    return [
        {
            "id": app["id"],
            "name": app["name"],
            "environments": [
                {name: one[name] for name in ("id", "name", "envType")} for one in environments_of(work, account, app["id"])
            ],
        }
        for app in apps_of(work, account)
    ]
