"""What of projects and environments goes into the audit log: which change is which action."""

from __future__ import annotations

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call
from mockenv.providers.launchdarkly import audit
from mockenv.providers.launchdarkly.links import environments_path, project_path
from mockenv.store.base import Document

ENVIRONMENT_ACTIONS = {
    "name": "updateName",
    "color": "updateColor",
    "defaultTtl": "updateTtl",
    "tags": "updateTags",
    "secureMode": "updateSecureMode",
    "defaultTrackEvents": "updateDefaultTrackEvents",
    "requireComments": "updateRequireComments",
    "confirmChanges": "updateConfirmChanges",
    "critical": "updateCritical",
    "approvalSettings": "updateApprovalSettings",
    "resourceApprovalSettings": "updateApprovalSettings",
    "apiKey": "updateApiKey",
    "mobileKey": "updateMobileKey",
}
PROJECT_ACTIONS = {
    "name": "updateProjectName",
    "tags": "updateTags",
    "includeInSnippetByDefault": "updateIncludeInSnippetByDefault",
    "defaultClientSideAvailability": "updateDefaultClientSideAvailability",
    "requireViewAssociationForNewFlags": "updateRequireViewAssociationForNewFlags",
    "requireViewAssociationForNewSegments": "updateRequireViewAssociationForNewSegments",
    "defaultReleasePipelineKey": "updateDefaultReleasePipeline",
}


def environment_resource(environment: Document) -> str:
    return f"proj/{environment['project']}:env/{environment['key']}"


def of_environment(call: Call, work: Work, environment: Document, before: Document | None, after: Document | None) -> None:
    """Made, changed or gone, as it was and as it is shown."""
    verb, actions = _of_change("Environment", before, after, ENVIRONMENT_ACTIONS)
    path = f"{environments_path(environment['project'])}/{environment['key']}"
    done = audit.on("environment", environment, f"{verb} the environment", path, environment_resource(environment), *actions)
    audit.record(call, work, done, before, after)


def of_project(call: Call, work: Work, project: Document, before: Document | None, after: Document | None) -> None:
    verb, actions = _of_change("Project", before, after, PROJECT_ACTIONS)
    done = audit.on("project", project, f"{verb} the project", project_path(project["key"]), f"proj/{project['key']}", *actions)
    audit.record(call, work, done, before, after)


def _of_change(what: str, before: Document | None, after: Document | None, table: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    if before is None:
        return "created", (f"create{what}",)
    if after is None:
        return "deleted", (f"delete{what}",)
    return "updated", audit.actions_between(before, after, table)
