"""LaunchDarkly's projects and environments as they are stored, and as a fixture writes them; shows nothing to anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.providers.launchdarkly.approvals import DEFAULTS as APPROVAL_DEFAULTS
from mockenv.providers.launchdarkly.fakes import mobile_key, object_id, sdk_key
from mockenv.store.base import Document, Kind, by

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
PROJECT, ENVIRONMENT = "launchdarkly/project", "launchdarkly/environment"
SETTINGS: Mapping[str, Any] = {
    "defaultTtl": 0,
    "secureMode": False,
    "defaultTrackEvents": False,
    "requireComments": False,
    "confirmChanges": False,
    "tags": [],
    "critical": False,
}
"""What a new environment has where nobody says anything else, and what a removed member goes back to."""
SNIPPET, AVAILABILITY = "includeInSnippetByDefault", "defaultClientSideAvailability"
PROJECT_SETTINGS: Mapping[str, Any] = {
    SNIPPET: False,
    AVAILABILITY: {"usingMobileKey": False, "usingEnvironmentId": False},
    "tags": [],
    "requireViewAssociationForNewFlags": False,
    "requireViewAssociationForNewSegments": False,
}
PROJECT_OPTIONAL = ("defaultReleasePipelineKey",)
"""Not there until a PATCH sets it: no request that creates a project takes it."""
DEFAULT_ENVIRONMENTS: tuple[Mapping[str, Any], ...] = (
    {"key": "test", "name": "Test", "color": "F5A623"},
    {
        "key": "production",
        "name": "Production",
        "color": "417505",
        "requireComments": True,
        "confirmChanges": True,
        "critical": True,
    },
)


def _tags(document: Document) -> tuple[str, ...]:
    """Tags are searched without regard to case."""
    return tuple(dict.fromkeys(tag.casefold() for tag in document["tags"]))


def pinned(record: Mapping[str, Any]) -> Document:
    """What a fixture may say of an id or a key, and no request."""
    return {name: record[name] for name in ("_id", "apiKey", "mobileKey") if name in record}


def path_of(project: str, environment: str) -> str:
    """What an environment is found by: keys are unique within a project, and may be used again after a delete."""
    return f"{project}/{environment}"


KINDS = (
    Kind(PROJECT, {"tag": _tags}),
    Kind(
        ENVIRONMENT,
        {
            "project": by("project"),
            "path": lambda one: path_of(one["project"], one["key"]),
            "sdk_key": lambda one: (one["apiKey"], *(old["apiKey"] for old in one["oldKeys"])),
            "mobile_key": by("mobileKey"),
            "tag": _tags,
            "critical": by("critical"),
        },
    ),
)


def new_environment(work: Work, project: str, body: Mapping[str, Any], source: Mapping[str, Any] | None = None) -> Document:
    """An environment, complete. Where `body` is silent, `source` is asked, then the defaults.

    Approval settings cannot be given here, so a clone has its source's (a guess).
    """
    given = {name: value for name, value in body.items() if value is not None}
    basis = {**SETTINGS, "approvalSettings": APPROVAL_DEFAULTS, "resourceApprovalSettings": {}, **(source or {})}
    id = object_id(work)
    return {
        "_id": id,
        "project": project,
        "key": given["key"],
        "name": given["name"],
        "apiKey": sdk_key(work, id, 1),
        "mobileKey": mobile_key(work, id, 1),
        "color": given["color"],
        **{name: _exact(given.get(name, basis[name])) for name in SETTINGS},
        "approvalSettings": basis["approvalSettings"],
        "resourceApprovalSettings": basis["resourceApprovalSettings"],
        "version": 1,
        "oldKeys": [],
    }


def new_project(work: Work, body: Mapping[str, Any]) -> Document:
    """A project without its environments. `namingConvention` is checked and dropped: no reply shows it."""
    given = {name: value for name, value in body.items() if value is not None}
    availability = {"usingMobileKey": False, "usingEnvironmentId": given.get(SNIPPET, False), **given.get(AVAILABILITY, {})}
    return {
        "_id": object_id(work),
        "key": given["key"],
        "name": given["name"],
        **PROJECT_SETTINGS,
        # Guess: the old member and the new one say the same thing, and the new one decides.
        SNIPPET: availability["usingEnvironmentId"],
        AVAILABILITY: {name: availability[name] for name in PROJECT_SETTINGS[AVAILABILITY]},
        "tags": in_order(given.get("tags", [])),
        **{name: given[name] for name in PROJECT_OPTIONAL if name in given},
    }


def in_order(tags: Iterable[str]) -> list[str]:
    """A project's tags are sorted and each is there once; an environment's stay as they were sent."""
    return sorted(set(tags))


def live_old_keys(work: Work, environment: Document) -> list[Document]:
    """SDK keys that were reset with an expiry and still work: `{"apiKey", "expiry"}` of each."""
    return [one for one in environment["oldKeys"] if not work.has_come(one["expiry"] * MILLISECOND)]


def _exact(value: Any) -> Any:
    """5.0 is a whole number to JSON Schema, and none to a strict client that reads it back."""
    return int(value) if isinstance(value, float) else value
