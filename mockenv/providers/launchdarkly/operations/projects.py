"""Projects: create, list, get, change by JSON Patch, delete with all that is in them."""

from __future__ import annotations

from mockenv.kernel.events.event import emit
from mockenv.kernel.unit.work import Work
from mockenv.provider import Call, Reply
from mockenv.providers.launchdarkly import listing, patching
from mockenv.providers.launchdarkly.access import require_project, require_write
from mockenv.providers.launchdarkly.errors import conflict, invalid
from mockenv.providers.launchdarkly.flags import keeping as flags
from mockenv.providers.launchdarkly.model import (
    AVAILABILITY,
    DEFAULT_ENVIRONMENTS,
    ENVIRONMENT,
    PROJECT,
    PROJECT_OPTIONAL,
    PROJECT_SETTINGS,
    SNIPPET,
    in_order,
    new_project,
)
from mockenv.providers.launchdarkly.operations import environments, trail
from mockenv.providers.launchdarkly.operations.environments import remove_environment
from mockenv.providers.launchdarkly.operations.representation import show_project, show_whole_project
from mockenv.providers.launchdarkly.paging import asked_page, links_of
from mockenv.store.base import Document

FILTERS = {"query": listing.by_query, "tags": listing.by_tags, "keys": listing.by_keys}
READ_ONLY = ("_links", "_id", "_access", "key")
BY_ID = "usingEnvironmentId"


def get_projects(call: Call, work: Work) -> Reply:
    wanted = listing.read_wanted(call, FILTERS)
    offset, limit = asked_page(call)
    found, total = listing.find_page(work, PROJECT, wanted, offset, limit)
    items = [_expanded(call, work, project) for project in found]
    return Reply(200, {"_links": links_of(call, total, offset, limit), "items": items, "totalCount": total})


def post_project(call: Call, work: Work) -> Reply:
    require_write(call)
    body = call.body()
    if work.get(PROJECT, body["key"]) is not None:
        raise conflict(call, f"A project with the key {body['key']} already exists")
    project = new_project(work, {name: value for name, value in body.items() if name not in PROJECT_OPTIONAL})
    work.put(PROJECT, project["key"], project)
    _note(work, "created", project)
    trail.of_project(call, work, project, None, show_project(call, work, project))
    for one in body.get("environments") or DEFAULT_ENVIRONMENTS:
        environments.add_environment(call, work, project["key"], dict(one))
    return Reply(201, show_whole_project(call, work, project))


def get_project(call: Call, work: Work) -> Reply:
    return Reply(200, _expanded(call, work, require_project(call, work)))


def _expanded(call: Call, work: Work, project: Document) -> Document:
    """Environments only where asked for, and then as a collection with pages, not as an array."""
    shown = show_project(call, work, project)
    if "environments" in call.query().get("expand", "").split(","):
        shown["environments"] = environments.first_page(call, work, project["key"])
    return shown


def patch_project(call: Call, work: Work) -> Reply:
    """Its environments have a PATCH of their own: here they are no path."""
    project = require_project(call, work)
    require_write(call)
    before = show_project(call, work, project)
    after = patching.apply(call, before, patching.operations_of(call), lambda path: False)
    patching.require_kept(call, before, after, READ_ONLY)
    if "environments" in after:
        raise invalid(call, "Could not apply patch: environments cannot be changed here")
    after = patching.with_defaults(after, PROJECT_SETTINGS)
    if isinstance(after[AVAILABILITY], dict):
        after[AVAILABILITY] = patching.with_defaults(after[AVAILABILITY], PROJECT_SETTINGS[AVAILABILITY])
    patching.require_valid(call, "Project", after)
    kept = {name: value for name, value in project.items() if name not in PROJECT_OPTIONAL}
    project = kept | {name: after[name] for name in ("name", *PROJECT_SETTINGS, *PROJECT_OPTIONAL) if name in after}
    project["tags"] = in_order(project["tags"])
    _keep_in_step(before, project)
    work.put(PROJECT, project["key"], project)
    _note(work, "updated", project)
    trail.of_project(call, work, project, before, show_project(call, work, project))
    return Reply(200, show_whole_project(call, work, project))


def _keep_in_step(before: Document, project: Document) -> None:
    """The old member and the new one say the same thing (a guess): whichever was changed decides."""
    if project[SNIPPET] != before[SNIPPET]:
        project[AVAILABILITY][BY_ID] = project[SNIPPET]
    else:
        project[SNIPPET] = project[AVAILABILITY][BY_ID]


def delete_project(call: Call, work: Work) -> Reply:
    """The last one of an account stays, as documented; the status is a guess among the documented ones."""
    project = require_project(call, work)
    require_write(call)
    if work.count(PROJECT) == 1:
        raise invalid(call, "The last project of an account cannot be deleted")
    remove_project(work, project)
    trail.of_project(call, work, project, show_project(call, work, project), None)
    return Reply(204)


def remove_project(work: Work, project: Document) -> None:
    """With all that is in it."""
    for id in work.ids(ENVIRONMENT, project=project["key"]):
        remove_environment(work, id)
    flags.remove_project(work, project["key"])
    work.delete(PROJECT, project["key"])
    _note(work, "deleted", project)


def _note(work: Work, what: str, project: Document) -> None:
    about = {name: project[name] for name in ("_id", "key", "name")}
    emit(work, f"launchdarkly.project.{what}", f"{PROJECT}/{project['key']}", about)
