"""References in values (`${KEY}`, `${env.KEY}`, `${env./path/KEY}`, `${App::env.KEY}`) followed, as deep as they lead."""

from __future__ import annotations

import re

from mockenv.kernel.unit.work import Work
from mockenv.providers.phase.access import has_environment
from mockenv.providers.phase.contents import hidden_of, normal_path
from mockenv.providers.phase.fakes import key_digest
from mockenv.providers.phase.model import APP, ENVIRONMENT, SECRET, name_key, salt_of
from mockenv.store.base import Document

# The service's own three patterns, looked for in this order; `${{…}}` is another tool's and left alone.
_START = r"\$\{(?!\{)"
ELSEWHERE = (
    re.compile(_START + r"(?P<app>[^{}]+?)::(?P<environment>[^{}]+?)\.(?P<key>[^{}]+?)\}"),
    re.compile(_START + r"(?![^{}]*::)(?P<environment>[^{}.]+?)\.(?P<key>[^{}]+?)\}"),
)
HERE = re.compile(_START + r"(?P<key>[^{}.]+?)\}")
DEEPEST = 25


class _Circular(Exception):
    """A chain that comes back to itself, or is too long."""


class _Barred(Exception):
    """The reader has not the environment that a reference leads to."""


def follow(work: Work, secret: Document, account: str, value: str | None = None) -> str:
    """A secret's value, or another one in its place, as this account reads it.

    A reference that leads nowhere stays as it is written; at one to where the account may not go, following ends.
    """
    value = str(hidden_of(work, secret["id"])["value"]) if value is None else value
    return _follow(work, secret, account, value, ())


def _follow(work: Work, secret: Document, account: str, value: str, trail: tuple[str, ...]) -> str:
    if "${" not in value:
        return value
    here = f"{secret['environment']}{secret['path']}:{secret['keyDigest']}"
    if here in trail or len(trail) >= DEEPEST:
        raise _Circular
    for pattern in (*ELSEWHERE, HERE):
        for found in pattern.finditer(value):
            try:
                target = _target(work, secret, account, found)
                if target is not None:
                    inner = str(hidden_of(work, target["id"])["value"])
                    value = value.replace(found[0], _follow(work, target, account, inner, (*trail, here)))
            except _Circular:
                continue
            except _Barred:
                return value
    return value


def _target(work: Work, secret: Document, account: str, found: re.Match[str]) -> Document | None:
    environment = _environment(work, secret["environment"], found.groupdict())
    if environment is None:
        return None
    if environment != secret["environment"] and not has_environment(work, account, environment):
        raise _Barred
    path, _, name = found["key"].rpartition("/")
    where = {"path": f"{environment}{normal_path(path)}", "digest": key_digest(salt_of(work, environment), name)}
    return next(iter(work.find(SECRET, **where)), None)


def _environment(work: Work, environment: str, words: dict[str, str]) -> str | None:
    """The environment that a reference leads to; two apps of a name, or one that the server cannot read: none."""
    if "environment" not in words:
        return environment
    app = (work.get(ENVIRONMENT, environment) or {})["app"]
    if "app" in words:
        apps = work.ids(APP, name=words["app"].casefold())
        app = apps[0] if len(apps) == 1 and (work.get(APP, apps[0]) or {})["sseEnabled"] else ""
    return next(iter(work.ids(ENVIRONMENT, name=name_key(app, words["environment"]))), None)
