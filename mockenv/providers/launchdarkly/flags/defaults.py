"""What new flags of a project have where nobody says anything else: shown, put and patched."""

from __future__ import annotations

from typing import Any

from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Handler, Reply
from mockenv.providers.launchdarkly import audit, patching
from mockenv.providers.launchdarkly.access import require_project, require_write
from mockenv.providers.launchdarkly.links import link_here, project_path
from mockenv.providers.launchdarkly.model import AVAILABILITY, PROJECT, SNIPPET
from mockenv.store.base import Document

EDITABLE = ("tags", "temporary", "booleanDefaults")
DEFAULTS: dict[str, Any] = {
    "tags": [],
    "temporary": True,
    "booleanDefaults": {
        "trueDisplayName": "",
        "falseDisplayName": "",
        "trueDescription": "",
        "falseDescription": "",
        "onVariation": 0,
        "offVariation": 1,
    },
}


def defaults_of(project: Document) -> Document:
    return {**DEFAULTS, **project.get("flagDefaults", {})}


def boolean_variations(project: Document) -> list[Document]:
    """True and false, with the names that the project gives them."""
    told = defaults_of(project)["booleanDefaults"]
    found = []
    for value, word in ((True, "true"), (False, "false")):
        about = {name: told[f"{word}{member}"] for name, member in (("name", "DisplayName"), ("description", "Description"))}
        found.append({"value": value, **{name: text for name, text in about.items() if text}})
    return found


def _show(call: Call, project: Document) -> Document:
    path = project_path(project["key"])
    links = {"parent": link_here(call, path), "self": link_here(call, f"{path}/flag-defaults")}
    return {"_links": links, "key": project["key"], **defaults_of(project), AVAILABILITY: project[AVAILABILITY]}


def get_defaults(call: Call, work: Work) -> Reply:
    return Reply(200, _show(call, require_project(call, work)))


def put_defaults(call: Call, work: Work) -> Reply:
    project = require_project(call, work)
    require_write(call)
    return _kept(call, work, project, call.body())


def patch_defaults(call: Call, work: Work) -> Reply:
    project = require_project(call, work)
    require_write(call)
    before = _show(call, project)
    after = patching.apply(call, before, patching.operations_of(call), lambda path: False)
    after = patching.with_defaults(after, DEFAULTS)
    patching.require_kept(call, before, after, ("_links", "key"))
    patching.require_valid(call, "FlagDefaultsRep", after)
    return _kept(call, work, project, after)


def _kept(call: Call, work: Work, project: Document, given: Document) -> Reply:
    before = _show(call, project)
    project["flagDefaults"] = {name: given[name] for name in EDITABLE}
    project[AVAILABILITY] = {name: given[AVAILABILITY][name] for name in project[AVAILABILITY]}
    project[SNIPPET] = project[AVAILABILITY]["usingEnvironmentId"]
    work.put(PROJECT, project["key"], project)
    path, resource = f"{project_path(project['key'])}/flag-defaults", f"proj/{project['key']}"
    done = audit.on("project", project, "updated the flag defaults of", path, resource, "updateProjectFlagDefaults")
    if before != _show(call, project):
        audit.record(call, work, done, before, _show(call, project))
    return Reply(200, _show(call, project))


OPERATIONS: dict[str, Handler] = {
    "getFlagDefaultsByProject": get_defaults,
    "putFlagDefaultsByProject": put_defaults,
    "patchFlagDefaultsByProject": patch_defaults,
}
