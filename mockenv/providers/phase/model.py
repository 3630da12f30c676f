"""Phase's resources as they are stored, how they are found and how they look on the wire; knows no request."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.agenda import cancel
from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros, parse_instant
from mockenv.providers.phase.fakes import key_digest, salt
from mockenv.store.base import Document, Kind, by

NAME = "phase"
ORGANISATION, ROLE, MEMBER, SERVICE_ACCOUNT, TOKEN = (
    f"phase/{kind}" for kind in ("organisation", "role", "member", "service_account", "token")
)
APP, ENVIRONMENT, SECRET = "phase/app", "phase/environment", "phase/secret"
DYNAMIC, LEASE = "phase/dynamic_secret", "phase/lease"
MEMBERSHIP, KEY, VALUE, OVERRIDE, FOLDER, BURIED = (
    f"phase/{kind}" for kind in ("membership", "key", "value", "override", "folder", "buried_secret")
)
"""Membership: an account has an app. Key: an account has an environment. Value: what is secret in a secret, kept apart from
it so that no list of resources and no event can show it. Buried: a deleted secret, which some requests still reach."""

DEFAULTS = (("Development", "dev"), ("Staging", "staging"), ("Production", "prod"))
ENV_TYPES = ("dev", "staging", "prod", "custom")
SECRET_TYPES = ("config", "sealed", "secret")
TOKEN_STATUSES = ("active", "deleted")
LEASE_STATUSES = ("creating", "active", "expired", "revoked")
PLANS = ("Free", "Pro", "Enterprise")
ROLES = ("owner", "manager", "developer", "service_account", "service")
"""Whose tokens a sandbox has."""
ENVIRONMENT_QUOTA = {"Free": 3, "Pro": 10}
APP_QUOTA = {"Free": 3}
PUBLISHED_RATES = {"Free": "120/minute", "Pro": "240/minute"}

KINDS = (
    Kind(ORGANISATION, internal=True),
    Kind(ROLE, {"name": lambda one: one["name"].casefold()}),
    Kind(MEMBER, {"grant": by("grant"), "role": by("role")}),
    Kind(SERVICE_ACCOUNT, {"role": by("role")}),
    Kind(TOKEN, {"grant": by("grant"), "digest": by("digest"), "account": by("account")}),
    Kind(APP, {"name": lambda one: one["name"].casefold()}),
    Kind(
        ENVIRONMENT,
        {"app": by("app"), "name": lambda one: name_key(one["app"], one["name"])},
    ),
    Kind(
        SECRET,
        {
            "environment": by("environment"),
            "path": lambda one: f"{one['environment']}{one['path']}",
            "digest": by("keyDigest"),
            "tag": lambda one: tuple(f"{one['environment']}/{tag}" for tag in dict.fromkeys(one["tags"])),
        },
    ),
    Kind(MEMBERSHIP, {"app": by("app"), "account": by("account")}, internal=True),
    Kind(KEY, {"environment": by("environment"), "holder": by("holder")}, internal=True),
    Kind(
        DYNAMIC,
        {
            "environment": by("environment"),
            "path": lambda one: f"{one['environment']}{one['path']}",
            "name": by("name"),
            "digest": lambda one: tuple(key["digest"] for key in one["keys"]),
        },
    ),
    Kind(LEASE, {"secret": by("secret"), "environment": by("environment")}),
    Kind(VALUE, internal=True),
    Kind(BURIED, {"environment": by("environment")}, internal=True),
    Kind(OVERRIDE, {"secret": by("secret")}, internal=True),
    Kind(FOLDER, {"environment": by("environment"), "path": lambda one: f"{one['environment']}{one['path']}"}, internal=True),
)


def name_key(app: str, name: str) -> str:
    """Environment names are unique within an app, whatever their case: what they are found by."""
    return f"{app}/{name.casefold()}"


def holder(app: str, account: str) -> str:
    """An account's keys within one app: what they are found by."""
    return f"{app}/{account}"


def new_id(work: Work, kind: str) -> str:
    return work.draw(kind, work.next_ordinal(kind)).uuid("id")


def plan_of(work: Work) -> str:
    return str((work.get(ORGANISATION, "organisation") or {})["plan"])


def note(work: Work, what: str, kind: str, id: str, data: Document) -> None:
    """An event of our own: the service has an audit log, which its API does not show."""
    emit(work, f"{NAME}.{what}", f"{kind}/{id}", data)


# Making


def new_app(work: Work, name: str, description: str | None, *, id: str | None = None, sse: bool = True) -> Document:
    ordinal = work.next_ordinal(APP)
    return {
        "id": id or work.draw(APP, ordinal).uuid("id"),
        "name": name,
        "description": description,
        "sseEnabled": sse,
        "createdAt": iso_micros(work.now),
        "updatedAt": iso_micros(work.now),
        "ordinal": ordinal,
    }


def new_environment(work: Work, app: str, name: str, env_type: str, index: int, *, id: str | None = None) -> Document:
    drawn = new_id(work, ENVIRONMENT)
    return {
        "id": id or drawn,
        "app": app,
        "name": name,
        "envType": env_type,
        "index": index,
        "createdAt": iso_micros(work.now),
        "updatedAt": iso_micros(work.now),
    }


def next_index(work: Work, app: str) -> int:
    """Highest plus one; 0 where there is none. An app's newest environment always has its highest index."""
    newest, _ = work.page(ENVIRONMENT, {"app": [app]}, 0, 1, newest_first=True)
    return int(newest[0]["index"]) + 1 if newest else 0


def salt_of(work: Work, environment: str) -> str:
    return salt(work.draw(ENVIRONMENT, environment))


def digest_of(work: Work, environment: str, key: str) -> str:
    """A key's digest as the service works it out, blind to case; a client may have made another one."""
    return key_digest(salt_of(work, environment), key.upper())


def new_token(work: Work, type: str, account: str | None, *, grant: str | None, name: str = "Default") -> Document:
    """Without an account it is its own: a legacy service token has access itself."""
    id = new_id(work, TOKEN)
    return {
        "id": id,
        "name": name,
        "type": type,
        "account": account or id,
        "grant": grant,
        "digest": None,
        "status": "active",
        "createdAt": iso_micros(work.now),
        "expiresAt": None,
    }


def folder_at(work: Work, environment: str, path: str) -> str | None:
    """The folder of a path, made with all above it where it is not there; the root has none."""
    folder = None
    for depth in range(1, path.count("/") + 1 if path != "/" else 1):
        at = "/".join(path.split("/")[: depth + 1])
        known = work.ids(FOLDER, path=f"{environment}{at}")
        folder = known[0] if known else new_id(work, FOLDER)
        if not known:
            work.put(FOLDER, folder, {"id": folder, "environment": environment, "path": at})
    return folder


# Unmaking


def remove_environment(work: Work, id: str) -> None:
    """Hard, and everything in it goes along."""
    for kind in (SECRET, BURIED):
        for secret in work.ids(kind, environment=id):
            for override in work.ids(OVERRIDE, secret=secret):
                work.delete(OVERRIDE, override)
            work.delete(VALUE, secret)
            work.delete(kind, secret)
    for dynamic in work.ids(DYNAMIC, environment=id):
        work.delete(VALUE, dynamic)
    for lease in work.ids(LEASE, environment=id):
        cancel(work, f"{LEASE}/{lease}")
        work.delete(VALUE, lease)
    for kind in (FOLDER, KEY, DYNAMIC, LEASE):
        for inner in work.ids(kind, environment=id):
            work.delete(kind, inner)
    work.delete(ENVIRONMENT, id)


# Showing


def shown_time(work: Work, moment: str | None) -> str | None:
    """Stored to the microsecond; the vendor's page shows whole seconds, the service microseconds."""
    return moment if moment is None or work.option(NAME, "timestamps") == "microseconds" else f"{moment[:19]}Z"


def shown_end(work: Work, moment: str | None) -> str | None:
    """When something runs out: a client compares that with its own clock."""
    return None if moment is None else shown_time(work, iso_micros(work.as_shown(parse_instant(moment))))


def shown_times(work: Work, document: Document) -> Document:
    return {name: shown_time(work, document[name]) for name in ("createdAt", "updatedAt")}


def show_environment(work: Work, one: Document) -> Document:
    """Exactly six members, in this order; the app is not among them."""
    return {**{name: one[name] for name in ("id", "name", "envType", "index")}, **shown_times(work, one)}


def show_app(work: Work, one: Document) -> Document:
    return {**{name: one[name] for name in ("id", "name", "description", "sseEnabled")}, **shown_times(work, one)}


def show_role(work: Work, role_id: str) -> Document:
    """A role as accounts carry it."""
    role = work.get(ROLE, role_id) or {"id": role_id, "name": ""}
    return {"id": role["id"], "name": role["name"]}


def show_member(work: Work, one: Document) -> Document:
    named: dict[str, Any] = {name: one[name] for name in ("id", "username", "fullName", "email")}
    return {**named, "role": show_role(work, one["role"]), **shown_times(work, one)}


def show_service_account(work: Work, one: Document) -> Document:
    return {"id": one["id"], "name": one["name"], "role": show_role(work, one["role"]), **shown_times(work, one)}


def show_token(work: Work, one: Document) -> Document:
    return {
        "id": one["id"],
        "name": one["name"],
        "createdAt": shown_time(work, one["createdAt"]),
        "expiresAt": shown_end(work, one["expiresAt"]),
    }


def camelised(value: Any) -> Any:
    """The service writes snake case inside; where it answers in camel case, it does so to whatever depth."""
    if isinstance(value, dict):
        return {_camel(name): camelised(one) for name, one in value.items()}
    return [camelised(one) for one in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
