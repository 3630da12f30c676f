"""Changes by JSON Patch and JSON merge patch: applied to what the client sees of a flag, checked, and read back; keeps nothing."""

from __future__ import annotations

import re
from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call
from mockenv.providers.launchdarkly import patching
from mockenv.providers.launchdarkly.errors import invalid
from mockenv.providers.launchdarkly.fakes import new_uuid
from mockenv.providers.launchdarkly.flags.model import TARGETING, Whole
from mockenv.providers.launchdarkly.flags.representation import show_flag
from mockenv.providers.launchdarkly.flags.targeting import complete_targets
from mockenv.providers.launchdarkly.rules import are_rules, complete_rule
from mockenv.store.base import Document

FLAG_MEMBERS = (
    "name",
    "description",
    "temporary",
    "tags",
    "customProperties",
    "defaults",
    "goalIds",
    "archived",
    "deprecated",
    "variations",
    "clientSideAvailability",
)
OWNERS = ("maintainerId", "maintainerTeamKey")
SETTABLE = re.compile(r"/variations/\d+/(name|description)|/environments/[^/]+/offVariation")
"""What a `replace` may set although it is not there; removing it where it is not is refused."""
MISSPELLED = re.compile(r"/environments/[^/]+/fallthough")
"""What the vendor's own Terraform provider sends when it takes targeting back, and the service overlooks."""
REMOVABLE = (*OWNERS, "archivedDate", "deprecatedDate")
DEFAULTS = {
    "description": "",
    "temporary": False,
    "tags": [],
    "customProperties": {},
    "goalIds": [],
    "archived": False,
    "deprecated": False,
}
READ_ONLY = ("_links", "_version", "creationDate", "experiments", "key", "kind", "_purpose", "migrationSettings")
CONFIGURATION_READ_ONLY = ("archived", "salt", "sel", "lastModified", "version", "_site", "_environmentName")


def apply(call: Call, work: Work, whole: Whole) -> None:
    """Change `whole` as the body says. Raises Refused (400), and then it is not as it was."""
    before = show_flag(call, work, whole, counted=False)
    after = _patched(call, before)
    after.pop("releasePipelineKey", None)  # documented as a way into a pipeline; pipelines are not imitated
    after.pop("_maintainer", None)
    _complete(work, after)
    patching.require_kept(call, before, after, READ_ONLY)
    patching.require_valid(call, "FeatureFlag", after)
    if after["environments"].keys() != before["environments"].keys():
        raise invalid(call, "Could not apply patch: environments cannot be added or removed here")
    for key, one in after["environments"].items():
        patching.require_kept(call, before["environments"][key], one, CONFIGURATION_READ_ONLY)
        taken = {name: one[name] for name in (*TARGETING, "fallthrough", "offVariation") if name in one}
        kept = {name: value for name, value in whole.configurations[key].items() if name != "offVariation"}
        whole.configurations[key] = complete_targets(kept | taken)
    _take_over(work, whole.flag, before, after)


def _patched(call: Call, view: Document) -> Document:
    if not call.raw:
        raise invalid(call, "Invalid request body: there is none")
    body = call.body()
    if isinstance(body, list) or "patch" in body or "instructions" in body:
        operations = [one for one in patching.operations_of(call) if not MISSPELLED.fullmatch(one["path"])]
        return patching.apply(call, view, operations, _may_be_absent, lambda path: bool(SETTABLE.fullmatch(path)))
    merged: Document = _merged(view, body)
    return merged


def _may_be_absent(path: str) -> bool:
    return path.rsplit("/", maxsplit=1)[-1] in REMOVABLE or path.count("/") == 1


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result


def _complete(work: Work, after: Document) -> None:
    """As far as it is of the right form: what is not is for the schema to say."""
    for name, value in DEFAULTS.items():
        after.setdefault(name, value)
    for one in after["variations"] if isinstance(after.get("variations"), list) else []:
        if isinstance(one, dict) and not one.get("_id"):
            one["_id"] = new_uuid(work)
    environments = after.get("environments")
    for one in environments.values() if isinstance(environments, dict) else []:
        if not isinstance(one, dict):
            continue
        for name, value in TARGETING.items():
            if one.get(name) is None:
                one[name] = value
        if are_rules(one["rules"]):
            one["rules"] = [complete_rule(work, rule, trackEvents=False) for rule in one["rules"]]


def _take_over(work: Work, flag: Document, before: Document, after: Document) -> None:
    snippet = after["includeInSnippet"]
    if snippet != before["includeInSnippet"]:
        after["clientSideAvailability"]["usingEnvironmentId"] = snippet  # the old member and the new one say the same thing
    for name in OWNERS:
        flag.pop(name, None)
    team_is_new = after.get("maintainerTeamKey") != before.get("maintainerTeamKey")
    owner = OWNERS[1] if team_is_new and "maintainerTeamKey" in after else OWNERS[0]
    flag |= {name: after[name] for name in (owner if owner in after else OWNERS[1],) if name in after}
    flag |= {name: after[name] for name in FLAG_MEMBERS}
    for state in ("archived", "deprecated"):
        stamp(work, flag, state)


def stamp(work: Work, flag: Document, state: str) -> None:
    """Since when a flag is archived or deprecated, as long as it is."""
    if not flag[state]:
        flag.pop(f"{state}Date", None)
    else:
        flag.setdefault(f"{state}Date", work.now // MILLISECOND)
