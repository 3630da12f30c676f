"""Teams: members and custom roles under one name, changed by semantic patch."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values.instant import MILLISECOND
from mockenv.provider import Call, Handler, Refused, Reply
from mockenv.providers.launchdarkly import audit, patching, semantic
from mockenv.providers.launchdarkly.access import require_write
from mockenv.providers.launchdarkly.account.crud import Sort, page_of
from mockenv.providers.launchdarkly.errors import conflict, invalid
from mockenv.providers.launchdarkly.flags.keeping import forget_maintainer
from mockenv.providers.launchdarkly.links import ROOT, link_here
from mockenv.providers.launchdarkly.members import MEMBER, ROLE, TEAM
from mockenv.providers.launchdarkly.semantic import Table, sets
from mockenv.store.base import Document

Refusing = Callable[[str], Refused]
"""A refusal that says what is wrong."""


def _make(call: Call, work: Work, body: Document) -> Document:
    given = {name: value for name, value in body.items() if value is not None}
    if work.get(TEAM, given["key"]) is not None:
        raise conflict(call, f"A team with the key {given['key']} already exists")
    team = {
        "id": given["key"],
        "key": given["key"],
        "name": given["name"],
        "description": given.get("description", ""),
        "customRoleKeys": list(dict.fromkeys(given.get("customRoleKeys", []))),
        "created": work.now // MILLISECOND,
        "modified": work.now // MILLISECOND,
        "version": 1,
    }
    _put_members(_refusing(call), work, team, given.get("memberIDs", []), present=True)
    return team


def _refusing(call: Call) -> Refusing:
    return lambda problem: invalid(call, f"Invalid request body: {problem}")


def _put_members(refused: Refusing, work: Work, team: Document, ids: list[str], *, present: bool) -> None:
    for id in ids:
        member = work.get(MEMBER, id)
        if member is None:
            raise refused(f"there is no member {id}")
        others = [key for key in member.get("teamKeys", []) if key != team["key"]]
        work.put(MEMBER, id, {**member, "teamKeys": [*others, team["key"]] if present else others})


def _check(call: Call, work: Work, team: Document) -> None:
    for key in team["customRoleKeys"]:
        if work.get(ROLE, key) is None:
            raise invalid(call, f"Invalid request body: there is no custom role {key}")


def _members_of(work: Work, team: Document) -> list[Document]:
    return [one for one in work.find(MEMBER) if team["key"] in one.get("teamKeys", [])]


def _more(call: Call, work: Work, team: Document) -> Document:
    path = f"{ROOT}/teams/{team['key']}"
    shown: Document = {
        "_creationDate": team["created"],
        "_lastModified": team["modified"],
        "_version": team["version"],
        "_idpSynced": False,
    }
    asked = call.raw_query.get("expand", [""])[0].split(",")
    if "members" in asked:
        shown["members"] = {"totalCount": len(_members_of(work, team)), "_links": {"self": link_here(call, f"{path}/members")}}
    if "roles" in asked:
        shown["roles"] = _show_roles(call, work, team)
    if "maintainers" in asked:
        shown["maintainers"] = {"totalCount": 0, "items": [], "_links": {"self": link_here(call, f"{path}/maintainers")}}
    return shown


def _show_roles(call: Call, work: Work, team: Document) -> Document:
    found = [role for key in team["customRoleKeys"] if (role := work.get(ROLE, key)) is not None]
    items = [{"key": role["key"], "name": role["name"]} for role in found]
    return {"totalCount": len(items), "items": items, "_links": {"self": link_here(call, f"{ROOT}/teams/{team['key']}/roles")}}


TEAMS = Sort(
    kind=TEAM,
    label="team",
    schema="Team",
    path=lambda one: f"teams/{one['key']}",
    shown=("key", "name", "description"),
    defaults={},
    make=_make,
    more=_more,
    check=_check,
    actions={"+": "createTeam", "-": "deleteTeam", "name": "updateTeamName", "description": "updateTeamDescription", "customRoleKeys": "updateTeamCustomRoles"},
    parameter="teamKey",
)  # fmt: skip


@dataclass
class TeamChange(semantic.Change):
    team: Document

    @property
    def ruled(self) -> Document:
        raise self.refusal("teams have no rules")


def _team(change: TeamChange) -> Document:
    return change.team


def _add_roles(change: TeamChange, one: Document) -> None:
    change.team["customRoleKeys"] = list(dict.fromkeys([*change.team["customRoleKeys"], *one["values"]]))


def _remove_roles(change: TeamChange, one: Document) -> None:
    change.team["customRoleKeys"] = [key for key in change.team["customRoleKeys"] if key not in one["values"]]


def _add_members(change: TeamChange, one: Document) -> None:
    _put_members(change.refusal, change.work, change.team, one["values"], present=True)


def _remove_members(change: TeamChange, one: Document) -> None:
    _put_members(change.refusal, change.work, change.team, one["values"], present=False)


def _replace_members(change: TeamChange, one: Document) -> None:
    known = [member["_id"] for member in _members_of(change.work, change.team)]
    _put_members(change.refusal, change.work, change.team, known, present=False)
    _add_members(change, one)


VALUES = ("values",)
INSTRUCTIONS: Table[TeamChange] = {
    "updateName": (sets(_team, "name"), ("value",)),
    "updateDescription": (sets(_team, "description"), ("value",)),
    "addCustomRoles": (_add_roles, VALUES),
    "removeCustomRoles": (_remove_roles, VALUES),
    "addMembers": (_add_members, VALUES),
    "removeMembers": (_remove_members, VALUES),
    "replaceMembers": (_replace_members, VALUES),
}


def get_teams(call: Call, work: Work) -> Reply:
    return page_of(call, work, TEAMS)


def patch_team(call: Call, work: Work) -> Reply:
    """With the content type of a semantic patch or without it: there is no other form."""
    before = TEAMS.find(call, work)
    require_write(call)
    after = deepcopy(before)
    semantic.carry_out(TeamChange(call, work, after), semantic.body_of(call)["instructions"], INSTRUCTIONS)
    patching.require_valid(call, "Team", TEAMS.show(call, work, after))
    _check(call, work, after)
    after |= {"version": before["version"] + 1, "modified": work.now // MILLISECOND}
    work.put(TEAM, after["id"], after)
    actions = audit.actions_between(before, after, {name: action for name, action in TEAMS.actions.items() if name not in "+-"})
    view = TEAMS.show(call, work, before)
    audit.record(
        call, work, TEAMS.done(after, "updated", *(actions or ("updateTeamMembers",))), view, TEAMS.show(call, work, after)
    )
    return Reply(200, TEAMS.show(call, work, after))


def delete_team(call: Call, work: Work) -> Reply:
    """Its members stay in the account."""
    team = TEAMS.find(call, work)
    require_write(call)
    _put_members(_refusing(call), work, team, [one["_id"] for one in _members_of(work, team)], present=False)
    forget_maintainer(work, team["key"])
    return TEAMS.delete(call, work)


def get_roles(call: Call, work: Work) -> Reply:
    return Reply(200, _show_roles(call, work, TEAMS.find(call, work)))


def get_maintainers(call: Call, work: Work) -> Reply:
    """Nobody maintains a team here."""
    TEAMS.find(call, work)
    return Reply(200, {"totalCount": 0, "items": [], "_links": {"self": link_here(call, call.path)}})


OPERATIONS: dict[str, Handler] = {
    "getTeams": get_teams,
    "postTeam": TEAMS.post,
    "getTeam": TEAMS.get,
    "patchTeam": patch_team,
    "deleteTeam": delete_team,
    "getTeamRoles": get_roles,
    "getTeamMaintainers": get_maintainers,
}
