"""Copying a flag's targeting from one environment to another."""

from __future__ import annotations

from collections.abc import Mapping

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Refused
from mockenv.providers.launchdarkly.errors import failure, invalid, unknown
from mockenv.providers.launchdarkly.flags.model import Whole
from mockenv.store.base import Document

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "updateOn": ("on",),
    "updateTargets": ("targets", "contextTargets"),
    "updateRules": ("rules",),
    "updateFallthrough": ("fallthrough",),
    "updateOffVariation": ("offVariation",),
    "updatePrerequisites": ("prerequisites",),
    "updateFlagConfigMigrationSettings": (),
}


def copy(call: Call, work: Work, whole: Whole) -> None:
    """Change `whole`. Raises Refused: 404 for an environment that is not there, 409 for one that has changed meanwhile."""
    body = call.body()
    included, excluded = body.get("includedActions"), body.get("excludedActions")
    if included is not None and excluded is not None:
        raise invalid(call, "Invalid request body: give includedActions or excludedActions, not both")
    source, target = (_side(call, whole, body[name]) for name in ("source", "target"))
    for action, members in ACTIONS.items():
        if (included is None or action in included) and action not in (excluded or ()):
            for name in members:
                if name in source:
                    target[name] = source[name]
                else:
                    target.pop(name, None)


def _side(call: Call, whole: Whole, asked: Document) -> Document:
    found = whole.configurations.get(asked["key"])
    if found is None:
        raise unknown(call, "environment", asked["key"])
    if asked.get("currentVersion", found["version"]) != found["version"]:
        raise Refused(failure(call, 409))
    return found
