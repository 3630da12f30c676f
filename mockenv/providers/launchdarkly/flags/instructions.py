"""The instructions of a semantic patch that are the same for all environments: settings, variations, the flag's life."""

from __future__ import annotations

from collections.abc import Callable

from mockenv.providers.launchdarkly.flags.change import FlagChange
from mockenv.providers.launchdarkly.flags.model import kind_of, new_variations
from mockenv.providers.launchdarkly.flags.patch import stamp
from mockenv.providers.launchdarkly.flags.targeting import variations_of, without_variation
from mockenv.providers.launchdarkly.semantic import Table, adds_tags, removes_tags, sets
from mockenv.store.base import Document

Instruction = Callable[[FlagChange, Document], None]
AVAILABILITIES = ("usingMobileKey", "usingEnvironmentId")


def _flag(change: FlagChange) -> Document:
    return change.flag


def _is(member: str, value: bool) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        change.flag[member] = value
        if member in ("archived", "deprecated"):
            stamp(change.work, change.flag, member)

    return instruction


def _availability(value: bool) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        if one["value"] not in AVAILABILITIES:
            raise change.refusal(f"value must be one of {', '.join(AVAILABILITIES)}")
        change.flag["clientSideAvailability"][one["value"]] = value

    return instruction


def _maintainer(member: str | None) -> Instruction:
    def instruction(change: FlagChange, one: Document) -> None:
        for name in ("maintainerId", "maintainerTeamKey"):
            change.flag.pop(name, None)
        if member:
            change.flag[member] = one["value"]

    return instruction


# Custom properties


def _add_property(change: FlagChange, one: Document) -> None:
    known = change.flag["customProperties"].get(one["key"], {"value": []})
    values = list(dict.fromkeys([*known["value"], *one["values"]]))
    change.flag["customProperties"][one["key"]] = {"name": one["name"], "value": values}


def _replace_property(change: FlagChange, one: Document) -> None:
    change.flag["customProperties"][one["key"]] = {"name": one["name"], "value": list(one["values"])}


def _remove_property(change: FlagChange, one: Document) -> None:
    """Without values it goes."""
    properties = change.flag["customProperties"]
    known = properties.pop(one["key"], {"name": one["key"], "value": []})
    values = [value for value in known["value"] if value not in one["values"]]
    if values:
        properties[one["key"]] = {**known, "value": values}


# Variations


def _add_variation(change: FlagChange, one: Document) -> None:
    change.flag["variations"] += new_variations(change.work, [one])
    change.flag["kind"] = kind_of(change.flag["variations"])


def _update_variation(change: FlagChange, one: Document) -> None:
    variation = change.flag["variations"][change.variation(one["variationId"])]
    variation |= {name: one[name] for name in ("name", "value", "description") if name in one}


def _remove_variation(change: FlagChange, one: Document) -> None:
    """One that is served somewhere stays (a guess)."""
    number = change.variation(one["variationId"])
    defaults = change.flag["defaults"]
    configurations = change.whole.configurations
    if number in defaults.values() or any(number in variations_of(each) for each in configurations.values()):
        raise change.refusal("the variation is in use")
    del change.flag["variations"][number]
    change.flag["defaults"] = {name: at - (at > number) for name, at in defaults.items()}
    for key, each in configurations.items():
        configurations[key] = without_variation(each, number)


def _update_defaults(change: FlagChange, one: Document) -> None:
    """The reference spells the members in two ways."""
    for name in ("on", "off"):
        for member in (f"{name}VariationValue", f"{name.title()}VariationValue"):
            if member in one:
                found = [at for at, each in enumerate(change.flag["variations"]) if each["value"] == one[member]]
                if not found:
                    raise change.refusal(f"no variation has the value of {member}")
                change.flag["defaults"][f"{name}Variation"] = found[0]


def _delete(change: FlagChange, one: Document) -> None:
    change.is_deleted = True


TABLE: Table[FlagChange] = {
    "updateName": (sets(_flag, "name"), ("value",)),
    "updateDescription": (sets(_flag, "description"), ("value",)),
    "addTags": (adds_tags(_flag), ("values",)),
    "removeTags": (removes_tags(_flag), ("values",)),
    "makeFlagPermanent": (_is("temporary", False), ()),
    "makeFlagTemporary": (_is("temporary", True), ()),
    "turnOnClientSideAvailability": (_availability(True), ("value",)),
    "turnOffClientSideAvailability": (_availability(False), ("value",)),
    "updateMaintainerMember": (_maintainer("maintainerId"), ("value",)),
    "updateMaintainerTeam": (_maintainer("maintainerTeamKey"), ("value",)),
    "removeMaintainer": (_maintainer(None), ()),
    "addCustomProperties": (_add_property, ("key", "name", "values")),
    "replaceCustomProperties": (_replace_property, ("key", "name", "values")),
    "removeCustomProperties": (_remove_property, ("key", "values")),
    "addVariation": (_add_variation, ("value",)),
    "updateVariation": (_update_variation, ("variationId",)),
    "removeVariation": (_remove_variation, ("variationId",)),
    "updateDefaultVariation": (_update_defaults, ()),
    "archiveFlag": (_is("archived", True), ()),
    "restoreFlag": (_is("archived", False), ()),
    "deprecateFlag": (_is("deprecated", True), ()),
    "restoreDeprecatedFlag": (_is("deprecated", False), ()),
    "deleteFlag": (_delete, ()),
}
