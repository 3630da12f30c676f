"""Policies: statements that allow or deny actions on resources, as webhooks, roles and relay configurations have them; asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

from mockenv.store.base import Document


def allows(statements: Sequence[Document], action: str, resource: str, tags: Collection[str] = ()) -> bool:
    """Whether one statement allows it and none denies it."""
    effects = {one["effect"] for one in statements if _speaks_of(one, action, resource, tags)}
    return "allow" in effects and "deny" not in effects


def _speaks_of(one: Document, action: str, resource: str, tags: Collection[str]) -> bool:
    actions, not_actions = one.get("actions"), one.get("notActions")
    resources, not_resources = one.get("resources"), one.get("notResources")
    acts = _any(actions, action) if actions else not _any(not_actions, action) if not_actions else False
    if not acts:
        return False
    if resources:
        return any(names(spec, resource, tags) for spec in resources)
    return bool(not_resources) and not any(names(spec, resource, tags) for spec in not_resources or ())


def _any(patterns: Sequence[str] | None, action: str) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in patterns or ())


def names(specifier: str, resource: str, tags: Collection[str] = ()) -> bool:
    """Whether a specifier (`proj/*:env/test;tag`) names a resource (`proj/p:env/test`), each part by its own pattern."""
    path, _, wanted = specifier.partition(";")
    parts, own = path.split(":"), resource.split(":")
    if len(parts) != len(own) or not all(fnmatchcase(one, _pattern(part)) for part, one in zip(parts, own, strict=True)):
        return False
    return not wanted or set(wanted.split(",")) <= set(tags)


def _pattern(part: str) -> str:
    """A star stands for anything; brackets and question marks for themselves."""
    return part.replace("[", "[[]").replace("?", "[?]")
