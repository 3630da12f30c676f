"""Lists of flags: which filters and sorts there are, and what each looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly import listing
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.providers.launchdarkly.flags.keeping import configurations_of
from mockenv.providers.launchdarkly.listing import Condition, Wanted
from mockenv.store.base import Document

SNIPPET, MOBILE = "usingEnvironmentId", "usingMobileKey"
AVAILABLE: Mapping[str, Callable[[Document], bool]] = {
    "client": lambda one: bool(one[SNIPPET]),
    "mobile": lambda one: bool(one[MOBILE]),
    "anyClient": lambda one: bool(one[SNIPPET] or one[MOBILE]),
    "server": lambda one: not (one[SNIPPET] or one[MOBILE]),
}


def _state(wanted: Wanted, text: str) -> None:
    archived, deprecated = text == "archived", text == "deprecated"
    wanted.tests.append(lambda one: one["archived"] is archived and (archived or one["deprecated"] is deprecated))


def _archived(wanted: Wanted, text: str) -> None:
    wanted.tests.append(lambda one: one["archived"] is (text.casefold() == "true"))


def _type(wanted: Wanted, text: str) -> None:
    wanted.tests.append(lambda one: one["temporary"] is (text == "temporary"))


def _member(name: str) -> Condition:
    return lambda wanted, text: wanted.tests.append(lambda one: one.get(name) == text)


def _availability(wanted: Wanted, text: str) -> None:
    wanted.tests.append(lambda one: AVAILABLE[text](one["clientSideAvailability"]))


def _created(wanted: Wanted, text: str) -> None:
    before = orjson.loads(text).get("before")
    wanted.tests.append(lambda one: before is None or one["creationDate"] < before)


def _only_none(wanted: Wanted, text: str) -> None:
    """What no flag here has: experiments, guarded rollouts, pipelines, references in code. `false` and 0 ask for just that."""
    if text.casefold() not in ("false", "0"):
        wanted.tests.append(lambda one: False)


def _ignored(wanted: Wanted, text: str) -> None:
    """Says of which environment another filter speaks."""


CONDITIONS: Mapping[str, Condition] = {
    "query": listing.by_query,
    "tags": listing.by_tags,
    "state": _state,
    "archived": _archived,
    "type": _type,
    "maintainerId": _member("maintainerId"),
    "maintainerTeamKey": _member("maintainerTeamKey"),
    "sdkAvailability": _availability,
    "creationDate": _created,
    "filterEnv": _ignored,
    "hasExperiment": _only_none,
    "guardedRollout": _only_none,
    "releasePipeline": _only_none,
    "contextKindsEvaluated": _only_none,
    "applicationEvaluated": _only_none,
    "codeReferences.min": _only_none,
    "codeReferences.max": _ignored,
}
SEES_ARCHIVED = ("state", "archived")


def wanted_flags(call: Call, work: Work, project: str, environments: list[str]) -> Wanted:
    """Raises Refused (400) for what cannot be read. Archived flags are shown to those who ask for them."""
    evaluated: list[str] = []
    conditions = {**CONDITIONS, "evaluated": lambda wanted, text: evaluated.append(text)}
    try:
        wanted = listing.read_wanted(call, conditions)
    except (orjson.JSONDecodeError, AttributeError, KeyError):
        raise invalid(call, "Invalid query parameter: filter is not of the expected form") from None
    wanted.where["project"] = [project]
    query, named = call.query(), {part.partition(":")[0] for part in call.query().get("filter", "").split(",")}
    if "tag" in query:
        listing.by_tags(wanted, query["tag"])
    if "archived" in query:
        _archived(wanted, str(query["archived"]))
    elif not named.intersection(SEES_ARCHIVED):
        _archived(wanted, "false")
    for text in evaluated:
        wanted.tests.append(_evaluated_after(call, work, text, query["filter"]))
    wanted.ranks = _ranks(work, environments)
    return wanted


def _evaluated_after(call: Call, work: Work, text: str, filters: str) -> Callable[[Document], bool]:
    environment = next((part[10:] for part in filters.split(",") if part.startswith("filterEnv:")), None)
    if environment is None:
        raise invalid(call, "Invalid query parameter: the filter evaluated needs filterEnv")
    after = orjson.loads(text)["after"]
    return lambda one: configurations_of(work, one).get(environment, {}).get("requested", 0) > after


def _ranks(work: Work, environments: list[str]) -> Mapping[str, Callable[[Document], Any]]:
    def modified(one: Document) -> Any:
        return configurations_of(work, one).get(environments[0], {}).get("lastModified", 0) if environments else 0

    return {
        "maintainerId": lambda one: one.get("maintainerId", ""),
        "type": lambda one: one["temporary"],
        "targetingModifiedDate": modified,
    }
