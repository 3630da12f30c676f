"""Projects and environments as a client sees them: every member in the live service's order."""

from __future__ import annotations

from collections.abc import Sequence

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly import approvals
from mockenv.providers.launchdarkly.access import READER
from mockenv.providers.launchdarkly.links import HTML, environments_path, link, link_here, project_path
from mockenv.providers.launchdarkly.model import ENVIRONMENT
from mockenv.store.base import Document

SNIPPETS = "https://app.launchdarkly.com/snippet"

MEMBERS = (
    "_id",
    "key",
    "name",
    "apiKey",
    "mobileKey",
    "color",
    "defaultTtl",
    "secureMode",
    "_access",
    "defaultTrackEvents",
    "requireComments",
    "confirmChanges",
    "tags",
    *approvals.MEMBERS,
    "critical",
)
PROJECT_MEMBERS = (
    "_id",
    "key",
    "includeInSnippetByDefault",
    "defaultClientSideAvailability",
    "name",
    "_access",
    "tags",
    "requireViewAssociationForNewFlags",
    "requireViewAssociationForNewSegments",
    "defaultReleasePipelineKey",
)
ENVIRONMENT_ACTIONS = (
    "createEnvironment",
    "deleteEnvironment",
    "updateName",
    "updateColor",
    "updateTtl",
    "updateTags",
    "updateSecureMode",
    "updateDefaultTrackEvents",
    "updateRequireComments",
    "updateConfirmChanges",
    "updateCritical",
    "updateApprovalSettings",
    "updateApiKey",
    "updateMobileKey",
)
PROJECT_ACTIONS = ("createProject", "deleteProject", "updateProjectName", "updateTags", "updateIncludeInSnippetByDefault")


def show_environment(call: Call, work: Work, environment: Document) -> Document:
    """All members; approval settings only where the account has approvals, `_access` only where the option asks for it."""
    path, id = f"{environments_path(environment['project'])}/{environment['key']}", environment["_id"]
    links = {
        "analytics": link(f"{SNIPPETS}/events/v1/{id}.js", HTML),
        "apiKey": link_here(call, f"{path}/apiKey"),
        "mobileKey": link_here(call, f"{path}/mobileKey"),
        "self": link_here(call, path),
        "snippet": link(f"{SNIPPETS}/features/{id}.js", HTML),
    }
    hidden = () if work.option("launchdarkly", "approvals") == "true" else approvals.MEMBERS
    access = _access(call, work, "proj/*:env/*", ENVIRONMENT_ACTIONS)
    whole = {**environment, **access}
    return {"_links": links, **{name: whole[name] for name in MEMBERS if name in whole and name not in hidden}}


def show_project(call: Call, work: Work, project: Document) -> Document:
    """A project without its environments: the three operations that show those do it in two ways."""
    path = project_path(project["key"])
    links = {
        "environments": link_here(call, f"{path}/environments"),
        "flagDefaults": link_here(call, f"{path}/flag-defaults"),
        "self": link_here(call, path),
    }
    whole = {**project, **_access(call, work, "proj/*", PROJECT_ACTIONS)}
    return {"_links": links, **{name: whole[name] for name in PROJECT_MEMBERS if name in whole}}


def show_whole_project(call: Call, work: Work, project: Document) -> Document:
    """The answer to a create or a change: all environments, as a plain array."""
    environments = [show_environment(call, work, one) for one in work.find(ENVIRONMENT, project=project["key"])]
    return {**show_project(call, work, project), "environments": environments}


def _access(call: Call, work: Work, resource: str, actions: Sequence[str]) -> Document:
    """What the token may do and why. The form is documented, the contents are a guess."""
    if work.option("launchdarkly", "access") != "true":
        return {}
    role = call.caller.role
    effect = "deny" if role == READER else "allow"
    reason = {"effect": effect, "resources": [resource], "actions": ["*"], "role_name": role}
    rules = [{"action": action, "reason": reason} for action in actions]
    return {"_access": {"denied": rules if role == READER else [], "allowed": [] if role == READER else rules}}
