"""Custom roles: policies with names, by which tokens may be bound."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly.account.crud import Sort, page_of
from mockenv.providers.launchdarkly.errors import conflict
from mockenv.providers.launchdarkly.fakes import object_id
from mockenv.providers.launchdarkly.members import ROLE
from mockenv.store.base import Document


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    if work.get(ROLE, given["key"]) is not None:
        raise conflict(call, f"A custom role with the key {given['key']} already exists")
    optional: Document = {name: given[name] for name in ("description", "resourceCategory") if name in given}
    return {
        "id": given["key"],
        "_id": object_id(work),
        **{name: given[name] for name in ("key", "name", "policy")},
        "basePermissions": given.get("basePermissions", "reader"),
        **optional,
    }


ROLES = Sort(
    kind=ROLE,
    label="role",
    schema="CustomRole",
    path=lambda one: f"roles/{one['key']}",
    shown=("_id", "key", "name", "description", "policy", "basePermissions", "resourceCategory"),
    defaults={"name": "", "policy": [], "basePermissions": "reader"},
    optional=("description", "resourceCategory"),
    make=_make,
    actions={
        "+": "createRole",
        "-": "deleteRole",
        "name": "updateName",
        "description": "updateDescription",
        "policy": "updatePolicy",
        "basePermissions": "updateBasePermissions",
    },
    parameter="customRoleKey",
)


def get_all(call: Call, work: Work) -> Reply:
    return page_of(call, work, ROLES)


OPERATIONS: dict[str, Handler] = {
    "getCustomRoles": get_all,
    **ROLES.handlers("getCustomRole", "postCustomRole", "patchCustomRole", "deleteCustomRole"),
}
