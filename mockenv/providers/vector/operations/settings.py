"""What a site's CDN and WAF are set to, its edge rules, and the profiles of the WAF that there are."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.vector.errors import not_found, success
from mockenv.providers.vector.model import EDGE_RULE
from mockenv.providers.vector.operations.access import require_site, require_write
from mockenv.providers.vector.settings import PROFILES, Group, change_settings, settings_of
from mockenv.store.base import Document
from mockenv.toolbox import given

_WANTED = (
    *("description", "enabled", "action_type", "action_parameter_1", "action_parameter_2"),
    *("trigger_matching_type", "triggers", "extra_actions"),
)


def shower_of(group: Group) -> Handler:
    def show_settings(call: Call, work: Work) -> Reply:
        site = require_site(call, work)
        return success(200, f"{group.title} settings retrieved successfully", settings_of(work, site["id"], group))

    return show_settings


def changer_of(group: Group) -> Handler:
    def update_settings(call: Call, work: Work) -> Reply:
        """What is left out keeps its value. All of the group is shown, where some of the reference's examples are shortened."""
        site = require_site(call, work)
        require_write(call)
        changes = given(call.body(), group.beginning)
        if changes:
            change_settings(work, site["id"], group, changes)
        return success(200, f"{group.title} settings updated successfully", settings_of(work, site["id"], group))

    return update_settings


def list_profiles(call: Call, work: Work) -> Reply:
    require_site(call, work)
    return success(200, "WAF profiles retrieved successfully", list(PROFILES))


def list_edge_rules(call: Call, work: Work) -> Reply:
    """All of them, oldest first; not paginated."""
    found = work.find(EDGE_RULE, site_id=require_site(call, work)["id"])
    return success(200, "Edge rules retrieved successfully", [_show(one) for one in found])


def create_edge_rule(call: Call, work: Work) -> Reply:
    site = require_site(call, work)
    require_write(call)
    beginning: Document = {"enabled": True, "action_parameter_1": None, "action_parameter_2": None, "extra_actions": []}
    wanted = beginning | given(call.body(), _WANTED)
    guid = work.draw(EDGE_RULE, work.next_ordinal(EDGE_RULE)).uuid("guid")
    rule = {"guid": guid, **{name: wanted[name] for name in _WANTED}, "site_id": site["id"]}
    _put(work, rule)
    return success(201, "Edge rule created successfully", _show(rule))


def get_edge_rule(call: Call, work: Work) -> Reply:
    return success(200, "Edge rule retrieved successfully", _show(_require(call, work)))


def update_edge_rule(call: Call, work: Work) -> Reply:
    """What is left out keeps its value; lists are replaced as a whole."""
    rule = _require(call, work)
    require_write(call)
    rule.update(given(call.body(), _WANTED))
    _put(work, rule)
    return success(200, "Edge rule updated successfully", _show(rule))


def delete_edge_rule(call: Call, work: Work) -> Reply:
    rule = _require(call, work)
    require_write(call)
    work.delete(EDGE_RULE, rule["guid"])
    return success(200, "Edge rule deleted successfully", {})


def _require(call: Call, work: Work) -> Document:
    """Only under its own site."""
    site, rule = require_site(call, work), work.get(EDGE_RULE, call.params["edge_rule"])
    if rule is None or rule["site_id"] != site["id"]:
        raise not_found("Edge rule")
    return rule


def _put(work: Work, rule: Document) -> None:
    """A trigger and an action that are said without a parameter have none."""
    rule["enabled"] = bool(rule["enabled"])
    rule["triggers"] = [{**one, "parameter_1": one.get("parameter_1")} for one in rule["triggers"]]
    nothing = {"action_parameter_1": None, "action_parameter_2": None}
    rule["extra_actions"] = [nothing | one for one in rule["extra_actions"] or []]
    work.put(EDGE_RULE, rule["guid"], rule)


def _show(rule: Document) -> Document:
    return {name: value for name, value in rule.items() if name != "site_id"}
