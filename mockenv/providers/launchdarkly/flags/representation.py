"""Flags as a client sees them: every member in the live service's order, environments only as far as they are asked for."""

from __future__ import annotations

from collections.abc import Collection

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly.flags.model import Whole
from mockenv.providers.launchdarkly.flags.summary import summarise
from mockenv.providers.launchdarkly.links import HTML, ROOT, link, link_here
from mockenv.providers.launchdarkly.members import summary_of_maintainer
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.store.base import Document

MEMBERS = (
    "_version",
    "archived",
    "archivedDate",
    "clientSideAvailability",
    "creationDate",
    "customProperties",
    "defaults",
    "deprecated",
    "deprecatedDate",
    "description",
    "goalIds",
    "key",
    "kind",
    "maintainerId",
    "maintainerTeamKey",
    "name",
    "_purpose",
    "tags",
    "temporary",
    "variations",
)
CONFIGURATION_MEMBERS = ("on", "salt", "sel", "lastModified", "version", "trackEvents", "trackEventsFallthrough")
TARGETING_MEMBERS = ("targets", "contextTargets", "rules", "fallthrough", "offVariation", "prerequisites")


def flags_path(project: str) -> str:
    return f"{ROOT}/flags/{project}"


def flag_path(flag: Document) -> str:
    return f"{flags_path(flag['project'])}/{flag['key']}"


def show_flag(
    call: Call,
    work: Work,
    whole: Whole,
    environments: Collection[str] | None = None,
    *,
    brief: bool = False,
    counted: bool = True,
) -> Document:
    """`environments`: which to show, None for all; `brief`: without what is targeted, as lists have it; `counted`: with the summary."""
    flag = whole.flag
    shown = {
        "_links": {"parent": link_here(call, flags_path(flag["project"])), "self": link_here(call, flag_path(flag))},
        **summary_of_maintainer(call, work, flag),
        **{name: flag[name] for name in MEMBERS if name in flag},
        "experiments": {"baselineIdx": 0, "items": []},
        "includeInSnippet": flag["clientSideAvailability"]["usingEnvironmentId"],
    }
    if "migrationSettings" in flag and "migrationSettings" in call.raw_query.get("expand", [""])[0].split(","):
        shown["migrationSettings"] = flag["migrationSettings"]
    if environments is None or environments:
        shown["environments"] = {
            key: _show_configuration(work, flag, one, brief=brief) | ({"_summary": summarise(flag, one)} if counted else {})
            for key, one in whole.configurations.items()
            if environments is None or key in environments
        }
    return shown


def _show_configuration(work: Work, flag: Document, one: Document, *, brief: bool) -> Document:
    environment = work.get(ENVIRONMENT, one["environmentId"])
    assert environment is not None  # it takes its configurations along
    return {
        **{name: one[name] for name in CONFIGURATION_MEMBERS},
        "archived": flag["archived"],
        **({} if brief else {name: one[name] for name in TARGETING_MEMBERS if name in one}),
        "_site": link(f"/{flag['project']}/{one['environment']}/features/{flag['key']}", HTML),
        "_environmentName": environment["name"],
    }
