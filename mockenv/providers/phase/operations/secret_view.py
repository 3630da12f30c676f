"""A secret as its reader sees it: references in its value followed, and the reader's own override."""

from __future__ import annotations

import re
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import iso_micros
from mockenv.provider import Call
from mockenv.providers.phase.access import has_environment
from mockenv.providers.phase.fakes import key_digest
from mockenv.providers.phase.model import APP, ENVIRONMENT, OVERRIDE, SECRET, VALUE, name_key, new_id, shown_time, shown_times
from mockenv.providers.phase.operations.callers import caller_of
from mockenv.providers.phase.operations.entries import normal_path
from mockenv.store.base import Document

_REFERENCE = re.compile(r"\$\{([^{}]+)\}")


def show_secret(call: Call, work: Work, secret: Document) -> Document:
    hidden = work.get(VALUE, secret["id"]) or {}
    return {
        "id": secret["id"],
        "key": secret["key"],
        "value": _followed(call, work, secret, hidden["value"]),
        "comment": hidden["comment"],
        "tags": secret["tags"],
        "override": _override(call, work, secret["id"]),
        **{name: secret[name] for name in ("type", "lifecycle", "path", "keyDigest", "version")},
        **shown_times(work, secret),
        "environment": secret["environment"],
        "folder": secret["folder"],
    }


def put_override(call: Call, work: Work, secret: str, told: Document) -> None:
    """A user's own value of a secret; a service account's is passed over."""
    who = caller_of(call)
    if not who.is_user:
        return
    key, moment = f"{secret}/{who.id}", iso_micros(work.now)
    known = work.get(OVERRIDE, key) or {"id": new_id(work, OVERRIDE), "secret": secret, "createdAt": moment}
    work.put(OVERRIDE, key, {**known, "value": told["value"], "isActive": told["isActive"], "updatedAt": moment})


def _override(call: Call, work: Work, secret: str) -> Document | None:
    one = work.get(OVERRIDE, f"{secret}/{caller_of(call).id}")
    if one is None:
        return None
    named: dict[str, Any] = {name: one[name] for name in ("id", "value", "isActive")}
    return {**named, **{name: shown_time(work, one[name]) for name in ("createdAt", "updatedAt")}}


def _followed(call: Call, work: Work, secret: Document, value: str) -> str:
    """References (`${KEY}`, `${env.KEY}`, `${env./path/KEY}`, `${App::env.KEY}`) replaced, one step deep (a guess).

    One that leads nowhere, or where the reader may not go, stays as it is written.
    """
    if "${" not in value:
        return value
    return _REFERENCE.sub(lambda found: _target(call, work, secret, found[1]) or found[0], value)


def _target(call: Call, work: Work, secret: Document, reference: str) -> str | None:
    environment, key = _place(work, secret["environment"], reference)
    path, _, name = key.rpartition("/")
    if environment is None or not name or not has_environment(work, caller_of(call).id, environment):
        return None
    where = {"path": f"{environment}{normal_path(path)}", "digest": key_digest(environment, name)}
    found = work.ids(SECRET, **where)
    return str((work.get(VALUE, found[0]) or {})["value"]) if found else None


def _place(work: Work, environment: str, reference: str) -> tuple[str | None, str]:
    """The environment that a reference leads to, and what is left of it."""
    if "." not in reference:
        return environment, reference
    place, _, key = reference.partition(".")
    app_name, double_colon, env_name = place.rpartition("::")
    app = (work.get(ENVIRONMENT, environment) or {})["app"]
    if double_colon:
        apps = work.ids(APP, name=app_name.casefold())
        app = apps[0] if len(apps) == 1 else ""  # two apps of a name: it cannot be told which
    found = work.ids(ENVIRONMENT, name=name_key(app, env_name))
    return (found[0] if found else None), key
