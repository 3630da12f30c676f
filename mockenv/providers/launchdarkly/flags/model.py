"""Flags and their configurations as they are stored; shows nothing to anybody and asks nobody for permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.providers.launchdarkly.fakes import hex_of, new_uuid
from mockenv.providers.launchdarkly.rules import USER
from mockenv.store.base import Document, Kind, by

FLAG, CONFIGURATION, APPROVAL = "launchdarkly/flag", "launchdarkly/flag_configuration", "launchdarkly/approval_request"
GRAVE = "launchdarkly/flag_grave"
"""The last version of a configuration that is gone: what comes under its name again counts on, or SDKs would take it for old."""

BOOLEAN, MULTIVARIATE = "boolean", "multivariate"
STAGES: Mapping[int, Sequence[str]] = {
    2: ("off", "complete"),
    4: ("off", "shadow", "live", "complete"),
    6: ("off", "dualwrite", "shadow", "live", "rampdown", "complete"),
}
"""The variations of a migration flag, by its number of stages (which ones two and four stages have is a guess)."""
TARGETING: Mapping[str, Any] = {
    "on": False,
    "targets": [],
    "contextTargets": [],
    "rules": [],
    "prerequisites": [],
    "trackEvents": False,
    "trackEventsFallthrough": False,
}
"""What a new configuration has, beside what it serves where nothing matches, and where it is off."""
COPIED = (*TARGETING, "fallthrough", "offVariation")
"""What a clone has of its source."""


def flag_id(project: str, key: str) -> str:
    """Keys have no colon, so this names one flag only."""
    return f"{project}:{key}"


def _tags(document: Document) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.casefold() for tag in document["tags"]))


def _maintainers(document: Document) -> tuple[str, ...]:
    return tuple(document[name] for name in ("maintainerId", "maintainerTeamKey") if name in document)


KINDS = (
    Kind(FLAG, {"project": by("project"), "tag": _tags, "maintainer": _maintainers}),
    Kind(
        CONFIGURATION,
        {
            "flag": lambda one: flag_id(one["project"], one["flag"]),
            "environment": by("environmentId"),
            "needs": lambda one: tuple(flag_id(one["project"], other["key"]) for other in one["prerequisites"]),
        },
    ),
    Kind(APPROVAL, {"flag": by("flag"), "environment": by("environmentId")}),
    Kind(GRAVE, internal=True),
)


@dataclass
class Whole:
    """A flag with its configurations, by environment key, oldest environment first."""

    flag: Document
    configurations: dict[str, Document]


def new_variations(work: Work, given: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Each with an id of its own."""
    return [
        {"_id": new_uuid(work), **{name: one[name] for name in ("value", "name", "description") if name in one}} for one in given
    ]


def kind_of(variations: Sequence[Mapping[str, Any]]) -> str:
    return BOOLEAN if len(variations) == 2 and all(isinstance(one["value"], bool) for one in variations) else MULTIVARIATE


def new_flag(
    work: Work, project: Document, body: Mapping[str, Any], variations: list[Document], maintainer: str | None
) -> Document:
    """What is the same in all environments. Where `body` is silent, the project's defaults speak."""
    given = {name: value for name, value in body.items() if value is not None}
    availability = {**project["defaultClientSideAvailability"]}
    if "includeInSnippet" in given:
        availability["usingEnvironmentId"] = given["includeInSnippet"]
    availability |= given.get("clientSideAvailability", {})
    owner = {"maintainerTeamKey": given["maintainerTeamKey"]} if "maintainerTeamKey" in given else {}
    if not owner and (given.get("maintainerId") or maintainer):
        owner = {"maintainerId": given.get("maintainerId") or maintainer}
    purpose = {"_purpose": given["purpose"]} if "purpose" in given else {}
    if "migrationSettings" in given:
        purpose["migrationSettings"] = {"contextKind": USER, **given["migrationSettings"]}
    return {
        "project": project["key"],
        "key": given["key"],
        "name": given["name"],
        "kind": kind_of(variations),
        "description": given.get("description", ""),
        "_version": 1,
        "creationDate": work.now // MILLISECOND,
        "clientSideAvailability": {name: availability[name] for name in ("usingMobileKey", "usingEnvironmentId")},
        "variations": variations,
        "temporary": given.get("temporary", project.get("flagDefaults", {}).get("temporary", True)),
        "tags": list(dict.fromkeys(given.get("tags", project.get("flagDefaults", {}).get("tags", [])))),
        **owner,
        "goalIds": [],
        "customProperties": given.get("customProperties", {}),
        "archived": False,
        "deprecated": False,
        "defaults": given.get("defaults") or {"onVariation": 0, "offVariation": len(variations) - 1},
        **purpose,
    }


def new_configuration(work: Work, flag: Document, environment: Document, source: Document | None = None) -> Document:
    """A flag in an environment: as the flag's defaults have it, or with the targeting of another one."""
    id = configuration_id(environment, flag["key"])
    grave = work.get(GRAVE, id)
    version = grave["version"] + 1 if grave else 1
    serves = {"fallthrough": {"variation": flag["defaults"]["onVariation"]}, "offVariation": flag["defaults"]["offVariation"]}
    return {
        "project": flag["project"],
        "flag": flag["key"],
        "environment": environment["key"],
        "environmentId": environment["_id"],
        **TARGETING,
        **serves,
        **({name: source[name] for name in COPIED if name in source} if source else {}),
        "salt": hex_of(work, CONFIGURATION, id, "salt", version),
        "sel": hex_of(work, CONFIGURATION, id, "sel", version),
        "lastModified": work.now // MILLISECOND,
        "version": version,
    }


def configuration_id(environment: Document, flag: str) -> str:
    return f"{environment['_id']}:{flag}"
