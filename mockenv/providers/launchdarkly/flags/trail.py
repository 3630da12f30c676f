"""What of flags goes into the audit log: which change is which action, in which environment."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.flags.keeping import changed_environments
from mockenv.providers.launchdarkly.flags.model import Whole
from mockenv.providers.launchdarkly.flags.representation import flag_path, show_flag
from mockenv.store.base import Document

EVERYWHERE = "*"
SETTINGS = {
    "name": "updateName",
    "description": "updateDescription",
    "tags": "updateTags",
    "temporary": "updateTemporary",
    "maintainerId": "updateMaintainer",
    "maintainerTeamKey": "updateMaintainer",
    "variations": "updateFlagVariations",
    "defaults": "updateFlagDefaultVariations",
    "customProperties": "updateFlagCustomProperties",
    "clientSideAvailability": "updateClientSideFlagAvailability",
    "archived": "updateGlobalArchived",
    "deprecated": "updateDeprecated",
    "goalIds": "updateAttachedGoals",
}
TARGETING = {
    "on": "updateOn",
    "targets": "updateTargets",
    "contextTargets": "updateTargets",
    "rules": "updateRules",
    "fallthrough": "updateFallthrough",
    "offVariation": "updateOffVariation",
    "prerequisites": "updatePrerequisites",
    "trackEvents": "updateTrackEvents",
    "trackEventsFallthrough": "updateTrackEventsFallthrough",
}


def resource(flag: Document, environment: str = EVERYWHERE) -> str:
    return f"proj/{flag['project']}:env/{environment}:flag/{flag['key']}"


def of_whole(call: Call, work: Work, whole: Whole, what: str) -> None:
    """One that was made (`create`) or is about to go (`delete`)."""
    shown = show_flag(call, work, whole)
    done = audit.on("flag", whole.flag, f"{what}d the flag", flag_path(whole.flag), resource(whole.flag), f"{what}Flag")
    audit.record(call, work, done, *((shown, None) if what == "delete" else (None, shown)))


def of_change(call: Call, work: Work, before: Whole, after: Whole) -> None:
    """As it was, and as it is by now."""
    accesses = [(action, resource(after.flag)) for action in audit.actions_between(before.flag, after.flag, SETTINGS)]
    for key in changed_environments(before, after):
        actions = audit.actions_between(before.configurations[key], after.configurations[key], TARGETING)
        accesses += [(action, resource(after.flag, key)) for action in actions]
    done = audit.Done(
        "flag", after.flag["name"], _verb(after, accesses), flag_path(after.flag), tuple(accesses), tuple(after.flag["tags"])
    )
    audit.record(call, work, done, show_flag(call, work, before), show_flag(call, work, after))


def _verb(after: Whole, accesses: list[audit.Access]) -> str:
    """Switching alone has words of its own."""
    if [action for action, _ in accesses] != ["updateOn"]:
        return "updated the flag"
    key = accesses[0][1].split(":env/")[1].partition(":")[0]
    return f"turned {'on' if after.configurations[key]['on'] else 'off'} the flag"
